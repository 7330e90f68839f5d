"""One OSError is not one cause: a person hears which it is, and never that fbtool made a mistake."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fbtool.linking.local.secrets import secrets_of_this_computer
from fbtool.linking.system.errors import ComputerRefused, DiskFull, SettingWrong, StreamClosed, trouble_of
from fbtool.linking.system.files import folder_of_this_computer, write_whole
from fbtool.problem import Problem

FBTOOL = f"{sys.executable} -m fbtool"
posix = pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX starts it")
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")


def run(line: str, home: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "FBTOOL_LANGUAGE": "en", "FBTOOL_HOME": str(home)}
    environment |= {"FBTOOL_SECRETS_FILE": str(home / "secrets.json")}
    return subprocess.run(
        ["/bin/sh", "-c", line], env=environment | settings, capture_output=True, text=True, timeout=120, cwd=home
    )


@posix
@full
@pytest.mark.parametrize("command", ["--help", "accounts --json", "completion bash", "doctor"])
def test_a_full_disk_behind_the_output_is_told(command: str, tmp_path: Path) -> None:
    ended = run(f"{FBTOOL} {command} >/dev/full", tmp_path)
    assert ended.returncode == 8
    assert "The disk is full: the output cannot be written (No space left on device)." in ended.stderr
    assert "Traceback" not in ended.stderr


@posix
@full
def test_errors_that_find_no_place_leave_the_exit_code(tmp_path: Path) -> None:
    assert run(f"{FBTOOL} status 2>/dev/full", tmp_path).returncode == 8
    assert run(f"{FBTOOL} status 2>&-", tmp_path).returncode == 4


@posix
@pytest.mark.parametrize("command", ["--help", "accounts --json", "doctor"])
def test_a_closed_output_is_told(command: str, tmp_path: Path) -> None:
    ended = run(f"{FBTOOL} {command} >&-", tmp_path)
    assert ended.returncode == 8
    assert "The output cannot be written, because it is closed." in ended.stderr


@posix
def test_a_closed_input_says_nothing(tmp_path: Path) -> None:
    ended = run(f"{FBTOOL} connect <&-", tmp_path)
    assert ended.returncode == 8
    assert "[connection_code_unreadable]" in ended.stderr


@posix
@pytest.mark.parametrize(
    ("name", "command"), [("FBTOOL_HOME", "accounts"), ("FBTOOL_CONNECTION_FILE", "status"), ("FBTOOL_HOME", "desktop")]
)
def test_nobodys_home_folder_is_told_with_the_setting(name: str, command: str, tmp_path: Path) -> None:
    ended = run(f"{FBTOOL} {command}", tmp_path, DISPLAY=":4711", **{name: "~nobody-of-this-name/x"})
    assert ended.returncode == 8
    assert f"A setting of this computer is wrong: {name} is “~nobody-of-this-name/x”." in ended.stderr


def test_nobodys_secrets_file_is_told_with_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FBTOOL_SECRETS_FILE", "~nobody-of-this-name/x")
    with pytest.raises(SettingWrong):
        secrets_of_this_computer()


@posix
def test_without_a_home_nothing_is_written_into_the_folder_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pwd

    def nobody(uid: int) -> None:
        raise KeyError(uid)

    for name in ("HOME", "XDG_CONFIG_HOME", "FBTOOL_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Problem) as caught:
        folder_of_this_computer()
    assert caught.value.code == "home_unknown"
    assert not list(tmp_path.iterdir())


def test_a_full_disk_behind_a_file_is_no_missing_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    (tmp_path / "kept").write_text("before")
    with pytest.raises(DiskFull):
        write_whole(tmp_path / "kept", b"after")
    assert (tmp_path / "kept").read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EBADF, StreamClosed),
        (errno.EMFILE, ComputerRefused),
        (errno.EROFS, ComputerRefused),
        (errno.EIO, ComputerRefused),
        (errno.EINVAL, None),
        (errno.ENOENT, None),
    ],
)
def test_every_cause_has_its_words(number: int, kind: type[Problem] | None) -> None:
    found = trouble_of(OSError(number, os.strerror(number), "/some/file"))
    assert found is None if kind is None else type(found) is kind
