"""Ctrl-C is never lost, and never shows where the program was."""

import os
import signal
import subprocess
import sys
import threading
import weakref
from pathlib import Path

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


def test_ctrl_c_inside_an_evaluated_text_ends_with_our_code_too(tmp_path: Path) -> None:
    """Dataclasses are made so; Python remembers it, and would end by the signal though it was handled."""
    early = "import fbtool.cli\ndef run(): exec('raise KeyboardInterrupt')\nfbtool.cli.run = run\n"
    (tmp_path / "sitecustomize.py").write_text(early)
    command = [sys.executable, "-m", "fbtool", "--version"]
    ended = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (130, "")
