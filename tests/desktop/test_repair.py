"""Something at Facebook is not as it should be: the banner says so, and one button leads through the mending."""

from collections.abc import Callable

from tests.desktop.conftest import FINE, MODERATED
from tests.desktop.driver import Driver
from tests.linking.stage import Stage

Visits = Callable[..., None]


def test_a_missing_page_is_found_by_the_guided_repair(connected: Driver, visits: Visits) -> None:
    visits({"pages": [FINE]})
    connected.press("sign-in")
    connected.until_row(FINE, "ready to link")
    assert connected.row(MODERATED) == ""
    connected.press("missing")
    connected.type("page-name", MODERATED)
    connected.press("look-for")
    connected.says("headline", "Facebook shows the choice of Pages again.")
    connected.reads("“Edit settings”")
    visits({"pages": [FINE, MODERATED]})
    connected.press("agree")
    connected.says("change", f"Facebook now gives access to: {MODERATED}.")
    connected.says("outcome", f"✓ {MODERATED}: the link works")
    connected.says("end", "All is repaired.")
    connected.press("done")
    connected.until_row(MODERATED, "linked")


def test_a_dead_token_is_mended_for_all_links_with_one_button(linked: Driver, stage: Stage, visits: Visits) -> None:
    stage.fault("password-changed", person="erika")
    linked.press("refresh")
    linked.says("banner", "Facebook has ended the sign-in of Erika Muster.")
    linked.press("banner-action")
    linked.says("headline", "Sign in with Facebook again as Erika Muster")
    visits({"pages": None})
    linked.press("agree")
    linked.says("end", "All is repaired.")
    for name in (FINE, MODERATED):
        linked.reads(f"✓ {name}: the link works")
    linked.press("done")
    linked.until_row(FINE, "linked")
    linked.until_row(MODERATED, "linked")
    assert not linked.sees("banner")


def test_a_linked_page_that_the_dialog_takes_away_is_an_alarm(linked: Driver, visits: Visits) -> None:
    linked.press("missing")
    linked.type("page-name", "Gehört Nora")
    linked.press("look-for")
    visits({"pages": [FINE]}, {"pages": [FINE, MODERATED]})
    linked.press("agree")
    linked.says("alarm", f"this linked Page was not ticked in the last sign-in, so its link stops working: {MODERATED}")
    linked.says("change", f"Alarm: Facebook no longer gives access to linked Pages: {MODERATED}.")
    linked.press("agree")
    linked.reads(f"Facebook now gives access to: {MODERATED}.")
    linked.key("<Escape>", "decline")
    linked.press("done")
    linked.until_row(MODERATED, "linked")


def test_somebody_else_at_the_browser_changes_nothing(linked: Driver, stage: Stage, visits: Visits) -> None:
    stage.fault("password-changed", person="erika")
    linked.press("refresh")
    linked.press("banner-action")
    visits({"as": ["nora@example.org", "frühling"], "pages": "all"})
    linked.press("agree")
    linked.says("stranger", "Nora")
    linked.reads("Nothing was changed.")


def test_who_says_no_is_not_asked_again(linked: Driver, stage: Stage) -> None:
    stage.fault("password-changed", person="erika")
    linked.press("refresh")
    linked.press("banner-action")
    linked.find("agree")
    linked.key("<Escape>")
    linked.find("done")
    linked.press("done")
    linked.says("banner", "Facebook has ended the sign-in of Erika Muster.")
