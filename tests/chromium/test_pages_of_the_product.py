"""Every page that the gateway and the tool show: axe-core finds nothing, it fits, and the keyboard reaches the end."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from fbtool.gateway.channels.facebook.http_callbacks import DATA_DELETION
from fbtool.gateway.server import Gateway
from fbtool.linking.signin.receiver import Receiver
from tests.chromium.browser import resize
from tests.chromium.checks import shortcomings
from tests.chromium.person import Person
from tests.gateway.conftest import Clock, Running, ScriptedFacebook, facebook, settings_for  # noqa: F401 - a fixture
from tests.gateway.test_callbacks import call
from tests.gateway.test_signin import BY_HAND, EXCHANGE, begin, state_at_facebook
from tests.node import installed

HERE = Path(__file__).parent
WIDTHS = (390, 1440)
_JUDGE = """
const done = arguments[0];
axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(({violations}) =>
  done(violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`))));
"""
_MARK_THE_LAST = "[...document.querySelectorAll('a, button, summary')].at(-1)?.setAttribute('data-last', '')"


@pytest.fixture(scope="module")
def axe() -> str:
    """The program that judges, to be run in a page."""
    return (installed(HERE / "package.json") / "node_modules/axe-core/axe.min.js").read_text("utf-8")


@pytest.fixture
def gateway(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Running]:  # noqa: F811 - the fixture
    """A gateway that offers the tool; Facebook's dialog cannot be opened there."""
    facebook.says(EXCHANGE, 200, {"access_token": "EAAG-user", "token_type": "bearer", "expires_in": 5183944})
    facebook.says("GET me", 200, {"id": "1", "name": "Erika Muster"})
    for folder in ("data", "offered"):
        (tmp_path / folder).mkdir()
    for name in ("setup.exe", "portable.zip"):
        (tmp_path / "offered" / f"Facebook-Tool-1.10.0-{name}").write_bytes(b"MZ")
    clock = Clock()
    settings = settings_for(tmp_path / "data", facebook, download_dir=tmp_path / "offered")
    here = Running(settings, Gateway(settings, clock), clock)
    here.gateway.start()
    here.token = here.admin("POST", "accounts", json={"name": "Blumen Beispiel"}).json()["token"]
    yield here
    here.gateway.stop()


def tour(person: Person, gateway: Running) -> Iterator[str]:
    """Go to each page, and name it."""
    for name, path in {
        "front": "/",
        "download": "/download",
        "docs": "/docs",
        "cannot-start": "/oauth/authorize",
        "no-longer-valid": "/oauth/callback?state=old&code=x",
        "deletion-unknown": f"{DATA_DELETION}/WRONG",
        "deletion-done": f"{DATA_DELETION}/{call(gateway, 'data-deletion', 'erika').json()['confirmation_code']}",
    }.items():
        person.opens(gateway.address + path)
        yield name
    dialog = begin(gateway, redirect_uri=BY_HAND)
    person.opens(gateway.address)
    for cookie in dialog.cookies:
        person.browser.add_cookie({"name": cookie.name, "value": cookie.value or ""})
    person.opens(f"{gateway.address}/oauth/callback?code=fb-code&state={state_at_facebook(dialog)}")
    yield "did-you-start-this"
    person.presses("go-on")
    assert re.search(r"[A-Z0-9]{4}", person.heading)
    yield "code"
    with closing(Receiver("state", lambda callback: None)) as receiver:
        person.opens(receiver.redirect_uri)
        yield "tool"


def findings(browser: Chrome, axe: str) -> Iterator[str]:
    """What axe-core finds, light and dark, on a phone and on a wide screen."""
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        for width in WIDTHS:
            resize(browser, width)
            browser.execute_script(axe)
            yield from (f"{scheme}, {width} px: {one}" for one in browser.execute_async_script(_JUDGE))


@pytest.mark.parametrize("language", ["person", "german"])
def test_everybody_can_use_every_page(
    gateway: Running, axe: str, request: pytest.FixtureRequest, language: str
) -> None:
    person: Person = request.getfixturevalue(language)
    found = {}
    for place in tour(person, gateway):
        found[place] = [*findings(person.browser, axe), *shortcomings(person.browser)]
        assert person.language == {"person": "en", "german": "de"}[language]
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_the_keyboard_reaches_the_last_control_and_shows_where_it_is(gateway: Running, person: Person) -> None:
    reached = set()
    for place in tour(person, gateway):
        person.browser.execute_script(_MARK_THE_LAST)
        if place != "docs" and person.browser.find_elements(By.CSS_SELECTOR, "[data-last]"):
            person.tabs_to("[data-last]")
            reached.add(place)
    assert reached == {"front", "download", "did-you-start-this"}
