"""A person at a browser without JavaScript, played by a script: walks through the sandbox's login dialog.

    ScriptedBrowser("erika@example.org", "sommerwiese").sign_in(address, pages=["Blumen Beispiel"])

It finds buttons and fields by what they are for (``data-action``, ``data-name``), never by their texts, and follows
the redirects at the end to wherever they lead on this computer, as a browser would.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

import requests

from fbtool.address import read_address
from fbtool.language import say
from fbtool.sandbox.problems import ScriptedBrowserStuck

ALL = "all"
_MOST_REDIRECTS = 20
_MOST_SCREENS = 20
_TIMEOUT = 60.0


@dataclass(frozen=True)
class FormField:
    """One input of a form."""

    name: str
    kind: str
    value: str
    checked: bool
    label: str
    """``data-name``: what the person reads beside it."""


@dataclass
class Form:
    """A form with its buttons by ``data-action``."""

    address: str
    fields: list[FormField] = field(default_factory=list)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class BrowserPage:
    """What the browser shows after all redirects."""

    address: str
    """Without the fragment, which a browser keeps for itself."""
    fragment: str
    status: int
    """HTTP status; 0 if nobody answered there, or if it is another computer, to which no redirect is followed."""
    text: str
    screen: str = ""
    """``data-screen`` of the sandbox's own pages; empty elsewhere."""
    message: str = ""
    forms: tuple[Form, ...] = ()

    @property
    def form(self) -> Form | None:
        """The page's first form; a page of the dialog has only one."""
        return self.forms[0] if self.forms else None


class ScriptedBrowser:
    """One person with one browser; the browser's cookies stay from one visit to the next."""

    def __init__(self, email: str, password: str, *, code: str = "", language: str = "en") -> None:
        self._answers = {"email": email, "password": password, "code": code}
        self._browser = requests.Session()
        self._browser.trust_env = False  # no proxy on the way to this computer
        self._browser.headers["Accept-Language"] = language
        self._browser.headers["User-Agent"] = "Mozilla/5.0 (fbtool scripted browser)"

    def close(self) -> None:
        """Close the browser."""
        self._browser.close()

    def open(self, address: str) -> BrowserPage:
        """Go to an address and follow its redirects."""
        return self._follow(self._browser.get(address, allow_redirects=False, timeout=_TIMEOUT), address)

    def press(self, page: BrowserPage, action: str, fields: Iterable[tuple[str, str]] | None = None) -> BrowserPage:
        """Press the button with this ``data-action``.

        Args:
            page: the page with the button.
            action: what the button does.
            fields: what the form contains; as the page gave it if None.

        Raises:
            ScriptedBrowserStuck: if there is no such button.
        """
        form = next((one for one in page.forms if action in one.buttons), None)
        if form is None:
            raise ScriptedBrowserStuck(screen=page.screen, reason=say("there is no button “{action}”", action=action))
        filled = list(_as_given(form) if fields is None else fields)
        filled.append(form.buttons[action])
        answer = self._browser.post(form.address, data=filled, allow_redirects=False, timeout=_TIMEOUT)
        return self._follow(answer, form.address)

    def sign_in(
        self,
        address: str,
        *,
        pages: str | Collection[str] | None = ALL,
        businesses: str | Collection[str] = ALL,
        decline: Collection[str] = (),
    ) -> BrowserPage:
        """Walk through the dialog to its end and return the page that the app shows then.

        Args:
            address: where the login starts; redirects to the dialog are followed.
            pages: the names or ids to tick, ``"all"`` for all current and future ones, or None to press "Continue" and
                keep what was chosen the last time.
            businesses: the same for businesses.
            decline: permissions to switch off.

        Raises:
            ScriptedBrowserStuck: at a page that has no way on, with its name.
        """
        page = self.open(address)
        for _ in range(_MOST_SCREENS):
            if not page.screen:
                return page
            before = page.screen
            page = self._answer(page, pages, businesses, decline)
            if page.screen == before and page.message:
                raise ScriptedBrowserStuck(screen=page.screen, reason=page.message)
        raise ScriptedBrowserStuck(screen=page.screen, reason=say("the dialog does not end"))

    def cancel(self, address: str) -> BrowserPage:
        """Go to the dialog and press "Cancel" at the first page that has it."""
        return self.press(self.open(address), "cancel")

    def _answer(
        self,
        page: BrowserPage,
        pages: str | Collection[str] | None,
        businesses: str | Collection[str],
        decline: Collection[str],
    ) -> BrowserPage:
        match page.screen:
            case "log-in":
                return self._fill(page, "log-in", "email", "password")
            case "two-factor":
                return self._fill(page, "submit-code", "code")
            case "checkpoint":
                return self.press(page, "confirm")
            case "continue":
                return self.press(page, "continue")
            case "reconnect":
                return self.press(page, "continue" if pages is None else "edit-settings")
            case "pages":
                return self.press(page, "continue", _ticked(page, pages))
            case "businesses":
                return self.press(page, "continue", _ticked(page, businesses))
            case "review":
                return self.press(page, "save", _without(page, decline))
            case _:
                raise ScriptedBrowserStuck(screen=page.screen, reason=say("it is no step of a login"))

    def _fill(self, page: BrowserPage, action: str, *names: str) -> BrowserPage:
        kept = [(name, value) for name, value in _as_given(page.form) if name not in names]
        return self.press(page, action, kept + [(name, self._answers[name]) for name in names])

    def _follow(self, answer: requests.Response, address: str) -> BrowserPage:
        fragment = ""
        for _ in range(_MOST_REDIRECTS):
            if not answer.is_redirect:
                return _read(answer, address, fragment)
            address, fragment = urldefrag(urljoin(address, answer.headers["Location"]))
            if not _is_on_this_computer(address):
                return BrowserPage(address, fragment, 0, "")
            try:
                answer = self._browser.get(address, allow_redirects=False, timeout=_TIMEOUT)
            except requests.ConnectionError:
                return BrowserPage(address, fragment, 0, "")
        raise ScriptedBrowserStuck(screen=address, reason=say("there is no end of redirects"))


def _is_on_this_computer(address: str) -> bool:
    read = read_address(address)
    return read is not None and read.is_this_computer


def _as_given(form: Form | None) -> list[tuple[str, str]]:
    """What a browser would send of a form that nobody has touched."""
    fields = form.fields if form else []
    return [(one.name, one.value) for one in fields if one.kind not in ("checkbox", "radio") or one.checked]


def _ticked(page: BrowserPage, wanted: str | Collection[str] | None) -> list[tuple[str, str]]:
    form = page.form
    if wanted is None or form is None:
        return _as_given(form)
    kept = [(name, value) for name, value in _as_given(form) if name not in ("choice", "asset")]
    if wanted == ALL:
        return [*kept, ("choice", "all")]
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    offered = {key: one.value for one in form.fields if one.name == "asset" for key in (one.label, one.value)}
    missing = [name for name in names if name not in offered]
    if missing:
        raise ScriptedBrowserStuck(screen=page.screen, reason=say("“{name}” is not offered", name=missing[0]))
    return [*kept, ("choice", "current"), *(("asset", offered[name]) for name in names)]


def _without(page: BrowserPage, decline: Collection[str]) -> list[tuple[str, str]]:
    """Everything switched on except what is declined; a permission without a switch cannot be declined."""
    fields = page.form.fields if page.form else []
    fixed = {one.value for one in fields if one.name == "permission" and one.kind == "hidden"}
    stuck = [name for name in decline if name in fixed]
    if stuck:
        raise ScriptedBrowserStuck(screen=page.screen, reason=say("“{name}” cannot be declined", name=stuck[0]))
    return [(one.name, one.value) for one in fields if one.name != "permission" or one.value not in decline]


def _read(answer: requests.Response, address: str, fragment: str) -> BrowserPage:
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return BrowserPage(address, fragment, answer.status_code, answer.text)
    reader = _Reader(address)
    reader.feed(answer.text)
    return BrowserPage(
        address,
        fragment,
        answer.status_code,
        answer.text,
        reader.screen if answer.headers.get("X-Sandbox") else "",
        reader.message.strip(),
        tuple(reader.forms),
    )


class _Reader(HTMLParser):
    """Picks the screen's name, the message and the form out of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._in_message = False
        self.screen = ""
        self.message = ""
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.screen = given.get("data-screen", self.screen)
        if given.get("id") == "message":
            self._in_message = True
        if tag == "form":
            self.forms.append(Form(urljoin(self._address, given.get("action", ""))))
        elif tag == "button" and self.forms and "data-action" in given:
            self.forms[-1].buttons[given["data-action"]] = (given.get("name", ""), given.get("value", ""))
        elif tag == "input" and self.forms and given.get("name"):
            kind, value = given.get("type", "text"), given.get("value", "on" if "type" in given else "")
            label = given.get("data-name", "")
            self.forms[-1].fields.append(FormField(given["name"], kind, value, "checked" in given, label))

    def handle_endtag(self, tag: str) -> None:
        self._in_message = False

    def handle_data(self, data: str) -> None:
        if self._in_message:
            self.message += data
