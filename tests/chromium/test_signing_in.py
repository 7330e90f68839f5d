"""An admin signs in: fbtool prints a link, the rest happens in the browser, and fbtool says what came of it."""

import re
from collections.abc import Callable
from urllib.parse import quote

from selenium.webdriver.common.keys import Keys

from tests.chromium.conftest import Sandbox, SigningIn
from tests.chromium.person import Person
from tests.e2e.processes import Computer

FLOWERS = "Blumen Beispiel"
CAFE = "Café Sonnenschein"
WORKSHOP = "Werkstatt Muster"
ERIKA = ("erika@example.org", "sommerwiese")
SIGNED_IN = "Facebook's answer has arrived.\nYou can close this window and return to fbtool."
NOT_GRANTED = "Facebook did not grant access.\nYou can close this window and return to fbtool."

BY_HAND = "urn:ietf:wg:oauth:2.0:oob"

Start = Callable[..., SigningIn]


def allow(person: Person, *pages: str) -> None:
    """The first time, from the login page to the end: these Pages and every permission."""
    person.logs_in(*ERIKA)
    person.presses("continue")
    person.chooses_current_only()
    person.ticks(*pages)
    person.presses("continue")
    person.presses("save")


def on_another_device(link: str) -> str:
    """The link, as a tool makes it that no browser can reach."""
    return re.sub(r"(?<=[?&]redirect_uri=)[^&]+", quote(BY_HAND), link)


def verdicts(admin: Computer) -> dict[str, str]:
    listed = admin.run("pages", "--json")
    return {page["name"]: page["verdict"] for page in listed.json["pages"]}


def test_the_first_time_from_the_link_to_the_last_page(
    shop: Sandbox, admin: Computer, signing_in: Start, person: Person
) -> None:
    login = signing_in()
    person.opens(login.link)
    person.logs_in("erika@example.org", "winterwiese")
    person.is_told("The email or the password is not right.")
    person.logs_in(*ERIKA)

    person.sees("continue")
    assert "Acme Inbox Link" in person.heading
    assert "Erika Muster" in person.heading
    person.presses("continue")

    person.sees("pages")
    assert person.offered == [FLOWERS, CAFE, WORKSHOP]
    person.chooses_current_only()
    person.ticks(FLOWERS, WORKSHOP)
    assert person.ticked == [FLOWERS, WORKSHOP]
    person.presses("continue")

    person.sees("review")
    assert all(person.switched_on.values())
    assert "public_profile" not in person.switched_on
    person.switches("pages_messaging")
    person.presses("save")

    person.reads(SIGNED_IN)
    login.says("Erika Muster is signed in.*Not allowed at Facebook: .*pages_messaging")
    assert login.ends()[0] == 3
    assert verdicts(admin) == {FLOWERS: "permission_missing", WORKSHOP: "permission_missing"}


def test_the_second_time_only_what_was_declined_is_asked_again(
    shop: Sandbox, signing_in: Start, person: Person
) -> None:
    person.opens(signing_in().link)
    person.logs_in(*ERIKA)
    person.presses("continue")
    person.presses("continue")
    person.switches("pages_messaging")
    person.presses("save")
    person.reads(SIGNED_IN)

    again = signing_in()
    person.opens(again.link)
    person.sees("reconnect")
    person.presses("continue")
    person.sees("review")
    assert person.switched_on == {"pages_messaging": True}
    person.presses("save")
    person.reads(SIGNED_IN)
    again.says("Erika Muster is signed in")
    assert again.ends()[0] == 0


def test_continue_replays_the_old_choice_and_edit_settings_shows_it(
    shop: Sandbox, admin: Computer, signing_in: Start, person: Person
) -> None:
    person.opens(signing_in().link)
    allow(person, CAFE)
    person.reads(SIGNED_IN)

    by_continue = signing_in()
    person.opens(by_continue.link)
    person.sees("reconnect")
    person.presses("continue")
    person.reads(SIGNED_IN)
    assert by_continue.ends()[0] == 0
    assert verdicts(admin) == {CAFE: "ready"}

    by_hand = signing_in()
    person.opens(by_hand.link)
    person.presses("edit-settings")
    person.sees("pages")
    assert person.ticked == [CAFE]
    person.ticks(FLOWERS)
    person.presses("continue")
    person.presses("save")
    person.reads(SIGNED_IN)
    assert by_hand.ends()[0] == 0
    assert verdicts(admin) == {FLOWERS: "ready", CAFE: "ready"}

    person.opens(signing_in("--edit-settings").link)
    person.presses("continue")
    person.sees("pages")
    assert person.ticked == [FLOWERS, CAFE]


def test_cancel_is_told_in_the_browser_and_in_the_terminal(shop: Sandbox, signing_in: Start, person: Person) -> None:
    login = signing_in()
    person.opens(login.link)
    person.logs_in(*ERIKA)
    person.sees("continue")
    person.presses("cancel")
    person.reads(NOT_GRANTED)
    code, notes = login.ends()
    assert code == 3
    assert "[sign_in_denied]" in notes


def test_an_address_that_is_not_listed_ends_on_a_page_of_which_nobody_hears(
    shop: Sandbox, signing_in: Start, person: Person
) -> None:
    shop.post("reset")
    login = signing_in()
    person.opens(login.link)
    person.sees("url-blocked")
    assert person.heading == "URL blocked"
    assert login.still_waits()
    assert login.stop() == 130


def test_where_the_browser_does_not_reach_the_tool_the_last_page_shows_a_code(
    shop: Sandbox, signing_in: Start, person: Person
) -> None:
    person.opens(on_another_device(signing_in().link))
    allow(person, CAFE)
    person.reads("access to the Facebook Pages of Erika")
    person.clicks("[data-action=go-on]")
    person.reads("Never give it to anybody who asks you for it.")
    assert re.fullmatch(r"Your code: [A-Z2-9]{4}-[A-Z2-9]{4}", person.heading)


def test_a_link_that_fbtool_did_not_make_says_what_to_do(shop: Sandbox, signing_in: Start, person: Person) -> None:
    login = signing_in()
    person.opens(login.link.replace("code_challenge_method=S256", "code_challenge_method=plain"))
    assert person.heading == "This sign-in cannot start"
    person.reads("Go back to fbtool and start the sign-in there again.")


def test_the_keyboard_alone_is_enough(shop: Sandbox, admin: Computer, signing_in: Start, person: Person) -> None:
    login = signing_in()
    person.opens(login.link)
    person.sees("log-in")
    person.hits(ERIKA[0])
    person.tabs_to("[name=password]")
    person.hits(ERIKA[1])
    person.hits_enter()

    person.sees("continue")
    person.tabs_to("[data-action=continue]")
    person.hits_enter()

    person.sees("pages")
    person.tabs_to("[name=choice]")
    person.hits(Keys.ARROW_DOWN)
    person.tabs_to(f"[data-name='{CAFE}']")
    person.hits(" ")
    person.tabs_to("[data-action=continue]")
    person.hits_enter()

    person.sees("review")
    person.tabs_to("[value=pages_manage_metadata]")
    person.hits(" ")
    person.tabs_to("[data-action=save]")
    person.hits_enter()

    person.reads(SIGNED_IN)
    login.says("Not allowed at Facebook: .*pages_manage_metadata")
    assert login.ends()[0] == 3
    assert list(verdicts(admin)) == [CAFE]
