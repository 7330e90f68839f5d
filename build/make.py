"""Makes the Windows download.

python -m build.make [--twice | --pack]      (``nox -s exe`` runs it with everything it needs)

``dist/windows`` then holds the portable zip, the installer, their SHA-256, the list of parts, and the folder they were
made from. With ``--twice`` everything is made a second time elsewhere and compared byte by byte. ``--pack`` takes the
folder of an earlier build, signs the programs in it and packs it anew: who signs need not be who builds.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from build import bundled, icon, inputs, licences, packing, sbom, signing
from build.places import BUILD, DIST, PROGRAM, ROOT, WORK
from build.wine import Windows, windows_path

_FREEZE_SECONDS = 900
_REPRODUCIBLE = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def main() -> None:
    """Build, and say how long each step took."""
    parser = argparse.ArgumentParser(prog="python -m build.make", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--twice", action="store_true", help="make it twice and compare")
    parser.add_argument("--pack", action="store_true", help="sign and pack what was built before")
    wishes = parser.parse_args()
    if wishes.pack:
        _pack_anew(DIST)
        return
    again = WORK / "second" / "result"
    with Windows(WORK / "prefix") as windows:
        _make(windows, WORK / "first", DIST)
        if wishes.twice:
            _make(windows, WORK / "second", again)
    if wishes.twice:
        _compare(DIST, again)
    print((DIST / packing.SUMS).read_text("ascii"), end="")
    if not signing.wanted():
        print("Not signed: no certificate was given (see build/signing.py).")


def source_date() -> int:
    """The moment that everything in the download bears: SOURCE_DATE_EPOCH, else that of the commit (Unix seconds)."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout)


def _make(windows: Windows, work: Path, target: Path) -> None:
    epoch = source_date()
    for folder in (work, target):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    with _step("fbtool's own package"):
        wheel = inputs.fbtool_wheel(work / "wheel")
    with _step("Python for Windows: fetched, signatures checked, packages installed"):
        python = inputs.prepare(work / "python", wheel)
    with _step("freeze"):
        _freeze(windows, python, work, epoch)
    frozen = work / "frozen" / PROGRAM
    components = [*bundled.runtime(windows, python), *bundled.components(work / "fbtool", python.packages)]
    licences.write(frozen / "THIRD_PARTY_LICENSES.txt", components)
    text = (ROOT / "LICENSE").read_text("utf-8")
    (frozen / "LICENSE.txt").write_text(text, "utf-8", newline="\r\n")
    shutil.copytree(frozen, target / PROGRAM)
    sbom.write(target / packing.name("sbom.cdx.json"), components, epoch)
    _sign_and_pack(target, work / "icon.ico", epoch)


def _sign_and_pack(target: Path, drawing: Path, epoch: int) -> None:
    for program in sorted((target / PROGRAM).glob("*.exe")):
        signing.sign(program)
    with _step("zip and installer"):
        packing.pack(target, drawing, epoch)


def _pack_anew(target: Path) -> None:
    if not signing.wanted():
        sys.exit("Nothing to sign with: see build/signing.py.")
    (target / packing.SUMS).unlink()
    WORK.mkdir(parents=True, exist_ok=True)
    icon.write(WORK / "icon.ico")
    _sign_and_pack(target, WORK / "icon.ico", source_date())
    print((target / packing.SUMS).read_text("ascii"), end="")


def _freeze(windows: Windows, python: inputs.Python, work: Path, epoch: int) -> None:
    done = windows.run(
        [python.exe, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN",
         "--distpath", windows_path(work / "frozen"), "--workpath", windows_path(work),
         windows_path(BUILD / "fbtool.spec")],
        seconds=_FREEZE_SECONDS, folder=ROOT,
        FBTOOL_WORK=windows_path(work), **_REPRODUCIBLE, SOURCE_DATE_EPOCH=str(epoch),
        # Zip and installer pack everything themselves, the installer far better; and what is not packed starts sooner.
        PYINSTALLER_ZLIB_COMPRESSION_LEVEL="0",
    )  # fmt: skip
    if done.code != 0:
        sys.exit(f"PyInstaller failed:\n{done.out}\n{done.err}")


def _compare(first: Path, second: Path) -> None:
    """End the build if the two results differ in a byte."""
    one, other = (_digests(folder) for folder in (first, second))
    different = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    if different:
        sys.exit("Two builds of the same commit differ in: " + ", ".join(different))
    print(f"Built twice: {len(one)} files, every byte the same.")


def _digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


class _step:  # noqa: N801 - reads as a statement
    """Say what is done, and how long it took."""

    def __init__(self, title: str) -> None:
        self._title = title

    def __enter__(self) -> None:
        self._begun = time.monotonic()

    def __exit__(self, *error: object) -> None:
        print(f"{time.monotonic() - self._begun:5.0f} s  {self._title}", flush=True)


if __name__ == "__main__":
    main()
