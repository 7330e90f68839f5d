"""The configurator in a real browser: from the token to the line for the shop's pages, and everything in between."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.server import Gateway
from fbtool.webchat import joiner
from tests.chromium import browser as chromium
from tests.chromium.checks import complaints
from tests.conditions import eventually

PRIVACY = "https://shop.example/datenschutz"
GREETING = "Hallo und danke für Ihre Nachricht!"


class Shop:
    """A gateway with a web chat account, and what its admin's colleagues do."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            data_dir=folder, master_key=b"k" * 32, admin_token="admin-token-of-the-tests", port=0,
            channels=("webchat",), of_channel={"webchat": None},
        )  # fmt: skip
        self.gateway = Gateway(self.settings)
        self.gateway.start()
        port = int(self.gateway.address.rpartition(":")[2])
        self.settings = replace(self.settings, port=port)
        made = self.admin("POST", "accounts", name="Hofladen Kruse", channel="webchat", greeting=GREETING).json()
        self.id, self.token, self.widget_token = made["id"], made["token"], made["widget_token"]

    @property
    def page(self) -> str:
        return f"{self.gateway.address}/webchat/configurator"

    def admin(self, method: str, path: str, **body: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.settings.admin_token}"}
        return requests.request(
            method, f"{self.gateway.address}/admin/{path}", headers=headers, json=body or None, timeout=60
        )

    def saved(self) -> dict[str, Any]:
        """As the store has it."""
        found: dict[str, Any] = self.admin("GET", f"accounts/{self.id}/webchat").json()
        return found

    def save(self, **changes: Any) -> None:
        """A colleague saves."""
        now = self.saved()
        wanted = now["settings"] | {"privacy_url": PRIVACY} | changes
        kept = self.admin("PUT", f"accounts/{self.id}/webchat", version=now["version"], settings=wanted)
        assert kept.ok, kept.text

    def stop(self) -> None:
        self.gateway.stop()

    def start(self) -> None:
        self.gateway = Gateway(self.settings)
        self.gateway.start()


class Admin:
    """Somebody who sets up a chat."""

    def __init__(self, browser: Chrome, shop: Shop) -> None:
        self.browser, self.shop = browser, shop
        chromium.resize(browser, chromium.WIDE)
        browser.get(shop.page)
        eventually(self.find("token").is_displayed)

    def find(self, element: str) -> WebElement:
        return self.browser.find_element(By.ID, element)

    def one(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        return [one.text for one in self.browser.find_elements(By.CSS_SELECTOR, selector)]

    def sees(self, text: str, where: str = "body") -> None:
        """Sooner or later it stands there."""
        eventually(lambda: text in self.one(where).text)

    def gives(self, token: str) -> None:
        self.type("token", token)

    def type(self, element: str, text: str) -> None:
        self.find(element).clear()
        self.find(element).send_keys(text)

    def comes_in(self, token: str = "") -> None:
        self.gives(token or self.shop.widget_token)
        self.sees("Hofladen Kruse", "#token-state")

    def press(self, element: str = "save") -> None:
        self.find(element).click()

    def switch(self, field: str) -> None:
        self.one(f'[data-field="{field}"]').click()

    @property
    def has_keyboard(self) -> str:
        """The id of the element."""
        return str(self.browser.switch_to.active_element.get_attribute("id"))

    def in_preview(self) -> str:
        """Everything that can be read in the preview's widget, whose root is closed to scripts."""
        document = self.browser.execute_cdp_cmd("DOM.getDocument", {"depth": -1, "pierce": True})["root"]
        (frame,) = [one for one in _nodes(document) if one["nodeName"] == "IFRAME"]
        hosts = [one for one in _nodes(frame) if one["nodeName"] == "FBTOOL-CHAT"]
        return " ".join(one["nodeValue"] for host in hosts for one in _nodes(host) if one["nodeName"] == "#text")

    def preview_shows(self, *texts: str, no: str = "") -> None:
        def does() -> bool:
            if self.find("stage").get_attribute("aria-busy") != "false":
                return False
            seen = self.in_preview()
            return all(text in seen for text in texts) and (not no or no not in seen)

        eventually(does)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    below = [*node.get("children", []), *node.get("shadowRoots", [])]
    for one in [*below, *([node["contentDocument"]] if "contentDocument" in node else [])]:
        yield from _nodes(one)


@pytest.fixture(scope="module")
def browsers() -> Iterator[Callable[[str], Chrome]]:
    """One browser for each language."""
    if packages := chromium.missing_packages():
        pytest.skip(f"needs Debian's packages {' and '.join(packages)}")
    started: dict[str, Chrome] = {}

    def browser(language: str) -> Chrome:
        if language not in started:
            started[language] = chromium.start(language)
        chromium.forget(started[language])
        complaints(started[language])  # those of tests before
        return started[language]

    yield browser
    for one in started.values():
        one.quit()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.stop()


@pytest.fixture
def admin(browsers: Callable[[str], Chrome], shop: Shop) -> Iterator[Admin]:
    browser = browsers("de-DE")
    yield Admin(browser, shop)
    browser.execute_script("addEventListener('beforeunload', (e) => e.stopImmediatePropagation(), true)")


def violations(browser: Chrome, axe: str) -> list[str]:
    """What axe finds on the page as it is now (WCAG 2.0 to 2.2, A and AA, and best practice)."""
    browser.execute_script(axe)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = browser.execute_async_script(
        "const [tags, done] = arguments;"
        "axe.run(document, {runOnly: tags, iframes: false}).then((all) => done(all.violations.map("
        "(one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ').slice(0, 300)}`)))",
        tags,
    )
    return list(found)


def test_from_the_token_to_the_line_for_the_shops_pages(admin: Admin, shop: Shop) -> None:
    assert not admin.find("save").is_enabled()
    admin.comes_in()
    admin.sees("Hofladen Kruse · Web-Chat · aktiv · gerade offline", "#token-state")
    admin.sees(GREETING, "#greeting")
    admin.type("privacy_url", PRIVACY)
    admin.type("online_text", "Fragen? Schreiben Sie uns")
    admin.press()
    admin.sees(f'<script async src="{shop.gateway.address}/webchat/{shop.id}.js"></script>', "#snippet")
    saved = shop.saved()
    assert saved["version"] == 1
    assert saved["settings"]["online_text"] == "Fragen? Schreiben Sie uns"
    assert saved["settings"]["privacy_url"] == PRIVACY
    assert admin.has_keyboard == "result"
    admin.one("details summary").click()
    admin.sees(joiner.integrity(), "#fixed")
    assert complaints(admin.browser) == []


def test_the_token_is_in_no_address_and_in_no_storage(admin: Admin, shop: Shop) -> None:
    admin.comes_in()
    admin.type("privacy_url", PRIVACY)
    admin.press()
    admin.sees("webchat", "#snippet")
    browser = admin.browser
    kept = browser.execute_script(
        "return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href, history.state])"
    )
    assert shop.widget_token not in kept
    logged = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [one["params"]["request"] for one in logged if one["method"] == "Network.requestWillBeSent"]
    assert not [one["url"] for one in asked if shop.widget_token in one["url"]]
    carrying = {one["url"] for one in asked if shop.widget_token in json.dumps(one["headers"])}
    assert carrying == {f"{shop.gateway.address}/v1/webchat/settings"}
    browser.refresh()
    eventually(admin.find("token").is_displayed)
    assert admin.find("token").get_attribute("value") == ""


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        ("fbtool-aHR0cHM6Ly9nYXRld2F5LmV4YW1wbGUub3Jn", "Das ist ein Verbindungscode für das Facebook-Werkzeug"),
        ("fbm_abcdefghij_" + "x" * 43, "Das ist das Token eines Verwalters"),
        ("fbw_abcdefghij_" + "x" * 42, "Das ist kein vollständiges Token"),
        ("fbw_abcdefghij_" + "x" * 43, "Das Gateway kennt dieses Token nicht"),
    ],
)
def test_a_token_that_does_not_fit_is_told_in_words(admin: Admin, token: str, sentence: str) -> None:
    admin.gives(token)
    admin.sees(sentence, "#token-state")
    assert not admin.find("save").is_enabled()
    assert admin.find("token").get_attribute("aria-invalid") is not None


def test_an_account_that_is_switched_off_is_told_with_what_to_do(admin: Admin, shop: Shop) -> None:
    shop.admin("POST", f"accounts/{shop.id}/disable")
    admin.gives(shop.widget_token)
    admin.sees("Dieses Konto ist abgeschaltet.", "#token-state")
    shop.admin("POST", f"accounts/{shop.id}/enable")
    admin.press("other-account")
    admin.sees("Hofladen Kruse", "#token-state")


def test_the_account_token_is_taken_with_a_word_of_advice(admin: Admin, shop: Shop) -> None:
    admin.comes_in(shop.token)
    admin.sees("Für diese Seite genügt das Widget-Token", "#token-state")


def test_another_account_begins_anew(admin: Admin, shop: Shop) -> None:
    shop.save(heading="Guten Tag")
    admin.comes_in()
    assert admin.find("heading").get_attribute("value") == "Guten Tag"

    def begun_anew() -> bool:
        admin.press("other-account")
        return admin.find("token").get_attribute("value") == ""

    eventually(begun_anew)
    assert admin.find("heading").get_attribute("value") == ""
    assert admin.has_keyboard == "token"
    assert not admin.find("save").is_enabled()


def test_who_presses_check_in_the_moment_the_token_is_found_keeps_the_account(admin: Admin) -> None:
    admin.browser.execute_script(
        "const button = document.getElementById('other-account');"
        "new MutationObserver(() => button.click()).observe(button, {childList: true})"
    )
    admin.comes_in()
    assert admin.find("token").get_attribute("value")
    assert admin.find("save").is_enabled()


def test_mistakes_are_told_at_their_fields_and_nothing_is_saved(admin: Admin, shop: Shop) -> None:
    admin.comes_in()
    admin.type("seconds-0", "3")
    admin.type("reply-0", "Gleich.")
    admin.type("reply-1", "Noch etwas.")
    admin.switch("embed")
    admin.type("toggle_id", "7up")
    admin.press()
    assert admin.has_keyboard == "seconds-0"
    told = admin.texts(".mistake")
    assert told == [
        "Die Sekunden sind eine ganze Zahl von 5 bis 3600.",
        "Die Sekunden sind eine ganze Zahl von 5 bis 3600.",
        "Hier gehört die Adresse Ihrer Datenschutzhinweise hin; sie beginnt mit https://.",
        "Eine ID beginnt mit einem Buchstaben; danach Buchstaben, Ziffern und - _ : .",
        "Eine ID beginnt mit einem Buchstaben; danach Buchstaben, Ziffern und - _ : .",
    ]
    assert admin.texts("#trouble li") == told
    assert "privacy_url-mistake" in (admin.find("privacy_url").get_attribute("aria-describedby") or "")
    admin.one('#trouble a[href="#privacy_url"]').click()
    assert admin.has_keyboard == "privacy_url"
    assert shop.saved()["version"] == 0


def test_what_only_the_gateway_finds_is_told_at_its_field(admin: Admin, shop: Shop) -> None:
    admin.comes_in()
    admin.type("privacy_url", PRIVACY)
    admin.type("seconds-1", "30")
    admin.browser.execute_script("document.getElementById('reply-1').value = '\\u200b'")
    admin.press()
    admin.sees("Der Text enthält nichts Sichtbares.", "#trouble")
    assert admin.has_keyboard == "reply-1"
    assert shop.saved()["version"] == 0


def test_what_is_switched_off_is_in_nobodys_way(admin: Admin, shop: Shop) -> None:
    admin.comes_in()
    admin.type("privacy_url", PRIVACY)
    admin.press("identify")
    admin.type("identify_days", "many")
    admin.press("identify")
    admin.switch("embed")
    admin.type("toggle_id", "7up")
    admin.switch("embed")
    admin.press()
    admin.sees("Gespeichert.", "#save-state")
    kept = shop.saved()["settings"]
    assert (kept["identify_days"], kept["toggle_id"]) == (30, "")


def test_unsaved_changes_are_seen_until_they_are_saved_or_taken_back(admin: Admin, shop: Shop) -> None:
    shop.save(heading="Guten Tag")
    admin.comes_in()
    sign = admin.find("unsaved-sign")
    assert not sign.is_displayed()
    admin.type("heading", "Moin")
    assert sign.is_displayed()
    admin.sees("Sie haben Änderungen, die noch nicht gespeichert sind.", "#save-state")
    admin.type("heading", "Guten Tag")
    assert not sign.is_displayed()
    admin.type("heading", "Moin")
    admin.press()
    admin.sees("Gespeichert.", "#save-state")
    assert not sign.is_displayed()


def test_when_a_colleague_was_quicker_both_changes_can_be_merged(admin: Admin, shop: Shop) -> None:
    shop.save()
    admin.comes_in()
    admin.type("heading", "Meine")
    admin.type("online_text", "Mein Knopf")
    shop.save(heading="Ihre", offline_text="Ihr Knopf")
    admin.press()
    admin.sees("Jemand anderes hat inzwischen gespeichert.", "#trouble")
    admin.sees("Geändert wurde: Text, wenn niemand da ist, Begrüßung im leeren Chat.", "#trouble")
    admin.sees("Auch von Ihnen geändert: Begrüßung im leeren Chat.", "#trouble")
    assert shop.saved()["settings"]["heading"] == "Ihre"
    admin.one("#trouble button:first-of-type").click()
    admin.sees("Zusammengeführt.", "#save-state")
    assert admin.find("offline_text").get_attribute("value") == "Ihr Knopf"
    admin.press()
    admin.sees("Gespeichert.", "#save-state")
    kept = shop.saved()["settings"]
    assert (kept["heading"], kept["online_text"], kept["offline_text"]) == ("Meine", "Mein Knopf", "Ihr Knopf")


def test_or_the_own_changes_are_discarded(admin: Admin, shop: Shop) -> None:
    shop.save()
    admin.comes_in()
    admin.type("heading", "Meine")
    shop.save(heading="Ihre")
    admin.press()
    admin.sees("Jemand anderes hat inzwischen gespeichert.", "#trouble")
    admin.one("#trouble button:last-of-type").click()
    assert admin.find("heading").get_attribute("value") == "Ihre"
    assert not admin.find("unsaved-sign").is_displayed()


def test_while_the_gateway_is_away_nothing_that_was_entered_is_lost(admin: Admin, shop: Shop) -> None:
    admin.comes_in()
    admin.type("privacy_url", PRIVACY)
    shop.stop()
    admin.press()
    admin.sees("Das Gateway antwortet nicht.", "#trouble")
    assert admin.find("privacy_url").get_attribute("value") == PRIVACY
    shop.start()
    admin.one("#trouble button").click()
    admin.sees("Gespeichert.", "#save-state")
    assert shop.saved()["settings"]["privacy_url"] == PRIVACY


def test_the_preview_is_the_real_widget_and_follows_the_form(admin: Admin) -> None:
    admin.preview_shows("Ihr Shop", "Waldhonig")
    admin.comes_in()
    admin.preview_shows("Hofladen Kruse", GREETING)
    admin.type("seconds-0", "30")
    admin.type("reply-0", "Einen Moment noch.")
    admin.preview_shows("Einen Moment noch.")
    admin.one('input[name="view"][value="closed"]').click()
    admin.type("online_text", "Fragen Sie uns")
    admin.preview_shows("Fragen Sie uns", no="Waldhonig")
    admin.one('input[name="state"][value="offline"]').click()
    admin.type("offline_text", "Schreiben Sie uns")
    admin.preview_shows("Schreiben Sie uns", no="Fragen Sie uns")
    assert admin.has_keyboard == "offline_text"
    assert complaints(admin.browser) == []


@pytest.mark.parametrize("height", [600, 720, 900])
def test_the_preview_shows_the_whole_chat_in_a_window_of_any_height(admin: Admin, height: int) -> None:
    chromium.resize(admin.browser, chromium.WIDE, height)
    admin.preview_shows("Waldhonig")
    admin.browser.switch_to.frame(admin.one("#stage iframe:not(.coming)"))
    fills = admin.browser.execute_script("return matchMedia('(max-width:430px),(max-height:480px)').matches")
    admin.browser.switch_to.default_content()
    assert not fills


@pytest.mark.parametrize("device", ["computer", "phone"])
def test_the_preview_never_takes_the_keyboard_from_who_types(admin: Admin, device: str) -> None:
    admin.comes_in()
    admin.one(f'input[name="device"][value="{device}"]').click()
    admin.preview_shows(GREETING)
    admin.type("seconds-0", "30")
    admin.type("reply-0", "Einen Moment noch.")
    admin.preview_shows("Einen Moment noch.")
    assert admin.has_keyboard == "reply-0"


def test_what_is_tried_in_the_preview_reaches_nobody(admin: Admin) -> None:
    admin.comes_in()
    admin.preview_shows(GREETING)
    admin.browser.switch_to.frame(admin.one("#stage iframe:not(.coming)"))
    outcome = admin.browser.execute_async_script(
        "const done = arguments[0], one = new XMLHttpRequest();"
        "one.open('GET', '/v1/account'); one.onerror = () => done('refused');"
        "one.onload = () => done('sent'); one.send()"
    )
    admin.browser.switch_to.default_content()
    assert outcome == "refused"
    console = " ".join(complaints(admin.browser))
    assert "Content Security Policy" in console


def test_both_languages_say_everything_and_a_switch_keeps_what_was_entered(admin: Admin, shop: Shop) -> None:
    admin.comes_in()
    admin.type("heading", "Moin")
    admin.press("language")
    admin.sees("Set up the web chat")
    assert admin.one("html").get_attribute("lang") == "en"
    admin.sees("Hofladen Kruse · web chat · active · offline now", "#token-state")
    assert admin.find("heading").get_attribute("value") == "Moin"
    admin.press()
    admin.sees("The address of your privacy policy belongs here", "#trouble")


def test_an_english_browser_is_spoken_to_in_english(browsers: Callable[[str], Chrome], shop: Shop) -> None:
    admin = Admin(browsers("en-US"), shop)
    admin.sees("Set up the web chat")


def test_warnings_stand_where_they_belong(admin: Admin, shop: Shop) -> None:
    admin.comes_in()
    admin.sees("Antworten können ins Leere gehen.", "#unreachable")
    admin.press("identify")
    admin.sees(f"„fbt_chat_{shop.id}“", "#cookie")
    assert not admin.find("unreachable").is_displayed()
    admin.switch("tell_ip")
    admin.sees("IP-Adressen sind personenbezogen.", "#ip-warning")
    admin.type("color", "#f2c14e")
    admin.sees("mit schwarzer Schrift", "#contrast")
    admin.sees("hebt sich der Knopf kaum ab", "#contrast")
    assert not admin.find("toggle_id").is_enabled()
    admin.switch("embed")
    assert admin.find("toggle_id").is_enabled()


def test_everything_can_be_done_by_keyboard(admin: Admin, shop: Shop) -> None:
    def keys(*typed: str) -> None:
        ActionChains(admin.browser).send_keys(*typed).perform()

    def tab_to(element: str) -> None:
        for _ in range(80):
            if admin.has_keyboard == element:
                return
            keys(Keys.TAB)
        raise AssertionError(element)

    tab_to("token")
    keys(shop.widget_token, Keys.ENTER)
    admin.sees("Hofladen Kruse", "#token-state")
    tab_to("ask-names")
    keys(Keys.SPACE)
    tab_to("privacy_url")
    keys(PRIVACY)
    tab_to("save")
    keys(Keys.ENTER)
    admin.sees("webchat", "#snippet")
    tab_to("tab-general")
    keys(Keys.ARROW_RIGHT)
    assert admin.has_keyboard == "tab-shopify"
    admin.sees("theme.liquid", "#panel-shopify")
    keys(Keys.END)
    admin.sees("braucht vom Consent-Tool nichts", "#panel-consent")
    saved = shop.saved()["settings"]
    assert (saved["names"], saved["privacy_url"]) == ("no", PRIVACY)


@pytest.mark.parametrize("width", [chromium.NARROW, chromium.WIDE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it_in_every_state(admin: Admin, axe: str, scheme: str, width: int) -> None:
    media = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]
    admin.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    chromium.resize(admin.browser, width)

    def is_fine(state: str) -> None:
        assert violations(admin.browser, axe) == [], state
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert admin.browser.execute_script(wide) <= 0, state

    is_fine("empty")
    admin.gives("fbw_abcdefghij_" + "x" * 43)
    admin.sees("Das Gateway kennt dieses Token nicht", "#token-state")
    is_fine("token refused")
    admin.find("token").clear()
    admin.comes_in()
    admin.press("identify")
    admin.switch("tell_ip")
    admin.switch("embed")
    is_fine("loaded")
    admin.press()
    admin.sees("So kann das Widget nicht erzeugt werden.", "#trouble")
    is_fine("mistakes")
    admin.type("privacy_url", PRIVACY)
    admin.type("toggle_id", "chat-toggle")
    admin.type("status_id", "chat-status")
    admin.press()
    admin.sees("webchat", "#snippet")
    is_fine("saved")
    refused = [one for one in complaints(admin.browser) if "401 (Unauthorized)" not in one]
    assert refused == []
