"""Makes of the folder with the programs what people download: a zip and an installer, and the sums of all."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from build import signing
from build.places import BUILD, PROGRAM
from build.version import four_numbers
from build.wine import NATIVE
from fbtool import __version__

SUMS = "SHA256SUMS"


def name(ending: str) -> str:
    """The name of a download: ``Facebook-Tool-1.2.3-setup.exe``."""
    return f"{PROGRAM}-{__version__}-{ending}"


def pack(target: Path, icon: Path, epoch: int) -> None:
    """Write the downloads beside the folder ``target/Facebook-Tool``."""
    folder = target / PROGRAM
    for path in [*folder.rglob("*"), folder]:
        os.utime(path, (epoch, epoch))
    _zip(folder, target / name("portable.zip"), epoch)
    _installer(folder, target / name("setup.exe"), icon, epoch)
    files = sorted(file for file in target.iterdir() if file.is_file())
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (target / SUMS).write_text("".join(lines), "ascii", newline="")


def _zip(folder: Path, target: Path, epoch: int) -> None:
    """Always in the same order and with the same times."""
    moment = datetime.fromtimestamp(epoch, UTC).timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                entry = zipfile.ZipInfo(file.relative_to(folder.parent).as_posix(), moment)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, file.read_bytes())


def _installer(folder: Path, target: Path, icon: Path, epoch: int) -> None:
    makensis = shutil.which("makensis")
    if makensis is None:
        sys.exit("makensis is missing: install NSIS 3.")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    given = {
        "VERSION": __version__,
        "VERSION4": ".".join(map(str, four_numbers())),
        "SOURCE": str(folder),
        "TARGET": str(target),
        "ICON": str(icon),
        "KILOBYTES": str(size // 1024),
    }
    if not NATIVE:
        given["AMD64"] = "yes"  # wine here runs 64-bit programs only; NSIS for Windows makes 32-bit ones
    if (folder / f"{PROGRAM}.exe").exists():
        given["HAS_WINDOW"] = "yes"
    if signing.wanted():
        given["SIGN"] = f'"{sys.executable}" -m build.signing'
    subprocess.run(
        [makensis, "-V2", "-INPUTCHARSET", "UTF8", *(f"-D{key}={value}" for key, value in given.items()),
         str(BUILD / "installer.nsi")],
        check=True, cwd=BUILD.parent, env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch)},
    )  # fmt: skip
    signing.sign(target)
