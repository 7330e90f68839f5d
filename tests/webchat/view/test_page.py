"""What a shop's page may do with the web chat and to it."""

from selenium.webdriver import Keys

from tests.chromium.checks import complaints
from tests.conditions import eventually
from tests.webchat.states import OPEN, PRICE
from tests.webchat.view.stage import ChromiumStage, Server
from tests.webchat.view.test_visitor import FOCUSED, is_open


def launcher_is_shown(stage: ChromiumStage) -> bool:
    return bool(stage.root("root.querySelector('.launcher').checkVisibility()"))


def test_nobody_looks_inside(stage: ChromiumStage, server: Server) -> None:
    server.attributes = ""
    stage.loads()
    host = "document.querySelector('fbtool-chat')"
    assert stage.script(f"return {host}.shadowRoot") is None
    masks = ["data-private", "data-hj-suppress", "data-clarity-mask"]
    assert stage.script(f"return {host}.className") == "rr-block"
    assert stage.script(f"return arguments[0].every((mask) => {host}.hasAttribute(mask))", masks)
    assert stage.script(f"return [{host}.lang, {host}.parentNode.tagName]") == ["de", "HTML"]
    assert stage.script(f"const box = {host}.getBoundingClientRect(); return box.width + box.height") == 0


def test_the_strictest_policy_has_nothing_to_complain_about(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.sends("Guten Tag")
    stage.hands_out(PRICE)
    assert [line for line in complaints(stage.browser) if "favicon" not in line] == []


def test_it_waits_for_a_page_whose_head_it_stands_in(stage: ChromiumStage, server: Server) -> None:
    server.places = ("</head>",)
    stage.loads().presses(OPEN)
    assert is_open(stage)


def test_it_survives_whatever_replaces_the_page(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.writes("Guten")
    stage.script("document.body.replaceWith(document.createElement('body'))")
    assert is_open(stage)
    stage.script(
        "document.documentElement.replaceChildren(document.createElement('head'), document.createElement('body'))"
    )
    eventually(lambda: stage.script("return document.querySelectorAll('fbtool-chat').length") == 1)
    assert is_open(stage)
    assert stage.root("root.querySelector('textarea').value") == "Guten"


def test_a_second_script_changes_nothing(stage: ChromiumStage, server: Server) -> None:
    server.places = ("</head>", "</body>")
    stage.loads().presses(OPEN)
    assert stage.script("return document.querySelectorAll('fbtool-chat').length") == 1
    assert is_open(stage)


def test_it_works_in_a_frame_without_storage(stage: ChromiumStage, server: Server) -> None:
    stage.loads()
    stage.browser.get(f"{server.address}/sandboxed")
    stage.browser.switch_to.frame(0)
    eventually(lambda: bool(stage.script("return !!document.querySelector('fbtool-chat')")))
    stage.presses(OPEN)
    stage.sends("Guten Tag")
    assert "Guten Tag" in stage.text()
    stage.browser.switch_to.default_content()


def test_a_page_with_additions_to_everything_has_its_chat(stage: ChromiumStage, server: Server) -> None:
    server.before = """
        Object.prototype["an addition, as of old libraries"] = function () {};
        Array.prototype.toJSON = function () { return "an array"; };
    """
    stage.loads().presses(OPEN)
    stage.sends("Guten Tag")
    assert stage.root("root.querySelector('dialog').getAttributeNames().every((name) => !name.includes('addition'))")
    stage.reloads()
    stage.sends("Noch da?")


def test_a_page_that_translates_has_the_last_word(stage: ChromiumStage, server: Server) -> None:
    server.before = """
        window.rounds = 0;
        new MutationObserver(() => {
          const status = document.getElementById("status");
          if (status && status.textContent !== "translated" && rounds++ < 1000) status.textContent = "translated";
        }).observe(document, { childList: true, subtree: true });
    """
    stage.loads({"embed": True, "toggle_id": "toggle", "status_id": "status", "online_text": "jetzt erreichbar"})
    eventually(lambda: stage.script("return document.getElementById('status').textContent") == "translated")
    stage.browser.find_element("id", "toggle").click()
    assert is_open(stage)
    assert stage.script("return rounds") < 10, "both would write for ever"


def test_the_page_opens_closes_and_asks(stage: ChromiumStage) -> None:
    stage.loads()
    stage.script("fbtoolChat.open()")
    eventually(lambda: is_open(stage))
    stage.script("fbtoolChat.toggle()")
    eventually(lambda: not is_open(stage))
    stage.script("fbtoolChat.toggle()")
    eventually(lambda: is_open(stage))
    stage.sends("Guten Tag")
    stage.script("fbtoolChat.close()")
    eventually(lambda: not is_open(stage))
    stage.hands_out(PRICE)
    assert stage.script("return fbtoolChat.unread") == 1
    stage.script("fbtoolChat.forget()")
    eventually(lambda: stage.script("return fbtoolChat.unread") == 0)


def test_consent_ends_the_advice_to_leave_the_page_open(stage: ChromiumStage) -> None:
    stage.loads({"available": False, "identify": "consent"}).presses("Nachricht hinterlassen")
    assert "so lange offen" in stage.text()
    stage.script("fbtoolChat.consent(true)")
    eventually(lambda: "so lange offen" not in stage.text())


def test_the_element_of_the_page_is_the_button(stage: ChromiumStage) -> None:
    stage.loads({"embed": True, "toggle_id": "toggle", "status_id": "status", "online_text": "jetzt erreichbar"})
    assert not launcher_is_shown(stage)
    assert stage.script("return document.getElementById('status').textContent") == "jetzt erreichbar"
    toggle = "document.getElementById('toggle')"
    assert stage.script(f"return [{toggle}.role, {toggle}.tabIndex, {toggle}.ariaExpanded]") == ["button", 0, "false"]
    stage.browser.find_element("id", "status").click()
    assert is_open(stage)
    assert stage.script(f"return {toggle}.ariaExpanded") == "true"
    stage.keys(Keys.ESCAPE)
    assert stage.script("return document.activeElement.id") == "toggle"
    for key in (Keys.ENTER, Keys.SPACE):
        stage.keys(key)
        assert is_open(stage)
        stage.keys(Keys.ESCAPE)
    stage.script(
        f"{toggle}.remove(); const fresh = document.createElement('span'); fresh.id = 'toggle';"
        "fresh.textContent = 'Kundenservice'; document.querySelector('main').append(fresh)"
    )
    eventually(lambda: stage.script(f"return {toggle}.role") == "button")
    stage.browser.find_element("id", "toggle").click()
    assert is_open(stage)


def test_a_link_that_opens_the_chat_leads_nowhere(stage: ChromiumStage) -> None:
    stage.loads({"embed": True, "toggle_id": "toggle-link"})
    stage.browser.find_element("id", "toggle-link").click()
    assert is_open(stage)
    assert "#" not in stage.browser.current_url
    assert stage.script("return document.getElementById('toggle-link').hasAttribute('role')") is False


def test_our_button_comes_when_the_element_does_not(stage: ChromiumStage) -> None:
    stage.loads({"embed": True, "toggle_id": "nowhere"})
    eventually(lambda: launcher_is_shown(stage))
    assert any("nowhere" in line["message"] for line in stage.browser.get_log("browser"))


def test_kept_open_moves_no_keyboard_and_covers_no_phone(stage: ChromiumStage) -> None:
    stage.loads({"keep_open": True})
    eventually(lambda: is_open(stage))
    assert stage.script("return document.activeElement === document.body")
    stage.presses("Chat schließen")
    assert not is_open(stage)
    stage.loads({"keep_open": True}, size=(639, 800))
    assert not is_open(stage)


def test_hidden_while_nobody_is_there(stage: ChromiumStage) -> None:
    stage.loads({"offline": "hide", "available": False, "keep_open": True})
    assert not launcher_is_shown(stage)
    assert not is_open(stage)


def test_attributes_of_the_script_tag_win_for_this_page(stage: ChromiumStage, server: Server) -> None:
    server.attributes = (
        'data-debug data-size="small" data-side="left" data-lang="en" data-z="5" data-open="" data-status="status"'
        ' data-into="toggle"'
    )
    stage.loads()
    eventually(lambda: is_open(stage))
    assert "Hello! How can we help?" in stage.text().replace("\n", " ")
    assert stage.root("root.querySelector('.launcher').className") == "launcher left small open"
    assert stage.root("getComputedStyle(root.querySelector('dialog')).zIndex") == "5"
    assert stage.root("root.host.parentNode.id") == "toggle"
    assert stage.script("return document.getElementById('status').textContent") == "Questions? Write to us"


def test_the_size_follows_the_window(stage: ChromiumStage) -> None:
    stage.loads()
    width = "root.querySelector('.launcher').offsetWidth"
    assert stage.root(width) > 100
    stage.resized(640, 800)
    eventually(lambda: stage.root(width) == 56)
    stage.resized(641, 800)
    eventually(lambda: stage.root(width) > 100)


def test_the_account_and_the_agent_have_pictures(stage: ChromiumStage) -> None:
    stage.loads({"has_picture": True}).presses(OPEN)
    eventually(lambda: stage.root("root.querySelectorAll('header .avatar img').length") == 1)
    stage.sends("Guten Tag")
    stage.hands_out(PRICE | {"picture": "erika"})
    eventually(lambda: stage.root("root.querySelectorAll('.row .avatar img').length") == 1)
    stage.hands_out(PRICE | {"id": "m9", "text": "Und noch etwas", "picture": "missing"})
    assert stage.root("[...root.querySelectorAll('.row .avatar')].pop().textContent") == "EM"


def test_focus_goes_back_to_what_opened_it(stage: ChromiumStage) -> None:
    stage.loads().presses(OPEN)
    stage.keys(Keys.ESCAPE)
    assert OPEN in stage.root(FOCUSED)
