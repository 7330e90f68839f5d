"""What mkdocs does beyond its own: the pages are written for a forge as well, where links may leave ``docs/``."""

import posixpath
import re
from pathlib import Path
from typing import Any

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(((?:\.\./)+[^)\s]*)\)")
_MEASURED = "benchmarks.md"
"""The bench writes this page; before it was run anywhere there is none, and nothing takes its place."""


def on_config(config: Any) -> Any:
    """Leave the benchmarks out of the contents while there are none."""
    if not (Path(config.docs_dir) / _MEASURED).exists():
        for section in config.nav:
            for name, pages in section.items():
                section[name] = [one for one in pages if _MEASURED not in one.values()] if name != "Start" else pages
    return config


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """Tell the place in the repository where a link leads to a file that is no document."""
    folder = posixpath.dirname(page.file.src_uri)

    def told(link: re.Match[str]) -> str:
        text, target = link.groups()
        place = posixpath.normpath(posixpath.join("docs", folder, target.partition("#")[0]))
        if place.startswith("docs/"):
            return link.group()
        return f"`{place}`" if text.strip("`") in place else f"{text} (`{place}`)"

    return _LINK.sub(told, markdown)
