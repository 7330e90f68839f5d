"""Shared by all scenarios: houses, one browser, and the page that tells of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from fbtool import language
from tests.chromium import browser as chromium
from tests.chromium.person import Person
from tests.scenarios.computer import Computer
from tests.scenarios.house import House, opened


@pytest.fixture(scope="session")
def houses() -> Iterator[Callable[[str], House]]:
    """One house for each stage, opened when it is needed first; nothing has happened in it yet."""
    standing: dict[str, House] = {}
    with ExitStack() as at_the_end:

        def house(stage: str) -> House:
            if stage not in standing:
                standing[stage] = at_the_end.enter_context(opened(stage))
            standing[stage].begin()
            return standing[stage]

        yield house


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    """One Chromium for all scenarios."""
    if missing := chromium.missing_packages():
        pytest.skip(f"needs Debian's packages {' and '.join(missing)}")
    running = chromium.start("en-US")
    yield running
    running.quit()


@pytest.fixture
def person(browser: Chrome) -> Iterator[Person]:
    """Somebody at the browser, who leaves no trace."""
    yield Person(browser)
    chromium.forget(browser)


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Computer]:
    """A new computer."""
    yield Computer(tmp_path, monkeypatch)
    language.use("en")
