"""Ctrl-C is never lost, and never shows where the program was."""

import signal
import subprocess
import sys
import threading
import weakref

import pytest

from fbtool import __main__ as program


class Something:
    """Can be referred to weakly."""


def test_ctrl_c_inside_a_callback_that_swallows_it_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "unraisablehook", program._repeat_lost_ctrl_c)
    something = Something()
    reference = weakref.ref(something, lambda _: signal.raise_signal(signal.SIGINT))
    del something
    assert reference() is None
    with pytest.raises(KeyboardInterrupt):
        threading.Event().wait(60)


def test_other_lost_errors_are_shown_as_ever(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "unraisablehook", program._repeat_lost_ctrl_c)
    something = Something()
    reference = weakref.ref(something, lambda _: 1 / 0)
    del something
    assert reference() is None
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_ctrl_c_while_modules_are_loaded_ends_quietly() -> None:
    early = (
        "import builtins, signal, sys\n"
        "from fbtool.__main__ import main\n"
        "load = builtins.__import__\n"
        "def interrupted(name, *rest):\n"
        "    if name == 'fbtool.cli': signal.raise_signal(signal.SIGINT)\n"
        "    return load(name, *rest)\n"
        "builtins.__import__ = interrupted\n"
        "main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", early], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")
