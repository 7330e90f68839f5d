"""Writes requirements.txt anew: the newest packages for Windows, each wheel by its SHA-256, no registry's address.

python -m build.lock     (needs the packages uv and packaging; done by a person now and then, never by a build)
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from build.places import BUILD, REQUIREMENTS, ROOT

PYTHONS = ("3.11", "3.13")
"""The Python of the build under wine, and the one of releases."""
EXTRAS = ("gateway", "postgres", "sandbox")
_HEAD = "# Made by `python -m build.lock`: wheels for 64-bit Windows and Python {pythons}.\n"


def main() -> None:
    """Resolve, download, hash."""
    names = _resolved()
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder)
        for python in PYTHONS:
            download(names, python, wheels)
        lines = [_line(name, wheels) for name in names]
    REQUIREMENTS.write_text(_HEAD.format(pythons=" and ".join(PYTHONS)) + "".join(lines), "utf-8")
    print(f"{len(lines)} packages in {REQUIREMENTS.relative_to(ROOT)}")


def download(names: list[str], python: str, folder: Path) -> None:
    """Fetch the Windows wheels of pinned ``names`` for one Python."""
    target = ["--platform", "win_amd64", "--python-version", python, "--implementation", "cp"]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", *target, "-d", folder,
         *names],
        check=True,
    )  # fmt: skip


def _resolved() -> list[str]:
    """Every package as ``name==version``, as Windows needs it."""
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    done = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "compile", "-q", "--python-platform", "windows",
         "--python-version", PYTHONS[0], "--no-header", "--no-annotate", "--only-binary", ":all:", *extras,
         ROOT / "pyproject.toml", BUILD / "requirements.in"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [line for line in done.stdout.splitlines() if "==" in line]


def _line(name: str, wheels: Path) -> str:
    package, _, version = name.partition("==")
    wanted = (canonicalize_name(package), Version(version))
    files = [file for file in wheels.iterdir() if parse_wheel_filename(file.name)[:2] == wanted]
    hashes = sorted(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    return name + "".join(f" \\\n    --hash=sha256:{digest}" for digest in hashes) + "\n"


if __name__ == "__main__":
    main()
