"""What differs between browsers at the configurator: the hidden token, and the frame of the preview."""

from collections.abc import Iterator

import pytest

from tests.conditions import eventually
from tests.webchat.browsers import Browser
from tests.webchat.conftest import Chat
from tests.webchat.tab import ENTER, NoChat, Tab

_VALUE = """(id, value) => {
  const field = document.getElementById(id);
  field.focus();
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
_MIDDLE = """(root, selector) => {
  const box = root.querySelector(selector).getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


class Admin:
    """Somebody at the configurator."""

    def __init__(self, tab: Tab, chat: Chat) -> None:
        self.tab, self._chat = tab, chat
        tab.comes_to_the_front()
        tab.has_size(1360, 900)
        tab.opens(f"{chat.gateway}/webchat/configurator")
        self.sees("#token-title", "essenger")

    def enters(self, field: str, value: str) -> None:
        self.tab.run(_VALUE, field, value)

    def presses(self, selector: str) -> None:
        self.tab.run("(selector) => document.querySelector(selector).click()", selector)

    def sees(self, selector: str, text: str) -> None:
        read = "(selector) => document.querySelector(selector)?.innerText ?? ''"
        eventually(lambda: text in self.tab.run(read, selector))

    def comes_in(self) -> None:
        self.enters("token", self._chat.widget_token)
        self.sees("#token-state", "Hofladen Kruse")

    def sees_in_preview(self, *texts: str) -> None:
        def is_there() -> bool:
            if self.tab.run("() => document.getElementById('stage').ariaBusy") != "false":
                return False
            try:
                seen = self.tab.frame().in_chat("(root) => root.textContent")
            except NoChat:  # not begun
                return False
            return all(text in seen for text in texts)

        eventually(is_there)


@pytest.fixture
def admin(browser: Browser, chat: Chat) -> Iterator[Admin]:
    context = browser.bidi.call("browser.createUserContext")["userContext"]
    tab = Tab(browser.bidi, browser.bidi.call("browsingContext.create", type="tab", userContext=context)["context"])
    yield Admin(tab, chat)
    browser.bidi.call("browser.removeUserContext", userContext=context)


def test_a_chat_is_set_up_beside_its_preview(admin: Admin, chat: Chat) -> None:
    admin.comes_in()
    assert admin.tab.run("() => getComputedStyle(document.getElementById('token')).webkitTextSecurity") == "disc"
    admin.enters("seconds-0", "30")
    admin.enters("reply-0", "Einen Moment noch.")
    admin.sees_in_preview("Hofladen Kruse", "Einen Moment noch.")
    assert admin.tab.run("() => document.activeElement.id") == "reply-0"
    admin.presses("#save")
    admin.sees("#snippet", f"/webchat/{chat.account}.js")


def test_what_is_written_in_the_preview_is_answered_there_and_kept_nowhere(admin: Admin) -> None:
    admin.comes_in()
    admin.enters("seconds-0", "30")
    admin.enters("reply-0", "Einen Moment noch.")
    admin.presses('input[name="view"][value="open"]')
    admin.presses("#ask-names")
    admin.sees_in_preview("Datenschutz" if admin.tab.run("() => document.documentElement.lang") == "de" else "Privacy")
    frame = admin.tab.frame()
    frame.clicks(*frame.in_chat(_MIDDLE, "textarea"))
    frame.types(f"Gibt es Honig?{ENTER}")
    admin.sees_in_preview("Gibt es Honig?", "Einen Moment noch.")
    kept = admin.tab.run("() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert kept == '[{},{},""]'
