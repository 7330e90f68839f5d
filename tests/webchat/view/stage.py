"""A page of a shop with the real widget, in a real Chromium; the gateway is a script inside the page."""

import json
from collections.abc import Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from selenium.webdriver import ActionChains, Chrome, Keys

from fbtool.webchat import joiner
from tests.chromium.browser import resize
from tests.conditions import eventually
from tests.webchat.states import ACCOUNT, CONFIG

HERE = Path(__file__).parent
SHOWN = {"seen": "Gelesen", "closed": "Der Chat ist beendet"}
DESKTOP, PHONE = (1280, 800), (360, 740)
ROOT = "document.querySelector('fbtool-chat').shadowRoot"
_SHOWN = "(e) => !!e.getClientRects().length"
_NAMED = f"""
const [name] = arguments;
const named = (e) => e.ariaLabel || e.textContent.trim() || e.getAttribute("aria-label") || "";
return [...{ROOT}.querySelectorAll("button,summary,a,label")].filter({_SHOWN}).filter((e) => e.tagName !== "LABEL")
  .find((e) => named(e).includes(name)) || null;
"""


class Server:
    """Serves the shop's page and the widget in front of which a test's config stands."""

    def __init__(self) -> None:
        self.config: dict[str, Any] = dict(CONFIG)
        self.attributes = "data-debug"
        self.places: tuple[str, ...] = ("</body>",)
        self.before = ""
        """What a script of the page does before."""
        server = self

        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                body, kind = server.answer(self.path)
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/plain")
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(HERE)))
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, path: str) -> tuple[bytes, str]:
        if path == f"/webchat/{ACCOUNT}.js":
            line = f"window.fbtoolChatConfig={json.dumps(self.config)};\n"
            stub = (HERE / "gateway_stub.js").read_text("utf-8")
            return (line + stub + joiner.joined()).encode(), "text/javascript; charset=utf-8"
        if path == "/shop":
            page = (HERE / "shop.html").read_text("utf-8")
            script = f'<script src="/webchat/{ACCOUNT}.js" {self.attributes}></script>'
            for place in self.places:
                page = page.replace(place, f"{script}{place}")
            page = page.replace("<link ", '<script src="/before.js"></script><link ')
            return page.encode(), "text/html; charset=utf-8"
        if path == "/before.js":
            return self.before.encode(), "text/javascript"
        if path == "/shop.css":
            return (HERE / "shop.css").read_bytes(), "text/css"
        if path == "/sandboxed":
            frame = b'<iframe width=900 height=700 sandbox="allow-scripts" src="/shop"></iframe>'
            return b"<!doctype html><title>frame</title>" + frame, "text/html"
        if path in (f"/webchat/{ACCOUNT}/pictures/account", f"/webchat/{ACCOUNT}/pictures/erika"):
            return PICTURE, "image/png"
        return b"", ""

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763b8a6a10a0003360140a6c2e9b1"
    "0000000049454e44ae426082"
)
"""One pixel."""
POLICY = (
    "default-src 'none'; frame-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; style-src 'self';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
"""The strictest that works: no inline style, no frame, no policy of Trusted Types."""


class ChromiumStage:
    """Implements `tests.webchat.states.Stage`."""

    def __init__(self, browser: Chrome, server: Server) -> None:
        self.browser = browser
        self.server = server

    def loads(
        self, config: Mapping[str, Any] | None = None, *, size: tuple[int, int] = DESKTOP, dark: bool = False
    ) -> "ChromiumStage":
        """The shop's page, with the widget in it."""
        self.server.config = CONFIG | dict(config or {})
        resize(self.browser, *size, scale=2 if size == PHONE else 1)
        self.prefers(dark="dark" if dark else "light")
        if self.browser.current_url.startswith(self.server.address):
            self.script("sessionStorage.clear(); localStorage.clear()")
        self.browser.get(f"{self.server.address}/shop")
        eventually(lambda: self.script("return !!document.querySelector('fbtool-chat')"))
        return self

    def reloads(self) -> None:
        """The same page anew, as the same visitor."""
        self.script("window.before = true")
        self.browser.refresh()
        eventually(lambda: self.script("return !window.before && !!document.querySelector('fbtool-chat')"))

    def resized(self, width: int, height: int) -> None:
        """Another size of the window."""
        resize(self.browser, width, height)

    def prefers(self, **features: str) -> None:
        names = {"dark": "prefers-color-scheme", "motion": "prefers-reduced-motion", "forced": "forced-colors"}
        wanted = [{"name": names[key], "value": value} for key, value in features.items()]
        wanted.append({"name": "prefers-reduced-motion", "value": "reduce"})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wanted})

    def script(self, text: str, *given: Any) -> Any:
        return self.browser.execute_script(text, *given)

    def root(self, expression: str) -> Any:
        """The value of an expression in which ``root`` is the shadow root."""
        return self.script(f"const root = {ROOT}; return {expression};")

    def text(self) -> str:
        """What can be read in the panel."""
        return str(self.root("root.querySelector('dialog').innerText"))

    def presses(self, name: str) -> None:
        eventually(lambda: self.script(_NAMED, name) is not None)
        self.script(_NAMED, name).click()

    def writes(self, text: str) -> None:
        field = self.root("root.querySelector('textarea')")
        field.click()
        self.browser.execute_cdp_cmd("Input.insertText", {"text": text})

    def keys(self, *keys: str) -> None:
        ActionChains(self.browser).send_keys(*keys).perform()

    def sends(self, text: str) -> None:
        before = self.script("return stub.texts.length")
        self.writes(text)
        self.keys(Keys.ENTER)
        eventually(lambda: text in self.text())
        if self._behaviour() == "here":
            eventually(
                lambda: self.script("return stub.texts.length") == before + 1 and "Wird gesendet" not in self.text()
            )
        elif self._behaviour() == "refuses":
            eventually(lambda: "Nicht gesendet" in self.text())
        else:
            eventually(lambda: "Keine Verbindung" in self.text())

    def hands_out(self, *events: Mapping[str, Any]) -> None:
        unread = self.script("return fbtoolChat.unread")
        self.script("stub.hand(arguments[0].map((event) => ({...event, time: Date.now()})))", events)
        texts = [event["text"].split("\n")[0] for event in events if event["type"] == "message"]
        if self.root("root.querySelector('dialog')?.open"):
            words = texts + [SHOWN[event["type"]] for event in events if event["type"] in SHOWN]
            eventually(lambda: all(word in self.text() for word in words))
            if events[-1]["type"] == "typing":
                eventually(lambda: self.root("!!root.querySelector('i')"))
        else:
            eventually(lambda: self.script("return fbtoolChat.unread") == unread + len(texts))

    def gateway(self, behaviour: str) -> None:
        self.script("window.behaviour = arguments[0]; stub.behave(arguments[0])", behaviour)

    def _behaviour(self) -> str:
        return str(self.script("return window.behaviour || 'here'"))
