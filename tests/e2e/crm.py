"""A company's customer-service system, as small as a test needs it, and the customers on the other side."""

import contextlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from fbtool.connection_code import Connection
from tests.conditions import eventually
from tests.e2e.conftest import BROWSER, Stage
from tests.e2e.processes import Computer

PAGE = "100000000000011"
"""Blumen Beispiel, of the sandbox's small shop."""


@dataclass
class Crm:
    """Talks to the gateway like a CRM, and to the sandbox like its customers."""

    gateway: str
    token: str
    sandbox: str
    seen: list[dict[str, Any]] = field(default_factory=list)
    """All events taken so far."""
    cursor: str = ""

    def ask(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """A request to the API."""
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}
        return requests.request(method, f"{self.gateway}/v1/{path}", headers=headers, timeout=90, **kwargs)

    def answer(self, conversation: str, **message: Any) -> str:
        """Queue an answer; returns its id."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        answer = self.ask(
            "POST", "messages", json={"conversation": conversation, "human": True, **message}, headers=headers
        )
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def wait_for(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Take and acknowledge events until one is wanted."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            batch = self.ask("GET", "events", params={"after": self.cursor, "wait": 5}).json()
            self.cursor = batch["cursor"]
            self.seen += batch["events"]
            found[:] = [event for event in self.seen if wanted(event)]
            return bool(found)

        if not (found := [event for event in self.seen if wanted(event)]):
            eventually(look, 90)
        return found[0]

    def wait_for_kind(self, kind: str, message_id: str) -> dict[str, Any]:
        """The event of this kind about one of our messages."""

        def about(event: dict[str, Any]) -> bool:
            content = event["content"]
            ids = [content.get("message_id"), *content.get("message_ids", [])]
            return event["kind"] == kind and message_id in ids

        return self.wait_for(about)

    def customer(self, name: str, method: str, what: str, **kwargs: Any) -> Any:
        """What a customer does, or sees, in Messenger."""
        address = f"{self.sandbox}/sandbox/pages/{PAGE}/customers/{name}/{what}"
        answer = requests.request(method, address, timeout=90, **kwargs)
        assert answer.ok, answer.text
        return answer.json()

    def writes(self, name: str, **message: Any) -> dict[str, Any]:
        """A customer writes; returns the event as the CRM gets it."""
        mid = self.customer(name, "POST", "messages", json=message)["mid"]
        return self.wait_for(lambda event: event["content"].get("mid") == mid)

    def bubbles(self, name: str) -> list[dict[str, Any]]:
        """The conversation as the customer sees it."""
        return list(self.customer(name, "GET", "conversation")["messages"])


@contextlib.contextmanager
def linked_crm(stage: Stage, folder: Path, name: str, *more: str) -> Iterator[Crm]:
    """Blumen Beispiel is linked to a new messenger account, and a CRM has the account's token."""
    admin = Computer(folder, {"BROWSER": BROWSER})
    code = stage.new_account(name, *more)
    for command in (["connect"], ["login"], ["link", PAGE, "--take-over"]):
        done = admin.run(*command, given=code + "\n")
        assert done.code == 0, done.err
    yield Crm(stage.gateway, Connection.from_code(code).token, stage.sandbox)
    assert admin.run("unlink", PAGE, "--yes").code == 0
