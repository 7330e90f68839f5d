"""What is in the download, and what is told about it."""

import hashlib
import json
from pathlib import Path

import pytest

from build.measure import MOST_FILES, MOST_MEGABYTES
from build.places import PROGRAM
from build.version import four_numbers
from fbtool import __version__


def programs(download: Path) -> list[Path]:
    return sorted((download / PROGRAM).glob("*.exe"))


def test_the_sums_are_right(download: Path) -> None:
    lines = (download / "SHA256SUMS").read_text("ascii").splitlines()
    told = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = {file.name for file in download.iterdir() if file.is_file()} - {"SHA256SUMS"}
    assert told.keys() == files
    assert all(hashlib.sha256((download / name).read_bytes()).hexdigest() == digest for name, digest in told.items())


def test_it_is_small(download: Path) -> None:
    assert sum(1 for file in (download / PROGRAM).rglob("*") if file.is_file()) <= MOST_FILES
    (setup,) = download.glob("*-setup.exe")
    assert setup.stat().st_size <= MOST_MEGABYTES * 1_000_000


def test_windows_reads_what_the_programs_are_and_how_they_want_to_be_run(download: Path) -> None:
    assert [program.stem for program in programs(download)] in (["fbtool"], [PROGRAM, "fbtool"])
    for program in programs(download):
        content = program.read_bytes()
        for manifest in (b"longPathAware", b">system</dpiAwareness>", b"asInvoker", b">UTF-8</activeCodePage>",
                         b"Microsoft.Windows.Common-Controls"):  # fmt: skip
            assert manifest in content, manifest
        for text in ("ProductVersion", __version__, f"{program.stem}.exe"):
            assert text.encode("utf-16-le") in content
    assert four_numbers()[3] == 0


def test_every_part_is_listed_with_its_licence(download: Path) -> None:
    (file,) = download.glob("*-sbom.cdx.json")
    parts = json.loads(file.read_text("utf-8"))["components"]
    names = {part["name"].lower() for part in parts}
    assert {"cpython", "openssl", "tcl/tk", "requests", "keyring", "cryptography", "apsw", "pyinstaller"} <= names
    assert "pygments" not in names
    texts = (download / PROGRAM / "THIRD_PARTY_LICENSES.txt").read_text("utf-8")
    assert all(f"{part['name']} {part['version']}" in texts for part in parts)


def test_the_list_of_parts_is_cyclonedx(download: Path) -> None:
    validation = pytest.importorskip("cyclonedx.validation.json", reason="needs cyclonedx-python-lib[json-validation]")
    from cyclonedx.schema import SchemaVersion

    (file,) = download.glob("*-sbom.cdx.json")
    assert validation.JsonStrictValidator(SchemaVersion.V1_5).validate_str(file.read_text("utf-8")) is None


def test_nothing_of_the_computer_that_built_it_is_inside(download: Path) -> None:
    home = str(Path.home()).encode()
    here = str(Path(__file__).parents[2]).encode()
    for file in (download / PROGRAM).rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert here not in content, file
            assert here.replace(b"/", b"\\") not in content, file
            assert len(home) < 8 or home not in content, file
