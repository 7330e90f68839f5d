"""Every page fits a phone and a wide window, names its controls, and says its language.

A tour goes through pages as a person does and stops at each; what falls short is collected with the place.
"""

from collections.abc import Callable, Iterator

import pytest
import requests

from tests.chromium.checks import shortcomings
from tests.chromium.conftest import SCOPES, Sandbox, SigningIn
from tests.chromium.person import Person
from tests.chromium.test_dialog import CONFIGURATION, ERIKA, FOR_BUSINESS, IN_DEVELOPMENT, KLARA, NORA, TIMO
from tests.chromium.test_signing_in import on_another_device

FLOWERS = "100000000000011"
LONG = "https://elsewhere.example.org/" + "a-folder/" * 12
UNBREAKABLE = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2


def first_sign_in(person: Person, shop: Sandbox) -> Iterator[str]:
    person.opens(shop.dialog())
    yield "log-in"
    person.logs_in(ERIKA[0], "wrong")
    yield "log-in with a message"
    person.logs_in(*ERIKA)
    yield "continue"
    person.presses("continue")
    yield "pages"
    person.chooses_current_only()
    yield "pages, current only"
    person.presses("continue")
    yield "review"
    person.presses("save")
    person.opens(shop.dialog())
    yield "reconnect"
    dialog = person.browser.current_url
    person.presses("cancel")
    person.opens(dialog)
    yield "gone"


def walls(person: Person, shop: Sandbox) -> Iterator[str]:
    for name, changed in (
        ("an unknown app", {"client_id": "1"}),
        ("a long address", {"redirect_uri": LONG}),
        ("a wrong answer", {"response_type": "id_token"}),
        ("an unknown configuration", {"config_id": "1"}),
    ):
        person.opens(shop.dialog(**changed))
        yield name


def device(person: Person, shop: Sandbox) -> Iterator[str]:
    asked = {"access_token": "1840000000000001|00112233445566778899aabbccddeeff", "scope": "public_profile"}
    shown = requests.post(f"{shop.address}/v26.0/device/login", data=asked, timeout=30).json()
    person.opens(shown["verification_uri"])
    yield "device"
    person.writes("code", shown["user_code"])
    person.presses("continue")
    person.logs_in(*ERIKA)
    person.presses("cancel")
    yield "device-declined"


def around(person: Person, shop: Sandbox) -> Iterator[str]:
    person.opens(shop.address)
    yield "front"
    person.opens(shop.chat(FLOWERS, "jonas"))
    yield "chat, empty"
    for text in ("Ja, von 9 bis 18 Uhr.", UNBREAKABLE):
        shop.post(f"pages/{FLOWERS}/customers/jonas/inbox-answers", {"text": text})
        person.writes("text", text)
        person.presses("send")
        person.presses("picture")
    yield "chat"
    person.opens(f"{shop.address}/sandbox/control")
    yield "control"
    shop.post("faults", {"kind": "unavailable", "page": FLOWERS, "call": "POST */messages", "times": 3})
    person.opens(f"{shop.address}/sandbox/control")
    yield "control with a fault"


def an_agency(person: Person, agency: Sandbox) -> Iterator[str]:
    person.opens(agency.address)
    yield "front"
    asked = {"client_id": FOR_BUSINESS, "config_id": CONFIGURATION, "scope": ""}
    person.opens(agency.dialog(**asked))
    person.logs_in(*KLARA)
    yield "two-factor"
    person.writes("code", "246810")
    person.presses("submit-code")
    person.presses("continue")
    person.chooses_current_only()
    yield "pages"
    person.presses("continue")
    person.chooses_current_only()
    yield "businesses"
    person.presses("continue")
    yield "review, all or nothing"


def troubles(person: Person, trouble: Sandbox) -> Iterator[str]:
    person.opens(trouble.address)
    yield "front"
    person.opens(f"{trouble.address}/sandbox/control")
    yield "control"
    person.opens(trouble.dialog())
    person.logs_in(*TIMO)
    yield "checkpoint"
    person.presses("confirm")
    person.presses("switch-account")
    person.logs_in("ohne@example.org", "leere")
    person.presses("continue")
    yield "pages, none"
    person.opens(trouble.dialog(client_id=IN_DEVELOPMENT))
    yield "app-not-active"
    person.opens(trouble.dialog(auth_type="reauthenticate", client_id=IN_DEVELOPMENT, scope=f"{SCOPES},manage_pages"))
    person.logs_in(*NORA)
    yield "invalid-scopes"


def the_ends(person: Person, shop: Sandbox, signing_in: Callable[..., SigningIn]) -> Iterator[str]:
    login = signing_in()
    person.opens(login.link.replace("S256", "plain"))
    yield "the gateway: cannot start"
    gateway = login.link.partition("/oauth/")[0]
    person.opens(f"{gateway}/oauth/callback?state=old&code=x")
    yield "the gateway: no longer valid"
    person.opens(login.link)
    person.logs_in(*ERIKA)
    person.presses("cancel")
    person.reads("fbtool")
    yield "the tool: not granted"
    person.opens(on_another_device(signing_in().link))
    person.presses("continue")
    person.presses("continue")
    person.presses("save")
    person.reads("fbtool")
    yield "the gateway: a code"
    person.opens(on_another_device(signing_in().link))
    person.presses("cancel")
    person.reads("fbtool")
    yield "the gateway: not granted"


def assert_decent(person: Person, tour: Iterator[str]) -> None:
    found = {place: shortcomings(person.browser) for place in tour}
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("language", ["person", "german"])
@pytest.mark.parametrize("tour", [first_sign_in, walls, device, around])
def test_the_small_shop(
    shop: Sandbox, request: pytest.FixtureRequest, tour: Callable[[Person, Sandbox], Iterator[str]], language: str
) -> None:
    person = request.getfixturevalue(language)
    assert_decent(person, tour(person, shop))


@pytest.mark.parametrize("language", ["person", "german"])
def test_an_agency(agency: Sandbox, request: pytest.FixtureRequest, language: str) -> None:
    person = request.getfixturevalue(language)
    assert_decent(person, an_agency(person, agency))


@pytest.mark.parametrize("language", ["person", "german"])
def test_everything_that_goes_wrong(trouble: Sandbox, request: pytest.FixtureRequest, language: str) -> None:
    person = request.getfixturevalue(language)
    assert_decent(person, troubles(person, trouble))


@pytest.mark.parametrize("language", ["person", "german"])
def test_the_last_pages_of_a_sign_in(
    shop: Sandbox, signing_in: Callable[..., SigningIn], request: pytest.FixtureRequest, language: str
) -> None:
    person = request.getfixturevalue(language)
    assert_decent(person, the_ends(person, shop, signing_in))
