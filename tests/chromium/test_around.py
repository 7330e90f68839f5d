"""What is around the dialog: the front page, the control page, and the page on which a customer writes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from fbtool.connection_code import Connection
from tests.chromium.conftest import Sandbox
from tests.chromium.person import Person
from tests.e2e.conftest import BROWSER, Stage
from tests.e2e.processes import Computer
from tests.sandbox.client import Client

FLOWERS = "100000000000011"
QUESTION = "Habt ihr morgen offen? 🌷"
ANSWER = "Ja, von 9 bis 18 Uhr. Wir freuen uns auf Sie!"


class CustomerService:
    """The software that reads and answers the chats; it speaks with the gateway only."""

    def __init__(self, connection: str) -> None:
        code = Connection.from_code(connection)
        self._api = f"{code.address}/v1"
        self._headers = {"Authorization": f"Bearer {code.token}"}
        self._cursor = ""

    def next_message(self) -> dict[str, Any]:
        """The next message of a customer; waits for it."""
        while True:
            batch = self._call("GET", "events", params={"after": self._cursor, "wait": 20})
            assert batch["events"], "nothing came"
            self._cursor = batch["cursor"]
            for event in batch["events"]:
                if event["kind"] == "message":
                    return dict(event)

    def answers(self, conversation: str, text: str) -> None:
        """Send ``text`` to the customer."""
        self._call("POST", "messages", json={"conversation": conversation, "text": text, "human": True})

    def _call(self, method: str, path: str, **rest: Any) -> Any:
        headers = self._headers | {"Idempotency-Key": "1"}
        answer = requests.request(method, f"{self._api}/{path}", headers=headers, timeout=30, **rest)
        assert answer.ok, answer.text
        return answer.json()


@pytest.fixture
def service(shop: Sandbox, stage: Stage, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[CustomerService]:
    """Customer service of a shop whose Page is linked."""
    connection = stage.new_account(request.node.name)
    admin = Computer(tmp_path, {"BROWSER": BROWSER, "FBTOOL_CONNECTION": connection})
    assert stage.operator.run("gateway", "setup").code == 0
    assert admin.run("login").code == 0
    assert admin.run("link", FLOWERS).code == 0
    yield CustomerService(connection)
    assert admin.run("unlink", FLOWERS, "--yes").code == 0


def test_a_customer_writes_and_reads_the_answer(shop: Sandbox, service: CustomerService, person: Person) -> None:
    person.opens(shop.chat(FLOWERS, "jonas"))
    person.reads("No messages yet.")
    person.writes("text", QUESTION)
    person.presses("send")
    person.reads(QUESTION)

    message = service.next_message()
    assert message["content"]["text"] == QUESTION
    person.writes("text", "I am still writing")
    service.answers(message["conversation"], ANSWER)
    person.reads(ANSWER)
    assert person.written("text") == "I am still writing"


@pytest.fixture
def app(shop: Sandbox) -> Iterator[Client]:
    """An app that speaks with the Graph API itself."""
    client = Client(shop)
    yield client
    client.close()


def test_a_customer_sees_typing_seen_and_quick_replies(shop: Sandbox, app: Client, person: Person) -> None:
    token, psid = app.page_token(), app.customer_writes(QUESTION)["psid"]
    person.opens(shop.chat(FLOWERS, "jonas"))
    app.graph("POST", "me/messages", token, json={"recipient": {"id": psid}, "sender_action": "mark_seen"})
    person.reads("Seen")
    app.graph("POST", "me/messages", token, json={"recipient": {"id": psid}, "sender_action": "typing_on"})
    person.reads("Blumen Beispiel is typing …")
    choice = {"content_type": "text", "title": "Ja, gern", "payload": "YES"}
    app.answer(token, psid, message={"text": "Rosen?", "quick_replies": [choice]})
    person.presses("quick-reply")
    assert app.conversation()[-1]["text"] == "Ja, gern"


def test_a_customer_sends_a_picture_and_reacts(shop: Sandbox, service: CustomerService, person: Person) -> None:
    shop.post(f"pages/{FLOWERS}/customers/aylin/inbox-answers", {"text": ANSWER})
    person.opens(shop.chat(FLOWERS, "aylin"))
    person.presses("picture")
    assert service.next_message()["content"]["attachments"][0]["type"] == "image"
    person.clicks("[value='react:love']")
    assert person.pressed == ["❤️"]


def test_the_front_page_leads_everywhere(shop: Sandbox, person: Person) -> None:
    person.opens(shop.address)
    for known in ("erika@example.org", "sommerwiese", "Blumen Beispiel", "Acme Inbox Link", "0f1e2d3c4b5a6978"):
        person.reads(known)
    person.follows("Aylin Yılmaz")
    person.sees("chat")
    person.follows("Back to the start page")
    person.follows("Let something go wrong")
    person.sees("control")


def test_a_fault_is_switched_on_and_cleared(shop: Sandbox, person: Person) -> None:
    person.opens(f"{shop.address}/sandbox/control")
    person.selects("kind", "denied-without-cancel")
    person.selects("person", "erika")
    person.writes("times", "2")
    person.presses("add")
    assert [(fault["kind"], fault["person"], fault["left"]) for fault in shop.get("faults")["faults"]] == [
        ("denied-without-cancel", "erika", 2)
    ]
    person.presses("clear-all")
    assert shop.get("faults")["faults"] == []


def test_erika_changes_her_password(shop: Sandbox, person: Person) -> None:
    person.opens(f"{shop.address}/sandbox/control")
    person.selects("what", "change-password")
    person.presses("happen")
    password = shop.get("world")["people"][0]["password"]
    assert password != "sommerwiese"
    person.opens(shop.address)
    person.reads(password)


def test_hours_pass(agency: Sandbox, person: Person) -> None:
    # Not at the shop's: its gateway keeps the time, and what it proves would be out of date for all later tests.
    before = agency.get("clock")["now"]
    person.opens(f"{agency.address}/sandbox/control")
    person.writes("hours", "36")
    person.presses("advance")
    assert agency.get("clock")["now"] - before >= 36 * 3600
