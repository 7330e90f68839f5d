"""What an admin does on other days."""

import json
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import ttk

import pytest
import requests
from PIL import Image

from fbtool.desktop.design_tokens import Mode
from fbtool.desktop.screens.pages import PagesScreen
from fbtool.desktop.widgets import all_below, meaning_of
from fbtool.desktop.window_geometry import SMALLEST
from fbtool.language import LANGUAGES
from fbtool.linking.network.gateway import GatewayClient
from tests.desktop.conftest import FINE, MODERATED
from tests.desktop.driver import Driver
from tests.linking.stage import Stage

Visits = Callable[..., None]


def test_the_next_start_shows_every_link_without_a_sign_in(linked: Driver, home: Path) -> None:
    linked.close()
    again = Driver()
    try:
        again.until_row(FINE, "linked")
        again.until_row(MODERATED, "linked")
        again.says("person", "Erika Muster")
        assert not again.sees("banner")
    finally:
        again.close()


def test_unlinking_asks_first_and_no_is_the_usual_answer(linked: Driver) -> None:
    linked.act(FINE)
    linked.says("question", "Facebook then sends nothing more for it")
    linked.key("<Return>", "no")
    linked.until_row(FINE, "linked")
    linked.act(FINE)
    linked.press("yes")
    linked.until_row(FINE, "ready to link")
    linked.says("summary", "1 link ended.")


def test_several_selected_pages_are_unlinked_at_once(linked: Driver) -> None:
    linked.key("<Control-a>", "list")
    linked.says("unlink-selected", "Unlink 2 Pages")
    linked.press("unlink-selected")
    linked.press("yes")
    linked.until_row(FINE, "ready to link")
    linked.until_row(MODERATED, "ready to link")


def test_the_list_obeys_the_keyboard(signed_in: Driver) -> None:
    signed_in.key("<End>", "list")
    signed_in.key("<space>")
    assert signed_in.window.pages.selected == {signed_in.window.pages.rows()[-1].page_id}
    signed_in.says("link-all", "Link 1 selected Page")
    signed_in.key("<Escape>")
    assert signed_in.window.pages.selected == set()
    signed_in.key("<Home>", "list")
    signed_in.key("<Return>")
    signed_in.until_row(FINE, "linked")


def test_on_a_wide_screen_a_button_stays_near_its_name(signed_in: Driver) -> None:
    signed_in.root.geometry("1900x900")
    listed = signed_in.find("list")
    signed_in.until(
        lambda: listed.winfo_width() == signed_in.window.main_window.theme.px(1120), "a list that is not wider"
    )
    signed_in.root.geometry("900x600")
    signed_in.until(lambda: listed.winfo_width() < 640, "a list that fits the window")


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_in_the_smallest_window_no_word_is_cut_off(signed_in: Driver, tongue: str) -> None:
    root, window = signed_in.root, signed_in.window
    window.services.preferences.change(language=tongue)
    window.services.apply_appearance()
    px = window.main_window.theme.px
    root.geometry(f"{px(SMALLEST[0])}x{px(SMALLEST[1])}")
    for go in (window.home, window.settings, window.about, window.missing):
        go()
        signed_in.settle()
        cut = [one for one in all_below(root) if one.winfo_ismapped() and is_cut(one)]
        assert [str(one.cget("text")) for one in cut] == []


def is_cut(widget: tk.Misc) -> bool:
    """Whether a text on one line has less room than it takes."""
    one_line = isinstance(widget, ttk.Button | ttk.Radiobutton | ttk.Checkbutton) or (
        isinstance(widget, ttk.Label) and not str(widget.cget("wraplength")).strip("0")
    )
    return one_line and widget.winfo_width() < widget.winfo_reqwidth()


def test_search_and_filter_leave_what_fits(signed_in: Driver) -> None:
    signed_in.key("<Control-f>")
    signed_in.type("search", "moderator")
    assert [row.name for row in signed_in.window.pages.rows()] == [MODERATED]
    signed_in.type("search", "there is no such page")
    signed_in.says("empty", "No Page fits.")
    signed_in.press("show-all")
    signed_in.press("filter ready")
    assert {row.chip for row in signed_in.window.pages.rows()} == {"ready to link"}


def test_a_gateway_that_is_down_is_told_and_tried_again(window: Driver, stage: Stage, home: Path) -> None:
    with GatewayClient(stage.connection) as gateway:
        account = gateway.account()
    away = {"address": "http://127.0.0.1:9", "id": account.id, "name": account.name}
    window.until(lambda: window.sees("connection-code"), "the first screen")
    (home / "settings.json").write_text(json.dumps({"accounts": [away]}), "utf-8")
    service = f"fbtool/127.0.0.1:9/{account.id}"
    window.window.services.workplace.secrets.set(service, "account", stage.connection.token)
    window.window.home()
    window.says("problem", "127.0.0.1:9 cannot be reached: it accepts no connection.")
    window.press("connect-again")
    window.type("connection-code", stage.connection.code())
    window.press("connect")
    window.find("sign-in")


def test_language_and_theme_change_at_once_and_stay(signed_in: Driver, home: Path) -> None:
    signed_in.key("<Control-comma>")
    signed_in.press("language de")
    signed_in.reads("Sprache und Aussehen")
    signed_in.press("theme dark")
    signed_in.reads("Sprache und Aussehen")
    assert signed_in.root.cget("background") == "#1E2126"
    signed_in.press("theme contrast")
    signed_in.reads("Hoher Kontrast")
    assert signed_in.root.cget("background") == "#000000"
    signed_in.press("theme dark")
    signed_in.reads("Sprache und Aussehen")
    signed_in.key("<Escape>")
    signed_in.until_row(FINE, "bereit zum Verknüpfen")
    kept = json.loads((home / "window.json").read_text("utf-8"))
    assert (kept["language"], kept["theme"]) == ("de", "dark")


def test_the_picture_of_a_page_outlives_a_change_of_the_theme(signed_in: Driver) -> None:
    main_window = signed_in.window.main_window
    main_window.theme.images.keep_page_picture("https://example.org/fine.png", Image.new("RGBA", (40, 40)))
    signed_in.key("<Control-comma>")
    signed_in.press("theme dark")
    signed_in.until(lambda: main_window.theme.mode is Mode.DARK, "the dark theme")
    assert main_window.theme.images.page_picture("https://example.org/fine.png") is not None


def test_details_name_what_support_needs_and_no_secret(linked: Driver, stage: Stage) -> None:
    linked.key("<Control-i>", "list")
    linked.reads("Erika Muster")
    linked.reads("Data access ends")
    linked.press("check")
    linked.says("toast", "The link works.")
    linked.press("copy")
    copied = linked.root.clipboard_get()
    assert "verdict linked" in copied
    assert "Erika" not in copied
    assert stage.connection.token not in copied


def test_details_tell_when_messages_last_went_through(linked: Driver, stage: Stage) -> None:
    linked.key("<Control-i>", "list")
    linked.reads("Last message from a customer")
    linked.reads("none in the last 7 days")
    page_id, customer = shown_page(linked), stage.control("GET", "world")["customers"][0]["key"]
    linked.press("back")
    stage.control("POST", f"pages/{page_id}/customers/{customer}/messages", text="Guten Tag")
    linked.key("<Control-i>", "list")
    linked.reads("Last message from a customer\n20")
    assert linked.text.count("none in the last 7 days") == 1, "nothing was sent"
    linked.press("copy")
    assert "last_message_out None" in linked.root.clipboard_get()


def test_an_answer_that_comes_late_leaves_the_keyboard_where_it_is(linked: Driver) -> None:
    linked.key("<Control-i>", "list")
    linked.find("copy").focus_force()
    linked.reads("none in the last 7 days")
    assert meaning_of(linked.root.focus_get() or linked.root) == "copy"


def shown_page(driver: Driver) -> str:
    """The Page whose details are open."""
    return next(view.page_id for view in driver.window.pages.views if view.page_id in driver.text)


def test_signing_out_keeps_the_links(linked: Driver) -> None:
    linked.press("settings")
    linked.press("sign-out 0")
    linked.press("yes")
    linked.says("banner", "Sign in to see all your Pages")
    linked.until_row(FINE, "linked")


def test_a_defect_is_told_without_its_text(signed_in: Driver) -> None:
    signed_in.window.crash(RuntimeError("access_token=EAAsecret"))
    signed_in.find("report")
    assert "builtins.RuntimeError" in signed_in.text
    assert "EAAsecret" not in signed_in.text
    signed_in.press("go-on")
    signed_in.until_row(FINE, "ready to link")


def test_closing_while_pages_are_linked_ends_in_good_order(signed_in: Driver, stage: Stage) -> None:
    code = signed_in.window.services.workplace.connection()
    signed_in.press("link-all")
    signed_in.close()
    links = requests.get(
        f"{code.address}/v1/facebook/pages", headers={"Authorization": f"Bearer {code.token}"}, timeout=30
    ).json()["pages"]
    assert {link["state"] for link in links} <= {"active"}


def test_a_picture_that_comes_after_the_list_has_gone_does_no_harm(signed_in: Driver) -> None:
    shown = signed_in.window.main_window.screen
    assert isinstance(shown, PagesScreen)
    signed_in.window.settings()
    shown._list.redraw()  # as a picture does that was fetched meanwhile
    signed_in.settle()
    assert signed_in.defects == []
