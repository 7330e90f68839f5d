"""The browser is opened only for web addresses, and only where somebody can see it."""

import sys
import webbrowser
from pathlib import Path

import pytest

from fbtool.linking.signin import browser
from fbtool.linking.signin.browser import open_in_browser
from tests.conditions import eventually


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    def take(url: str) -> bool:
        urls.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", take)
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return urls


def test_on_a_screen_it_opens(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    assert open_in_browser("https://gateway.test/")
    assert opened == ["https://gateway.test/"]


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is always a screen")
def test_without_a_screen_no_text_browser_takes_the_terminal(opened: list[str]) -> None:
    assert not open_in_browser("https://gateway.test/")
    assert opened == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "calc.exe", ""])
def test_only_web_addresses_are_opened(opened: list[str], monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    assert not open_in_browser(url)
    assert opened == []


def test_a_browser_that_fails_is_no_crash(monkeypatch: pytest.MonkeyPatch, opened: list[str]) -> None:
    def fail(url: str) -> bool:
        raise webbrowser.Error

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", fail)
    assert not open_in_browser("https://gateway.test/")


@pytest.mark.skipif(sys.platform == "win32", reason="BROWSER is read on other systems only")
def test_a_command_that_stays_is_a_browser_that_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, closed, program = tmp_path / "opened", tmp_path / "closed", tmp_path / "browser.sh"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}\nwhile [ ! -e {closed} ]; do sleep 0.02; done\n')
    program.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{program} %s")
    monkeypatch.setattr(webbrowser, "_tryorder", None)
    monkeypatch.setattr(browser, "PATIENCE", 0.1)
    try:
        assert open_in_browser("https://gateway.test/?a=b")
        eventually(lambda: opened.exists() and opened.read_text() == "https://gateway.test/?a=b")
    finally:
        closed.touch()


@pytest.mark.skipif(sys.platform == "win32", reason="BROWSER is read on other systems only")
@pytest.mark.parametrize("command", ["/nowhere/browser %s", "'unfinished %s"])
def test_a_wrong_setting_is_no_browser(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", command)
    monkeypatch.setenv("PATH", "")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(webbrowser, "_tryorder", None)
    assert not open_in_browser("https://gateway.test/")
