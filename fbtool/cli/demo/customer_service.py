"""A scripted customer service for the demo's web chat: reads, types for a moment, answers. It knows only ``/v1``."""

import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, Self

import requests

from fbtool.language import N_, say
from fbtool.sandbox import profile_pictures

AGENT = "Mia"
_READS, _TYPES, _ANSWERS = 3.0, 6.0, 10.0
"""Seconds after a visitor's message; the automatic text at five seconds comes in between."""
_LOOK, _TIMEOUT, _AVAILABLE = 1, 10, 120
_ANSWERS_IN_TURN = (
    N_("Hello, this is {agent}. I am a script: a real person would now answer “{text}”."),
    N_("Good question! Write on if you like, reload the page or open a second tab: your chat comes along."),
    N_("Switches for this page are at its foot: a strict policy, a slow network, a lost answer."),
)


class CustomerService:
    """Works in a thread of its own until the end of the block."""

    def __init__(self, gateway: str, token: str) -> None:
        self._gateway = gateway
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._work, name="customer-service", daemon=True)
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._cursor = ""
        self._answered: dict[str, int] = {}

    def __enter__(self) -> Self:
        picture = profile_pictures.portrait(AGENT, 96)
        self._call("PUT", f"agents/{AGENT.lower()}/picture", data=picture, headers={"Content-Type": "image/jpeg"})
        self._be_there()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join(_TIMEOUT)
        self._session.close()

    def _work(self) -> None:
        while not self._ends.is_set():
            try:
                self._take_events()
                self._do_what_is_due()
            except requests.RequestException:
                self._ends.wait(_LOOK)

    def _take_events(self) -> None:
        batch = self._call("GET", "events", params={"after": self._cursor, "wait": _LOOK}).json()
        self._cursor = batch["cursor"]
        for event in batch["events"]:
            if event["kind"] == "message":
                self._plan(event["conversation"], str(event["content"].get("text", "")))

    def _plan(self, conversation: str, text: str) -> None:
        now, place = time.monotonic(), f"conversations/{conversation}"
        self._due += [
            (now + _READS, lambda: self._post(f"{place}/seen")),
            (now + _TYPES, lambda: self._post(f"{place}/typing")),
            (now + _ANSWERS, lambda: self._answer(conversation, text)),
        ]

    def _do_what_is_due(self) -> None:
        now = time.monotonic()
        due = [one for one in self._due if one[0] <= now]
        self._due = [one for one in self._due if one[0] > now]
        for _, act in due:
            act()

    def _answer(self, conversation: str, text: str) -> None:
        count = self._answered.get(conversation, 0)
        self._answered[conversation] = count + 1
        words = say(_ANSWERS_IN_TURN[count % len(_ANSWERS_IN_TURN)], agent=AGENT, text=text)
        message: dict[str, Any] = {
            "conversation": conversation,
            "text": str(words),
            "human": True,
            "agent": {"name": AGENT, "picture": AGENT.lower()},
        }
        self._call("POST", "messages", json=message, headers={"Idempotency-Key": secrets.token_hex(16)})

    def _be_there(self) -> None:
        self._call("PUT", "availability", json={"available": True, "seconds": _AVAILABLE})
        self._due.append((time.monotonic() + _AVAILABLE / 2, self._be_there))

    def _post(self, path: str) -> None:
        self._call("POST", path)

    def _call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        return self._session.request(method, f"{self._gateway}/v1/{path}", timeout=_TIMEOUT, **kwargs)
