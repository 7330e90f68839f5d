"""A visitor's browser, as far as the gateway can tell: it fetches a ticket, works, writes, polls, and acknowledges."""

import hashlib
import json
import secrets
import threading
import time
from itertools import count
from typing import Any

import requests

SECONDS = 60


def work_for(ticket: str, bits: int) -> str:
    """What a page reckons."""
    if not bits:
        return ""
    for number in count():
        digest = hashlib.sha256(f"{ticket}:{number}".encode()).digest()
        if int.from_bytes(digest, "big") >> (256 - bits) == 0:
            return str(number)
    raise AssertionError


class Browser:
    """One visitor's.

    Args:
        base: ``https://gateway/webchat/account``.
        address: the visitor's IP address, as a proxy tells it.
        origin: of the shop's page.
    """

    def __init__(self, base: str, address: str = "192.0.2.1", origin: str = "https://shop.example") -> None:
        self.base = base
        self.key = ""
        self.cursor = ""
        self.messages: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.headers = {"Origin": origin, "X-Forwarded-For": address, "Content-Type": "text/plain;charset=UTF-8"}

    def call(self, name: str, content: Any, base: str = "") -> requests.Response:
        """One of the visitor's calls."""
        body = json.dumps(content, ensure_ascii=False).encode()  # as JSON.stringify writes it
        return requests.post(f"{base or self.base}/{name}", data=body, headers=self.headers, timeout=SECONDS)

    def ticket(self) -> dict[str, Any]:
        """A ticket, with its work done."""
        given = self.call("ticket", {})
        assert given.status_code == 200, given.text
        told: dict[str, Any] = given.json()
        return {"ticket": told["ticket"], "work": work_for(told["ticket"], told["bits"])}

    def message_id(self, age_ms: int = 0) -> str:
        """A fresh one."""
        return f"{time.time_ns() // 1_000_000 - age_ms:011x}-{secrets.token_hex(16)}"

    def send(self, text: str = "Hallo", **more: Any) -> requests.Response:
        """Write; the first message needs `ticket` among the rest."""
        content = {"id": self.message_id(), "text": text} | ({"key": self.key} if self.key else {}) | more
        answer = self.call("messages", content)
        if answer.ok:
            self.key = answer.json()["key"]
        return answer

    def poll(self, wait: float = 0, base: str = "", **more: Any) -> requests.Response:
        """Ask for answers, acknowledging those of the time before."""
        asked = {"key": self.key, "after": self.cursor, "wait": wait} | more
        answer = self.call("events", asked, base)
        if answer.ok:
            told = answer.json()
            self.cursor = told["cursor"]
            self.events += told["events"]
            known = {one["id"] for one in self.messages}
            self.messages += [one for one in told["events"] if one["type"] == "message" and one["id"] not in known]
        return answer

    def polling(self, wait: float, base: str = "") -> "Held":
        """A poll that is held meanwhile."""
        return Held(lambda: self.poll(wait, base))

    def close(self) -> requests.Response:
        """End the conversation."""
        return self.call("close", {"key": self.key})

    def texts(self) -> list[str]:
        """What the visitor sees of the shop's answers."""
        return [one["text"] for one in self.messages]


class Held:
    """A call in a thread of its own."""

    def __init__(self, call: Any) -> None:
        self.answer: requests.Response | None = None

        def run() -> None:
            self.answer = call()

        self._thread = threading.Thread(target=run)
        self._thread.start()

    def result(self) -> requests.Response:
        """What it was answered."""
        self._thread.join(SECONDS)
        assert self.answer is not None
        return self.answer
