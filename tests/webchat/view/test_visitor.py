"""What a visitor does with the web chat, by mouse and by keyboard, at a desk and on a phone."""

from typing import Any

import pytest
from selenium.webdriver import ActionChains, Keys

from tests.conditions import eventually
from tests.webchat.states import BASKET, GREETING, OPEN, PRICE, said
from tests.webchat.view.stage import PHONE, ROOT, ChromiumStage

FOCUSED = "root.activeElement && (root.activeElement.ariaLabel || root.activeElement.textContent.trim())"


def is_open(stage: ChromiumStage) -> bool:
    return bool(stage.root("root.querySelector('dialog')?.open"))


def on_a_touch_screen(stage: ChromiumStage) -> None:
    stage.browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})


def tab_until(stage: ChromiumStage, name: str, *, most: int = 12) -> None:
    for _ in range(most):
        stage.keys(Keys.TAB)
        if name in str(stage.root(FOCUSED)):
            return
    pytest.fail(f"the keyboard does not come to {name}")


def test_by_keyboard_alone(stage: ChromiumStage) -> None:
    stage.loads()
    tab_until(stage, OPEN)
    assert stage.root("root.activeElement.ariaExpanded") == "false"
    stage.keys(Keys.ENTER)
    assert is_open(stage)
    assert stage.root(FOCUSED) == "Nachricht schreiben"
    stage.keys("Guten Tag", Keys.ENTER)
    eventually(lambda: stage.script("return stub.texts") == [{"text": "Guten Tag"}])
    stage.keys(Keys.ESCAPE)
    assert not is_open(stage)
    assert OPEN in stage.root(FOCUSED)
    assert stage.root("root.activeElement.ariaExpanded") == "false"


def test_the_keyboard_can_leave_the_panel_and_the_page_stays_usable(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    for _ in range(12):
        stage.keys(Keys.TAB)
        if stage.script("return document.activeElement.id") == "basket":
            break
    stage.script("document.getElementById('basket').onclick = () => { window.bought = true; }")
    stage.browser.find_element("id", "basket").click()
    assert stage.script("return window.bought")
    assert is_open(stage)


def test_on_a_phone_it_fills_the_screen_and_keeps_the_keyboard(stage: ChromiumStage) -> None:
    stage.loads(size=PHONE).presses(OPEN)
    box = stage.root("root.querySelector('dialog').getBoundingClientRect().toJSON()")
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, *PHONE)
    assert stage.root("root.querySelector('dialog').matches(':modal')")
    for _ in range(12):
        stage.keys(Keys.TAB)
        assert stage.script(
            "return [document.body, document.activeElement].includes(document.querySelector('fbtool-chat')) "
            "|| document.activeElement === document.body"
        )
    stage.keys(Keys.ESCAPE)
    eventually(lambda: not is_open(stage))
    eventually(lambda: OPEN in str(stage.root(FOCUSED)))


def test_turning_a_phone_keeps_it_open(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.resized(*PHONE)
    eventually(lambda: bool(stage.root("root.querySelector('dialog').matches(':modal')")))
    stage.resized(1280, 800)
    eventually(lambda: not stage.root("root.querySelector('dialog').matches(':modal')"))
    assert is_open(stage)
    assert stage.root("root.querySelector('.launcher').ariaExpanded") == "true"


def test_a_touch_screen_shows_no_keyboard_before_somebody_asks_for_it(stage: ChromiumStage) -> None:
    stage.loads(size=PHONE)
    on_a_touch_screen(stage)
    stage.presses(OPEN)
    assert stage.root("root.activeElement.tagName") == "H2"


def test_letters_are_no_shortcuts_of_the_page(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.script(
        "window.heard = 0; for (const type of ['keydown', 'keypress', 'keyup'])"
        " document.addEventListener(type, () => window.heard++)"
    )
    stage.keys("s/?")
    assert stage.script("return window.heard") == 0
    assert stage.root("root.querySelector('textarea').value") == "s/?"


def test_shift_and_enter_begin_a_new_line_and_the_field_grows(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    low = stage.root("root.querySelector('textarea').offsetHeight")
    stage.keys("eins")
    ActionChains(stage.browser).key_down(Keys.SHIFT).send_keys(Keys.ENTER * 2).key_up(Keys.SHIFT).perform()
    stage.keys("drei")
    assert stage.root("root.querySelector('textarea').value") == "eins\n\ndrei"
    assert low == 44
    assert 44 < stage.root("root.querySelector('textarea').offsetHeight") <= 132


def test_a_text_that_is_too_long_is_counted_and_not_sent(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.writes("🙂" * 1000)
    assert stage.root("root.querySelector('.counter').textContent") == "2000 / 2000"
    assert stage.root("root.querySelector('.counter').tagName") == "OUTPUT"  # a live region by itself
    stage.writes("x")
    stage.keys(Keys.ENTER)
    assert stage.root("root.querySelector('.counter').textContent") == "2001 / 2000"
    assert "Nachricht" not in stage.root("root.querySelector('[role=log]').textContent")


def test_names_go_with_the_first_message_only(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    assert stage.root("[...root.querySelectorAll('.names input')].map((e) => e.autocomplete)") == [
        "given-name",
        "family-name",
    ]
    stage.root("root.querySelector('.names input')").send_keys("Jonas")
    stage.sends("Guten Tag")
    assert not stage.root("root.querySelector('.names').checkVisibility()")
    stage.sends("Noch etwas")
    assert stage.script("return stub.texts") == [
        {"text": "Guten Tag", "names": {"first": "Jonas", "last": ""}},
        {"text": "Noch etwas"},
    ]


def test_names_that_are_wanted_are_asked_for(stage: ChromiumStage) -> None:
    stage.loads({"names": "require"}).presses(OPEN)
    stage.writes("Guten Tag")
    stage.keys(Keys.ENTER)
    assert stage.root("root.activeElement.autocomplete") == "given-name"
    assert stage.root("root.querySelectorAll('.names :invalid').length") == 2
    stage.keys("Jonas", Keys.TAB, "Kruse", Keys.ENTER)
    eventually(lambda: stage.script("return stub.texts.length") == 1)
    assert stage.script("return stub.texts[0].names") == {"first": "Jonas", "last": "Kruse"}


def test_who_said_what_is_said_in_words(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.sends("Guten Tag")
    stage.hands_out(GREETING, PRICE)
    rows = stage.root("[...root.querySelectorAll('.row')].map((e) => e.textContent)")
    assert "Sie: Guten Tag" in rows[0]
    assert "Hofladen Kruse · Automatische Antwort" in rows[1]
    assert "Erika M." in rows[2]
    assert stage.root("root.querySelector('[role=log]').ariaLive") in (None, "polite")


def test_what_was_said_stays_the_same_element(stage: ChromiumStage) -> None:
    """A screen reader reads what is new, once."""
    stage.loads().presses(OPEN)
    stage.sends("Guten Tag")
    stage.root("window.first = root.querySelector('.row')")
    stage.hands_out(PRICE)
    stage.hands_out({"type": "seen"})
    assert stage.root("window.first === root.querySelector('.row')")
    assert "Gelesen" in stage.root("root.querySelector('.row').textContent")


def test_texts_are_text(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.sends("<img src=x onerror=alert(1)><b>a</b>")
    attack = "javascript:alert(1) https://shop.example/a?b=c&d. <script>alert(1)</script> http://x.example) „https://shop.example/agb“"
    stage.hands_out(said(attack, 3, "<i>Erika</i>"))
    assert attack in stage.text()
    assert "<i>Erika</i>" in stage.text()
    links = "[...root.querySelectorAll('.bubble a')].map((e) => [e.href, e.rel, e.target])"
    kind = ["noopener noreferrer nofollow", "_blank"]
    assert stage.root(links) == [
        ["https://shop.example/a?b=c&d", *kind],
        ["http://x.example/", *kind],
        ["https://shop.example/agb", *kind],
    ]


def test_unread_answers_are_counted_and_announced(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.sends("Guten Tag")
    stage.script(
        "window.told = []; for (const what of ['open', 'close', 'unread', 'online']) document.addEventListener("
        "'fbtool-chat-' + what, (event) => told.push([what, event.detail]))"
    )
    stage.presses("Chat schließen")
    stage.hands_out(PRICE, BASKET)
    assert stage.script("return document.title") == "(2) Waldhonig"
    assert "2 ungelesen" in stage.root(
        "root.querySelector('.launcher').innerText + ' ' + root.querySelector('.launcher').textContent"
    )
    assert stage.root("root.querySelector('output.spoken').textContent") == "2 ungelesen"
    stage.script("document.title = 'Lindenhonig'")
    stage.hands_out(GREETING)
    assert stage.script("return document.title") == "(3) Lindenhonig"
    stage.presses(OPEN)
    eventually(lambda: stage.script("return document.title") == "Lindenhonig")
    events: list[Any] = stage.script("return told")
    assert {what for what, _ in events} == {"close", "unread", "open"}
    assert [detail["unread"] for what, detail in events if what == "unread"] == [2, 3, 0]


def test_a_sound_comes_with_an_answer_unless_it_is_switched_off(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.script(
        "window.sounds = 0; const start = OscillatorNode.prototype.start;"
        " OscillatorNode.prototype.start = function () { window.sounds++; start.call(this); }"
    )
    stage.sends("Guten Tag")
    stage.presses("Chat schließen")
    stage.hands_out(PRICE)
    assert stage.script("return sounds") == 1
    stage.presses(OPEN)
    stage.presses("Menü")
    stage.root("root.querySelector('[type=checkbox]')").click()
    stage.keys(Keys.ESCAPE)
    stage.presses("Chat schließen")
    stage.hands_out(BASKET)
    assert stage.script("return sounds") == 1


def test_the_menu_ends_the_chat(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.presses("Menü")
    assert stage.root("[...root.querySelectorAll('.menu button')].every((e) => e.disabled)")
    stage.sends("Guten Tag")
    stage.hands_out(PRICE)
    stage.presses("Menü")
    stage.presses("Chat beenden")
    eventually(lambda: stage.script("return stub.closed") == ["k"])
    assert "Der Chat ist beendet" in stage.text()
    assert "Guten Tag" in stage.text()


def test_deleting_the_history_asks_back(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.sends("Guten Tag")
    stage.presses("Menü")
    stage.presses("Verlauf in diesem Browser löschen")
    assert "Guten Tag" in stage.text()
    stage.presses("Verlauf in diesem Browser löschen?")
    eventually(lambda: "Guten Tag! Wie können wir helfen?" in stage.text().replace("\n", " "))
    assert stage.script("return stub.closed") == ["k"]
    assert stage.root(FOCUSED) == "Menü"


def test_the_menu_closes_by_escape_by_a_click_beside_and_by_moving_on(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    for leave in (
        lambda: stage.keys(Keys.ESCAPE),
        lambda: stage.root("root.querySelector('.intro')").click(),
        lambda: stage.keys(*[Keys.TAB] * 3),
    ):
        stage.presses("Menü")
        assert stage.root("root.querySelector('details').open")
        leave()
        assert not stage.root("root.querySelector('details').open")
        assert is_open(stage)


def test_a_failed_message_is_sent_again(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.sends("Guten Tag")
    stage.gateway("refuses")
    stage.sends("Am Samstag?")
    assert "Nicht gesendet" in stage.text()
    stage.gateway("here")
    stage.presses("Erneut senden")
    eventually(lambda: "Nicht gesendet" not in stage.text())
    eventually(lambda: stage.script("return stub.texts.length") == 2)


def test_offline_the_truth_is_told(stage: ChromiumStage) -> None:
    stage.loads({"available": False}).presses("Nachricht hinterlassen")
    assert "Gerade ist niemand da." in stage.text()
    assert "Bitte lassen Sie diese Seite so lange offen." in stage.text()
    stage.loads({"available": False, "identify": "on"}).presses("Nachricht hinterlassen")
    assert "Bitte lassen Sie diese Seite so lange offen." not in stage.text()
    stage.loads({"available": False, "offline_note": "Schreiben Sie an post@shop.example."}).presses(
        "Nachricht hinterlassen"
    )
    assert "Schreiben Sie an post@shop.example. Bitte lassen" in stage.text()


def test_the_privacy_link_is_there_always(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    for _ in range(2):
        link = stage.root("root.querySelector('.privacy a')")
        assert link.is_displayed()
        assert link.get_attribute("href") == "https://hofladen-kruse.example/datenschutz"
        stage.sends("Guten Tag")


def test_after_a_reload_the_panel_is_open_again_and_nothing_was_stored_before(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    assert stage.script("return [sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
    stage.sends("Guten Tag")
    stage.reloads()
    eventually(lambda: is_open(stage))
    assert "Guten Tag" in stage.text()
    assert stage.script("return document.activeElement === document.body")
    stage.presses("Chat schließen")
    stage.reloads()
    assert not is_open(stage)


def test_every_control_is_large_enough_for_a_finger(stage: ChromiumStage) -> None:
    stage.loads(size=PHONE).presses(OPEN)
    stage.sends("Guten Tag")
    stage.presses("Menü")
    small = (
        f"return [...{ROOT}.querySelectorAll('button,summary,input,textarea,.menu label')].filter((e) => "
        "e.getClientRects().length && e.type !== 'checkbox' && (e.offsetWidth < 44 || e.offsetHeight < 44))"
        ".map((e) => e.className + e.textContent)"
    )
    assert stage.script(small) == []


def test_without_moving_things_and_with_the_colours_of_the_system(stage: ChromiumStage) -> None:
    stage.loads()
    stage.prefers(forced="active")
    stage.presses(OPEN)
    stage.sends("Guten Tag")
    stage.hands_out({"type": "typing"})
    assert stage.root("root.getAnimations ? root.getAnimations().length : 0") == 0
    assert stage.root("getComputedStyle(root.querySelector('.mine .bubble')).borderTopStyle") == "solid"
