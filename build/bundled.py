"""What really went into the download: read from PyInstaller's own lists, not guessed from requirements."""

import ast
import json
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from build.inputs import Python
from build.wine import NATIVE, Windows

_ASK_SECONDS = 120
_VERSIONS = """
import json, platform, ssl, sys, tkinter
print(json.dumps({"python": platform.python_version(), "openssl": ssl.OPENSSL_VERSION.split()[1],
                  "tk": tkinter.Tcl().eval("info patchlevel"), "home": sys.base_prefix}))
"""
_SITE = "/site-packages/"


@dataclass(frozen=True)
class Component:
    """A part made by others."""

    name: str
    version: str
    licence: str
    """As its authors name it, an SPDX expression where they do."""
    texts: tuple[str, ...]
    """Its licence files."""
    distribution: bool = True
    """Whether it is a Python package of the index; the others are parts of the Python it was built with."""


def runtime(windows: Windows, python: Python) -> list[Component]:
    """Python itself, what its Windows build contains, and PyInstaller's start program, which is in each of ours."""
    done = windows.run([python.exe, "-c", _VERSIONS], seconds=_ASK_SECONDS)
    versions: dict[str, str] = json.loads(done.out)
    home = Path(versions.pop("home")) if NATIVE else python.exe.parent
    licence = (home / "LICENSE.txt").read_text("utf-8", "replace")
    tcl = next((home / "tcl").glob("tk8*/license.terms")).read_text("utf-8", "replace")
    found = [
        Component("CPython", versions["python"], "PSF-2.0", (licence,), distribution=False),
        # Its text is part of the one of Python for Windows.
        Component("OpenSSL", versions["openssl"], "Apache-2.0", (), distribution=False),
        Component("Tcl/Tk", versions["tk"], "TCL", (tcl,), distribution=False),
    ]
    (freezer,) = distributions(name="pyinstaller", path=[str(python.packages)])
    return [*found, _component(freezer)]


def components(work: Path, packages: Path) -> list[Component]:
    """Every distribution that one of the frozen files comes from, by name; without fbtool itself.

    Args:
        work: where PyInstaller has left its lists.
        packages: the ``site-packages`` that it took the files from.
    """
    files = _frozen_files(work)
    found = []
    for distribution in distributions(path=[str(packages)]):
        owned = {str(file).replace("\\", "/") for file in distribution.files or [] if ".dist-info/" not in str(file)}
        if owned & files and distribution.name != "fbtool":
            found.append(_component(distribution))
    return sorted(found, key=lambda component: component.name.lower())


def _frozen_files(work: Path) -> set[str]:
    """The sources of everything that was frozen, as paths below ``site-packages``."""
    sources: set[str] = set()
    for toc in ("PYZ-00.toc", "COLLECT-00.toc"):
        _walk(ast.literal_eval((work / toc).read_text("utf-8")), sources)
    return sources


def _walk(value: Any, sources: set[str]) -> None:
    if isinstance(value, (list, tuple)):
        for item in value:
            _walk(item, sources)
    elif isinstance(value, str):
        path = value.replace("\\", "/")
        if _SITE in path:
            sources.add(path.rpartition(_SITE)[2])


def _component(distribution: Distribution) -> Component:
    about: dict[str, Any] = distribution.metadata.json
    named = about.get("license_expression") or _short(about.get("license", "")) or _classified(about)
    texts = tuple(
        text
        for file in distribution.files or []
        if ".dist-info/" in str(file) and _is_licence(file.name)
        for text in [Path(str(distribution.locate_file(file))).read_text("utf-8", "replace")]
    )
    return Component(distribution.name, distribution.version, named or "see its licence text", texts)


def _is_licence(name: str) -> bool:
    return name.lower().startswith(("licen", "copying", "notice", "authors"))


def _short(text: str) -> str:
    """A licence's name; some packages put its whole text there."""
    return text if len(text) < 60 and "\n" not in text else ""


def _classified(about: dict[str, Any]) -> str:
    kinds = [line.rpartition(" :: ")[2] for line in about.get("classifier", []) if line.startswith("License ::")]
    return " and ".join(kinds)
