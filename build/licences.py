"""The licences of everything in the download, in one file."""

from collections.abc import Sequence
from pathlib import Path

from build.bundled import Component

_HEAD = """This program contains the work of others, under these licences.
fbtool's own licence is in LICENSE.txt.
"""
_WITH_PYTHON = "Its licence is part of the one of CPython above."
_RULE = "=" * 100


def write(target: Path, components: Sequence[Component]) -> None:
    """Write one chapter for each component.

    Raises:
        ValueError: a component has no licence text at all; somebody has to look.
    """
    silent = [component.name for component in components if component.distribution and not component.texts]
    if silent:
        raise ValueError(f"no licence text is known of: {', '.join(silent)}")
    chapters = [
        f"{_RULE}\n{component.name} {component.version} ({component.licence})\n{_RULE}\n\n"
        + ("\n\n".join(text.strip() for text in component.texts) or _WITH_PYTHON)
        for component in components
    ]
    text = _HEAD + "\n" + "\n\n\n".join(chapters) + "\n"
    target.write_text(text, "utf-8", newline="\r\n")
