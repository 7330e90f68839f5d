"""The installer: silent, for one person, in place over an earlier version, and gone without a trace but settings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from build.places import PROGRAM
from build.wine import NATIVE, Windows, windows_path
from tests.conditions import eventually
from tests.e2e.conftest import Stage
from tests.windows.conftest import SECONDS, Computer

UNINSTALL = rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{PROGRAM}"

pytestmark = pytest.mark.skipif(NATIVE, reason="would install on the computer that runs the tests")


@pytest.fixture
def setup(download: Path, tmp_path: Path) -> Path:
    """The installer, as it was downloaded from a gateway's page."""
    (setup,) = download.glob("*-setup.exe")
    renamed = tmp_path / f"{PROGRAM}@gateway.example.org (1).exe"
    renamed.write_bytes(setup.read_bytes())
    return renamed


@pytest.fixture
def installed(windows: Windows, setup: Path) -> Iterator[Computer]:
    """Installed without a question; uninstalled at the end if the test has not done it."""
    done = windows.run([setup, "/S"], seconds=SECONDS)
    assert done.code == 0
    computer = Computer(windows, Path(), {"FBTOOL_LANGUAGE": "en"})
    computer = Computer(windows, computer.local_data / "Programs" / PROGRAM, computer.environment)
    yield computer
    uninstall(computer)


def uninstall(computer: Computer) -> None:
    if (computer.folder / "uninstall.exe").exists():
        computer.windows.run([computer.folder / "uninstall.exe", "/S"], seconds=SECONDS)
        # It goes on in a copy of itself.
        eventually(lambda: not computer.folder.exists(), SECONDS)


def everything(windows: Windows) -> set[str]:
    """Every file on this Windows, but for temporary ones."""
    drive = windows.folder / "drive_c"
    files = (file.relative_to(drive).as_posix() for file in drive.rglob("*"))
    return {file for file in files if "/Temp/" not in file}


def registry(windows: Windows) -> str:
    return windows.run(["reg.exe", "query", UNINSTALL], seconds=SECONDS).out


def test_it_installs_runs_upgrades_and_leaves_only_the_settings(
    windows: Windows, setup: Path, stage: Stage, request: pytest.FixtureRequest
) -> None:
    before = everything(windows)
    installed: Computer = request.getfixturevalue("installed")
    assert installed.run("--version").code == 0
    assert "DisplayVersion" in registry(windows)
    assert installed.run("connect", given=stage.new_account("installed") + "\n").code == 0
    left_over = installed.folder / "_internal" / "of an earlier version.pyd"
    left_over.touch()

    assert windows.run([setup, "/S"], seconds=SECONDS).code == 0
    assert not left_over.exists()
    assert installed.run("status").code in (0, 4)  # connected still; nobody has signed in
    assert "not_connected" not in installed.run("status").err

    uninstall(installed)
    assert "DisplayVersion" not in registry(windows)
    after = everything(windows)
    new = {Path(file).name for file in after - before}
    assert new <= {"fbtool", "settings.json", "Programs"}, new
    assert any(file.endswith("fbtool/settings.json") for file in after)


def test_a_running_program_is_not_replaced_behind_its_back(windows: Windows, setup: Path, installed: Computer) -> None:
    with installed.serving("sandbox", "run", "--port", "0", "--json"):
        assert windows.run([setup, "/S"], seconds=SECONDS).code == 5
    assert windows.run([setup, "/S"], seconds=SECONDS).code == 0
    assert installed.run("--version").code == 0


def test_files_of_its_owner_stay(installed: Computer) -> None:
    mine = installed.folder / "pages.csv"
    mine.write_text("mine", "utf-8")
    installed.windows.run(
        [installed.folder / "uninstall.exe", "/S", f"_?={windows_path(installed.folder)}"], seconds=SECONDS
    )  # fmt: skip
    assert not (installed.folder / "fbtool.exe").exists()
    assert mine.exists()
    (installed.folder / "uninstall.exe").unlink()
    mine.unlink()
    installed.folder.rmdir()


def test_the_gateways_address_comes_with_the_name_of_the_download(installed: Computer) -> None:
    asked = installed.run("connect", given="fbt_abcdefghjk_" + "x" * 43 + "\n")
    assert "gateway.example.org" in asked.err
