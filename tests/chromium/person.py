"""Somebody at a browser, for tests that read like what a person does.

Things are found by what they are for (``data-action``, ``data-name``, names of fields), never by their texts, and every
step waits for what it causes.
"""

from collections.abc import Callable
from typing import Literal, TypeVar
from urllib.parse import parse_qs, urlsplit

from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import visibility_of_element_located
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

T = TypeVar("T")
_PATIENCE = 30.0
_LOOK_EVERY = 0.05
_NEXT_PAGE = "return !window.isStillThere && document.readyState === 'complete'"
_MOST_STOPS = 40
"""How often a person presses the tab key before they give up; no page of the tests has more to stop at."""


class Person:
    """One person with one browser."""

    def __init__(self, browser: Chrome) -> None:
        self.browser = browser

    # What the person does.

    def opens(self, address: str) -> None:
        """Type an address into the address bar."""
        self.browser.get(address)

    def presses(self, action: str) -> None:
        """Click the button with this ``data-action`` and wait for the next page."""
        selector = f'[data-action="{action}"]'
        shown = visibility_of_element_located((By.CSS_SELECTOR, selector))
        self._leaving(lambda: self.until(lambda: self._clicked(shown(self.browser)), selector))

    def writes(self, field: str, text: str) -> None:
        """Type ``text`` into the field with this name, in place of what is there."""
        box = self._find(f'[name="{field}"]')
        box.clear()
        box.send_keys(text)

    def logs_in(self, email: str, password: str) -> None:
        """Fill in the login page and press its button."""
        self.sees("log-in")
        self.writes("email", email)
        self.writes("password", password)
        self.presses("log-in")

    def chooses_current_only(self) -> None:
        """Take the second of a picker's two ways; only then single ticks count."""
        self._find("#choice-current").click()

    def ticks(self, *names: str) -> None:
        """Click on the boxes of these Pages or businesses."""
        for name in names:
            self._find(f'[data-name="{name}"]').click()

    def switches(self, permission: str) -> None:
        """Turn a permission on or off."""
        self._find(f'[name="permission"][type="checkbox"][value="{permission}"]').click()

    def selects(self, field: str, value: str) -> None:
        """Take one of a field's choices."""
        Select(self._find(f'[name="{field}"]:has([value="{value}"])')).select_by_value(value)

    def clicks(self, selector: str) -> None:
        """Click whatever ``selector`` says and wait for the next page."""
        self._leaving(lambda: self._find(selector).click())

    def follows(self, link: str) -> None:
        """Click the first link with this text and wait for its page."""
        self._leaving(lambda: self.browser.find_element(By.LINK_TEXT, link).click())

    def tabs_to(self, selector: str) -> None:
        """Press the tab key until the focus stands where ``selector`` says; at every stop it must be visible."""
        for _ in range(_MOST_STOPS):
            self.hits(Keys.TAB)
            focused = self.browser.switch_to.active_element
            assert focused.value_of_css_property("outline-style") != "none", focused.get_attribute("outerHTML")
            if self.browser.execute_script("return arguments[0].matches(arguments[1])", focused, selector):
                return
        raise AssertionError(f"the tab key never reaches {selector}")

    def hits(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        ActionChains(self.browser).send_keys(*keys).perform()

    def hits_enter(self) -> None:
        """Press the enter key and wait for the next page."""
        self._leaving(lambda: self.hits(Keys.ENTER))

    # What the person sees.

    def sees(self, screen: str) -> None:
        """The page with this ``data-screen`` is there."""
        self.until(lambda: self.screen == screen, f"the screen {screen}")

    def reads(self, text: str) -> None:
        """``text`` stands on the page, at once or soon."""
        self.until(lambda: text in self.text, f"the text “{text}”")

    def is_told(self, message: str) -> None:
        """The page says what was wrong."""
        self.until(lambda: self._texts("#message") == [message], f"the message “{message}”")

    @property
    def screen(self) -> str:
        """The ``data-screen`` of the page; empty on pages that are not the sandbox's."""
        # Asked at once: between two questions the page may have changed.
        return str(
            self.browser.execute_script("return document.querySelector('main[data-screen]')?.dataset.screen ?? ''")
        )

    @property
    def heading(self) -> str:
        """The page's headline."""
        return self._find("h1").text

    @property
    def text(self) -> str:
        """Everything that can be read."""
        # In a list: a page without a word is an answer, too.
        return self._waiting().until(lambda browser: [browser.find_element(By.TAG_NAME, "body").text])[0]

    @property
    def language(self) -> str:
        """What the page says its language is."""
        return self.browser.find_element(By.TAG_NAME, "html").get_attribute("lang") or ""

    @property
    def offered(self) -> list[str]:
        """The names in a picker."""
        return list(self._boxes("[data-name]", "dataset.name"))

    @property
    def ticked(self) -> list[str]:
        """The names in a picker that have a tick."""
        return [name for name, has_tick in self._boxes("[data-name]", "dataset.name").items() if has_tick]

    @property
    def has_chosen_all(self) -> bool:
        """Whether the first of a picker's two ways is taken."""
        return self._find("#choice-all").is_selected()

    @property
    def switched_on(self) -> dict[str, bool]:
        """The permissions that have a switch, and how it stands."""
        return self._boxes("[name=permission][type=checkbox]", "value")

    @property
    def pressed(self) -> list[str]:
        """The names of the buttons that are pressed and stay so."""
        return [button.accessible_name for button in self._all("button[aria-pressed=true]")]

    @property
    def answer(self) -> dict[str, str]:
        """What the address bar carries back to the app."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.browser.current_url).query).items()}

    def written(self, field: str) -> str:
        """What stands in the field with this name."""
        return str(self._find(f'[name="{field}"]').get_property("value"))

    def until(self, holds: Callable[[], Literal[False] | T], wanted: str) -> T:
        """Wait until ``holds`` is true; if it never is, say what was ``wanted`` and what is there instead."""
        try:
            return self._waiting().until(lambda _: holds())
        except TimeoutException:
            found = f"{self.browser.current_url} shows {self.screen or 'a page that is not the sandbox'}:\n{self.text}"
            raise AssertionError(f"never came: {wanted}; {found}") from None

    def _leaving(self, act: Callable[[], object]) -> None:
        self.browser.execute_script("window.isStillThere = true")
        act()
        self.until(lambda: self.browser.execute_script(_NEXT_PAGE), "another page")

    def _clicked(self, button: WebElement | Literal[False]) -> bool:
        # The page that is left is the button's: the one before may still have been there a moment ago, and then this
        # fails and is tried again.
        if button:
            self.browser.execute_script("arguments[0].ownerDocument.defaultView.isStillThere = true", button)
            button.click()
        return bool(button)

    def _find(self, selector: str) -> WebElement:
        shown = visibility_of_element_located((By.CSS_SELECTOR, selector))
        return self.until(lambda: shown(self.browser), selector)

    def _waiting(self) -> WebDriverWait[Chrome]:
        # While one page takes the place of another, a question about either may fail.
        return WebDriverWait(self.browser, _PATIENCE, _LOOK_EVERY, [WebDriverException])

    def _boxes(self, selector: str, name: str) -> dict[str, bool]:
        """The names of boxes, and whether they are checked; in one question, because a list may be long."""
        found = f"[...document.querySelectorAll('{selector}')].map((box) => [box.{name}, box.checked])"
        return dict(self.browser.execute_script(f"return {found}"))

    def _all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def _texts(self, selector: str) -> list[str]:
        return [element.text for element in self._all(selector)]
