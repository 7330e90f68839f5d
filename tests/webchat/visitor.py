"""A visitor of the shop: somebody who reads and writes at a real browser, in one tab or in several."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from tests.conditions import eventually
from tests.webchat.bidi import BidiError
from tests.webchat.browsers import Browser
from tests.webchat.tab import ENTER, NoChat, Tab

_SIZE = 1280, 900
_PLACE = """(root, selector) => {
  const box = [...root.querySelectorAll(selector)].map((one) => one.getBoundingClientRect()).find((one) => one.width);
  return box ? [box.x + box.width / 2, box.y + box.height / 2] : null;
}"""
_LINK = """(text) => {
  const shown = (one) => one.getBoundingClientRect().width && one.textContent.includes(text);
  const link = [...document.querySelectorAll("a, button")].find(shown);
  link?.scrollIntoView({ block: "center" });
  const box = link?.getBoundingClientRect();
  return box ? [box.x + box.width / 2, box.y + box.height / 2] : null;
}"""
_SKIPPING = """() => {
  let skipped = 0;
  let number = 0;
  const waiting = new Map();
  const [later, cancel, now, ask] = [setTimeout, clearTimeout, Date.now, fetch];
  window.asked = [];
  window.fetch = (address, how) => (asked.push(`${how?.method ?? "GET"} ${address}`), ask(address, how));
  Date.now = () => now() + skipped;
  window.setTimeout = (act, wait = 0, ...given) => {
    if (wait < 1000) return later(act, wait, ...given);
    const id = `skipping-${++number}`;
    waiting.set(id, { at: Date.now() + wait, act: () => act(...given) });
    return id;
  };
  window.clearTimeout = (id) => waiting.delete(id) || cancel(id);
  window.awaits = (milliseconds) =>
    [...waiting.values()].some(({ at }) => at <= Date.now() + milliseconds && at > Date.now() + milliseconds / 2);
  window.skip = (milliseconds) => {
    skipped += milliseconds;
    for (const [id, { at, act }] of [...waiting].sort(([, a], [, b]) => a.at - b.at)) {
      if (at <= Date.now() && waiting.delete(id)) act();
    }
  };
}"""
"""Timers of a second or more wait until a test lets the time pass; what is asked of servers is written down."""
_STORED = """async () => {
  const kept = (storage) => Object.entries(storage);
  const read = (look) => { try { return look(); } catch { return []; } };
  const databases = await (async () => (await indexedDB.databases()).map((one) => [one.name, ""]))().catch(() => []);
  const caches_ = await (async () => (await caches.keys()).map((one) => [one, ""]))().catch(() => []);
  return [
    ...read(() => document.cookie.split("; ").filter(Boolean).map((one) => one.split("="))),
    ...read(() => kept(localStorage)), ...read(() => kept(sessionStorage)), ...databases, ...caches_,
  ];
}"""
_BUTTON = """(root, name) => {
  const named = (one) => (one.ariaLabel ?? one.textContent).trim().startsWith(name);
  const found = [...root.querySelectorAll("button, summary, label, a")].filter(named);
  const box = found.map((one) => one.getBoundingClientRect()).find((one) => one.width);
  return box ? [box.x + box.width / 2, box.y + box.height / 2] : null;
}"""
_SCREEN = """(root) => root.querySelector("dialog[open]")?.innerText ?? "" """


class Visitor:
    """Somebody new: their browser has no past.

    Attributes:
        tab: the one that they look at.
    """

    def __init__(self, browser: Browser, shop: str) -> None:
        self.browser = browser
        self._shop = shop
        self._user = browser.bidi.call("browser.createUserContext")["userContext"]
        self.tab = self._new_tab()

    def leaves(self) -> None:
        """Close everything."""
        with suppress(BidiError):
            self.browser.bidi.call("browser.removeUserContext", userContext=self._user)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leaves()

    # ---- pages and tabs

    def visits(self, path: str = "", **switches: str) -> None:
        """Open a page of the shop."""
        query = "&".join(f"{name.replace('_', '-')}={value}" for name, value in switches.items())
        self.tab.opens(f"{self._shop}/shop/{path}{'?' if query else ''}{query}")

    def follows(self, text: str) -> None:
        """Press a link or button of the page."""
        self._press(lambda: self.tab.run(_LINK, text), f"a link with {text!r}")

    def opens_another_tab(self, path: str = "", **switches: str) -> Tab:
        """A new tab with a page of the shop; returns the one that was looked at until now."""
        before, self.tab = self.tab, self._new_tab()
        self.visits(path, **switches)
        return before

    def duplicates_the_tab(self) -> Tab:
        """A second tab with the same page and a copy of what the first has stored for itself; returns the first."""
        before, copy = self.tab, self.keeps_the_tab_in_mind()
        self.tab = self._new_tab()
        self.restores(copy)
        return before

    def looks_at(self, tab: Tab) -> None:
        """Change to another tab; the others are hidden."""
        self.tab = tab
        tab.comes_to_the_front()

    def closes_the_tab(self, then: Tab | None = None) -> None:
        """Close the tab that they look at, and look at another."""
        old = self.tab
        if then is None:
            then = self._new_tab()
        self.looks_at(then)
        old.closes()

    def closes_and_restores_the_tab(self) -> None:
        """Close the tab and take it back with the browser's "reopen closed tab"."""
        copy = self.keeps_the_tab_in_mind()
        self.closes_the_tab()
        self.restores(copy)

    def keeps_the_tab_in_mind(self) -> Any:
        """What a browser keeps of a tab for its double: BiDi has no word for it, so the harness does it by hand."""
        return self.tab.run("() => [location.href, Object.entries(sessionStorage)]")

    def restores(self, copy: Any) -> None:
        """Let the present tab become the one of which the copy is."""
        address, kept = copy
        self.visits("cart", script="none")
        self.tab.run("(kept) => kept.forEach(([name, value]) => sessionStorage.setItem(name, value))", kept)
        self.tab.opens(address)

    def is_offline(self, offline: bool = True) -> None:
        """Every tab loses the network, or has it again."""
        for context in self._tabs():
            Tab(self.browser.bidi, context).is_offline(offline)

    def decides_over_time(self) -> None:
        """From the next page on, time passes for long timers only when `skips` says so."""
        contexts = [self._user]
        self.browser.bidi.call("script.addPreloadScript", functionDeclaration=_SKIPPING, userContexts=contexts)

    def skips(self, seconds: float) -> None:
        """Let so much time pass at once in this tab, as soon as something of the page waits for about that long."""
        eventually(lambda: self.tab.run("(milliseconds) => awaits(milliseconds)", seconds * 1000))
        self.tab.run("(milliseconds) => skip(milliseconds)", seconds * 1000)

    @property
    def asked(self) -> list[str]:
        """What the page has asked servers for since it was loaded, whether or not the browser's cache knew it."""
        return [str(one) for one in self.tab.run("() => asked")]

    # ---- the chat

    def opens_the_chat(self) -> None:
        """Press the button of the chat."""
        self._press(lambda: self._place("button[aria-expanded=false]"), "the chat's button")
        eventually(lambda: self._place("textarea") is not None)

    def opens_the_chat_again(self) -> None:
        """Press its button, unless the chat has opened by itself because it was open before."""
        eventually(lambda: self.has_a_chat)
        eventually(lambda: self.screen != "" or self._place("button[aria-expanded=false]") is not None)
        if not self.screen:
            self.opens_the_chat()

    def writes(self, text: str) -> None:
        """Type a text and send it."""
        self.types(text)
        self.tab.types(ENTER)

    def types(self, text: str) -> None:
        """Type a text into the field."""
        self._press(lambda: self._place("textarea"), "the field")
        self.tab.types(text)

    def presses(self, name: str) -> None:
        """Press the button of the chat whose name begins so."""
        self._press(lambda: self._in_chat(_BUTTON, name), f"button {name!r} in the chat")

    @property
    def has_a_chat(self) -> bool:
        """Whether the page shows a chat's button."""
        return self._place("button[aria-expanded]") is not None

    @property
    def button(self) -> str:
        """What the chat's button says; "" if there is none."""
        return str(self._in_chat("(root) => root.querySelector('button[aria-expanded]')?.textContent ?? ''") or "")

    @property
    def screen(self) -> str:
        """Everything that the open panel says; "" if it is closed."""
        return str(self._in_chat(_SCREEN) or "")

    def reads(self, *texts: str) -> None:
        """Wait until the panel says all of it.

        Raises:
            AssertionError: it does not, and what it says.
        """
        with _Shown(lambda: self.screen):
            eventually(lambda: all(text in self.screen for text in texts))

    def times_read(self, text: str) -> int:
        """How often the panel says it."""
        return self.screen.count(text)

    @property
    def errors(self) -> list[str]:
        """What no script of a page has caught."""
        told = [one["params"] for one in self.browser.bidi.events if one["method"] == "log.entryAdded"]
        failed = [one["text"] for one in told if (one["type"], one["level"]) == ("javascript", "error")]
        # Firefox calls it an error of the script, too, that a network was away.
        return [text for text in failed if not text.startswith("Cross-Origin Request Blocked")]

    @property
    def stored(self) -> dict[str, str]:
        """All that this site has stored in the browser, wherever."""
        return {str(name): str(value) for name, value in self.tab.run(_STORED)}

    # ---- how

    def _new_tab(self) -> Tab:
        made = self.browser.bidi.call("browsingContext.create", type="tab", userContext=self._user)
        tab = Tab(self.browser.bidi, made["context"])
        tab.comes_to_the_front()
        tab.has_size(*_SIZE)
        return tab

    def _tabs(self) -> set[str]:
        every = self.browser.bidi.call("browsingContext.getTree", maxDepth=0)["contexts"]
        return {one["context"] for one in every if one["userContext"] == self._user}

    def _in_chat(self, function: str, *arguments: Any) -> Any:
        try:
            return self.tab.in_chat(function, *arguments)
        except NoChat:
            return None

    def _place(self, selector: str) -> list[float] | None:
        place: list[float] | None = self._in_chat(_PLACE, selector)
        return place

    def _press(self, look: Callable[[], list[float] | None], what: str) -> None:
        """Wait until it is there and stands still, and press it."""
        places: list[list[float] | None] = [None]

        def stands_still() -> bool:
            places.append(look())
            return places[-1] is not None and places[-1] == places[-2]

        try:
            eventually(stands_still)
        except AssertionError:
            raise AssertionError(f"there is no {what}") from None
        x, y = places[-1] or (0, 0)
        self.tab.clicks(x, y)


class _Shown:
    """Says what was on the screen when it was not what was waited for."""

    def __init__(self, screen: Callable[[], str]) -> None:
        self._screen = screen

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is AssertionError:
            raise AssertionError(f"the screen says {self._screen()!r}")
