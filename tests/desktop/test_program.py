"""The window as a program of its own: one per person, and it ends when it is closed."""

import errno
import gc
import os
import signal
import subprocess
import sys
import tkinter as tk
import weakref
from pathlib import Path

import pytest

from fbtool.desktop import program, single_instance
from fbtool.desktop.application import Application
from fbtool.desktop.preferences import Preferences, PreferencesFile
from fbtool.desktop.single_instance import SingleInstance, WindowSilent
from fbtool.desktop.splash import Splash
from fbtool.desktop.update_check import is_due, newer_at
from fbtool.desktop.widgets import all_below
from tests.conditions import eventually
from tests.e2e.processes import Background
from tests.linking.stage import Stage

PROGRAM = [sys.executable, "-m", "fbtool", "desktop"]


def test_a_second_start_brings_the_first_window_forward_and_ends(home: Path) -> None:
    first = SingleInstance(home)
    assert first.claim()
    called: list[str] = []
    first.listen(lambda: called.append("forward"))
    try:
        second = subprocess.run(PROGRAM, capture_output=True, timeout=120)
        assert (second.returncode, second.stdout, second.stderr) == (0, b"", b"")
        eventually(lambda: called == ["forward"])
    finally:
        first.release()
    assert not (home / "window.port").exists()


def test_only_who_knows_the_secret_can_call_the_window(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "_STARTING", 0.0)
    first, second = SingleInstance(home), SingleInstance(home)
    assert first.claim()
    called: list[str] = []
    first.listen(lambda: called.append("forward"))
    try:
        kept = (home / "window.port").read_bytes()
        (home / "window.port").write_bytes(kept.replace(b'"secret": "', b'"secret": "x'))
        with pytest.raises(WindowSilent):
            second.claim()
        (home / "window.port").write_bytes(kept)
        assert not second.claim()
        eventually(lambda: called == ["forward"])
    finally:
        first.release()
    assert second.claim()
    second.release()


def test_a_window_that_does_not_answer_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "_STARTING", 0.0)
    stuck = SingleInstance(home)
    assert stuck.claim()
    try:
        with pytest.raises(WindowSilent):
            SingleInstance(home).claim()
    finally:
        stuck.release()


def test_who_waits_for_a_window_that_ends_takes_its_place(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ending, next_one = SingleInstance(home), SingleInstance(home)
    assert ending.claim()
    monkeypatch.setattr(next_one, "_call_first", lambda: ending.release())  # it ends just when it is asked
    assert next_one.claim()
    next_one.release()


@pytest.mark.skipif(sys.platform == "win32", reason="a folder on a network is locked by its server there")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EIO])
def test_a_folder_that_knows_no_locks_is_no_other_window(
    home: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert SingleInstance(home).claim()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="DISPLAY is of X11")
@pytest.mark.parametrize("command", [PROGRAM, [sys.executable, "-m", "fbtool.desktop.program"]])
def test_a_screen_that_is_gone_is_told(home: Path, command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 8
    assert 'The window cannot open: the screen cannot be used (couldn\'t connect to display ":4711").' in ended.stderr
    assert "screen_unreachable" in ended.stderr


def test_without_a_screen_the_command_says_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    ended = subprocess.run(PROGRAM, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 8
    assert "There is no screen here on which a window could open." in ended.stderr


def test_the_gateway_is_asked_for_a_newer_version_once_a_day(home: Path, stage: Stage) -> None:
    preferences = PreferencesFile.of_this_computer()
    assert is_due(preferences, 1_000_000.0)
    assert not is_due(preferences, 1_000_001.0)
    assert is_due(PreferencesFile.of_this_computer(), 1_100_000.0)
    preferences.change(tell_new_versions=False)
    assert not is_due(preferences, 2_000_000.0)
    assert newer_at(stage.connection.address) is None  # this gateway offers no download
    assert newer_at("http://127.0.0.1:9") is None


def test_the_demo_opens_a_window_and_ends_with_ctrl_c(home: Path) -> None:
    demo = Background([sys.executable, "-m", "fbtool", "demo", "--window"], dict(os.environ))
    try:
        demo.wait_for("In the browser sign in as erika@example.org with the password sommerwiese")
    finally:
        code = demo.stop(signal.SIGINT)
    assert code == 130


def test_the_window_says_that_it_opens_until_its_first_screen_is_there(home: Path) -> None:
    splash = Splash(tk.Tk(className="fbtool"), PreferencesFile.of_this_computer())
    splash.show()
    assert splash.root.title() == "fbtool is opening … – fbtool"
    assert splash.root.winfo_viewable()
    size, made = splash.root.geometry(), list[Application]()
    program.begin(splash, made.append)
    try:
        eventually(lambda: _title_now(splash) == "Connect – fbtool")
        assert splash.root.geometry() == size
        labels = [made for made in all_below(splash.root) if made.winfo_class() == "Label"]
        assert not any("opening" in str(made["text"]) for made in labels)
    finally:
        made[0].close()


def _title_now(splash: Splash) -> str:
    splash.root.update()
    return splash.root.title()


def test_a_defect_while_it_opens_ends_the_window_and_stands_in_the_log(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(splash: Splash) -> Application:
        raise LookupError

    monkeypatch.setattr(program, "make", broken)
    with pytest.raises(LookupError):
        program.run()
    assert "builtins.LookupError" in (home / "logs" / "window.log").read_text("utf-8")
    next_one = SingleInstance(home)
    assert next_one.claim()
    next_one.release()


def test_the_choices_outlive_a_start_and_a_damaged_file_means_the_usual(tmp_path: Path) -> None:
    file = tmp_path / "window.json"
    PreferencesFile(file).change(theme="dark", maximised=True)
    assert (PreferencesFile(file).now.theme, PreferencesFile(file).now.maximised) == ("dark", True)
    file.write_text('{"theme": "dark", "of a later version": 1}', "utf-8")
    assert PreferencesFile(file).now == Preferences(theme="dark")
    for damaged in ("", "[]", "{", '{"theme": 1}', '{"maximised": "yes"}', "\udcff"):
        file.write_bytes(damaged.encode("utf-8", "surrogateescape"))
        assert PreferencesFile(file).now == Preferences()


def test_no_thread_ever_clears_a_window_of_these_tests_away(home: Path) -> None:
    """Another one than its own would end the process: “Tcl_AsyncDelete: async handler deleted by the wrong thread”."""
    root = tk.Tk()
    root.destroy()
    there, root.itself = weakref.ref(root), root  # type: ignore[attr-defined]
    del root
    gc.collect()
    assert there() is not None
