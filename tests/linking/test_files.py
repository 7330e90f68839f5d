"""A file is written whole or not at all."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from fbtool.linking.local.notebook import Notebook
from fbtool.linking.local.secrets_file import FileSecrets
from fbtool.linking.system.files import locked, write_whole


def test_folders_are_made(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b" / "file", b"content")
    assert (tmp_path / "a" / "b" / "file").read_bytes() == b"content"


def test_a_failure_leaves_the_old_content_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")
    with pytest.raises(TypeError):
        write_whole(path, None)  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_folder_in_its_place_is_an_error_and_leaves_no_rubbish(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(OSError):
        write_whole(tmp_path / "file", b"content")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_changes_of_many_programs_at_once_are_all_kept(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from fbtool.linking.local.notebook import KnownAccount, Notebook\n"
        "from fbtool.linking.local.secrets_file import FileSecrets\n"
        "folder, me = Path(sys.argv[1]), sys.argv[2]\n"
        "for number in range(20):\n"
        "    account = KnownAccount('https://g.test', f'{me}.{number}', 'x')\n"
        "    Notebook(folder / 'settings.json').change(lambda notes: notes.with_changed(account))\n"
        "    FileSecrets(folder / 'secrets.json').set('service', f'{me}.{number}', 'value')\n"
    )
    programs = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), str(me)]) for me in range(4)]
    assert [program.wait(120) for program in programs] == [0] * 4
    wanted = {f"{me}.{number}" for me in range(4) for number in range(20)}
    assert {account.id for account in Notebook(tmp_path / "settings.json").read().accounts} == wanted
    assert {name for name in wanted if FileSecrets(tmp_path / "secrets.json").get("service", name)} == wanted


@pytest.mark.skipif(sys.platform == "win32", reason="flock is of Unix")
def test_a_file_system_without_locks_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def refused(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refused)
    with locked(tmp_path / "file"):
        write_whole(tmp_path / "file", b"content")
    assert (tmp_path / "file").read_bytes() == b"content"
