"""Words that must never be seen are sent down every way there is; then everything the gateway wrote is searched."""

from contextlib import suppress
from pathlib import Path

import pytest
import requests

from fbtool import base64url
from tests.conditions import eventually
from tests.gateway.conftest import APP, CUSTOMER, PAGE, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.program import Program
from tests.gateway.webchat.browser import Browser
from tests.postgres import Cluster

CANARY = "Kanarienvogel"
ADDRESS = "203.0.113.77"
"""A visitor's."""


def sing(program: Program, facebook: ScriptedFacebook) -> None:
    """Send the canary as text, name, token, error message, path, header, and in forms nobody expects."""
    program.link(name=f"Seite {CANARY}", person=f"Person {CANARY}", page_token=f"EAAG{CANARY}")
    address = program.address
    assert deliver(address, delivery(message("m_1", f"Text {CANARY}"))) == 200
    assert deliver(address, f'{{"{CANARY}": '.encode()) == 200
    assert deliver(address, delivery({CANARY: CANARY, "message": {"text": [CANARY]}})) == 200
    assert deliver(address, delivery(message("m_2", CANARY)), f"sha256={CANARY}") == 403
    requests.get(f"{address}/facebook/webhook?hub.verify_token={CANARY}", timeout=60)
    requests.get(f"{address}/{CANARY}?{CANARY}", headers={"Authorization": f"Bearer {CANARY}"}, timeout=60)
    requests.get(f"{address}/oauth/callback?code={CANARY}&state={CANARY}", timeout=60)
    requests.post(f"{address}/oauth/token", data={"code": CANARY, "client_id": CANARY}, timeout=60)
    requests.post(f"{address}/admin/accounts", json={"name": CANARY}, timeout=60)
    program.api("POST", "messages", data=f'{{"text": "{CANARY}'.encode())
    program.api("PUT", "facebook/pages/1", json={"page_token": 3, CANARY: CANARY})
    program.api("GET", "events", params={"after": CANARY})
    events = program.api("GET", "events").json()["events"]
    conversation = next(event["conversation"] for event in events if event.get("conversation"))
    error = {"error": {"message": CANARY, "type": CANARY, "code": 551, "fbtrace_id": "T", "error_user_msg": CANARY}}
    for key, answer in enumerate([(200, {"message_id": "m_sent"}), (400, error), (200, CANARY.encode())]):
        facebook.says(f"POST {PAGE}/messages", *answer)
        sent = program.api(
            "POST",
            "messages",
            json={"conversation": conversation, "text": f"Antwort {CANARY}", "human": True},
            headers={"Idempotency-Key": str(key)},
        )
        assert sent.status_code == 202, sent.text
        eventually(lambda key=key: len(facebook.calls(f"POST {PAGE}/messages")) > key, 60)
    facebook.error("GET debug_token", 190, 460)
    program.api("POST", f"facebook/pages/{PAGE}/check")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_nothing_of_it_is_written_anywhere(tmp_path: Path, facebook: ScriptedFacebook, log_format: str) -> None:
    program = Program(tmp_path, facebook, "--verbose", "--log-format", log_format)
    try:
        sing(program, facebook)
        headers = {"Authorization": f"Bearer {program.admin_token}"}
        metrics = requests.get(f"{program.address}/metrics", headers=headers, timeout=60).text
        running = program.computer.run("gateway", "privacy")
        program.process.terminate()
        assert program.ended() == 0
        stopped = program.computer.run("gateway", "privacy", "--json")
        commands = "".join(result.out + result.err for result in (running, stopped))
        seen = {"log": program.printed(), "metrics": metrics, "commands": commands}
    finally:
        program.close()
    assert running.code == stopped.code == 0
    assert "stored 1" in seen["log"]
    assert "needs a person" in seen["log"]
    for place, text in seen.items():
        for word in (CANARY, CUSTOMER, PAGE, program.token, program.admin_token, APP.secret):
            assert word not in text, f"{word!r} in the {place}"
    at_rest = b"".join(file.read_bytes() for file in program.data.glob("gateway.sqlite*"))
    for secret in (f"Text {CANARY}", f"Antwort {CANARY}", f"EAAG{CANARY}"):
        assert secret.encode() not in at_rest


def chat(program: Program) -> tuple[Browser, list[str]]:
    """Chat, and acknowledge everything; also what opens the conversation or names it, which nobody else may know."""
    added = program.computer.run("gateway", "accounts", "add", "Laden", "--channel", "webchat", "--json").json
    program.token = added["token"]
    visitor = Browser(f"{program.address}/webchat/{added['id']}", ADDRESS, f"https://{CANARY.lower()}.example")
    first = visitor.message_id()
    names = {"first": f"Vorname {CANARY}", "last": f"Nachname {CANARY}"}
    more = {"names": names, "page": f"https://shop.example/{CANARY}?{CANARY}", **visitor.ticket()}
    eventually(lambda: visitor.send(f"Text {CANARY}", id=first, **more).ok)  # two seconds after the ticket
    visitor.call("messages", {"id": CANARY, "text": CANARY, "key": CANARY, "ticket": CANARY})
    visitor.call("messages", {CANARY: CANARY})
    visitor.call(CANARY, {"key": CANARY})
    visitor.call("events", {"key": CANARY, "after": CANARY})
    (event,) = program.api("GET", "events").json()["events"]
    body = {
        "conversation": event["conversation"],
        "text": f"Antwort {CANARY}",
        "human": True,
        "agent": {"name": f"Agent {CANARY}"},
    }
    assert program.api("POST", "messages", json=body, headers={"Idempotency-Key": CANARY}).status_code == 202
    program.api("POST", f"conversations/{event['conversation']}/typing")
    eventually(lambda: visitor.poll(5).ok and visitor.texts() == [f"Antwort {CANARY}"])
    visitor.poll(seen=visitor.messages[0]["id"])
    cursor, told = "", []
    while "read" not in told or "delivered" not in told:
        batch = program.api("GET", "events", params={"after": cursor, "wait": 20}).json()
        cursor, told = batch["cursor"], [*told, *(one["kind"] for one in batch["events"])]
    program.api("GET", "events", params={"after": cursor})
    return visitor, [first, visitor.key, event["conversation"], more["ticket"]]


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_nothing_of_a_chat_is_written_anywhere(tmp_path: Path, facebook: ScriptedFacebook, log_format: str) -> None:
    channels = {"FBTOOL_CHANNELS": "facebook,webchat"}
    program = Program(tmp_path, facebook, "--verbose", "--log-format", log_format, **channels)
    try:
        visitor, secrets = chat(program)
        headers = {"Authorization": f"Bearer {program.admin_token}"}
        metrics = requests.get(f"{program.address}/metrics", headers=headers, timeout=60).text
        privacy = program.computer.run("gateway", "privacy")
        gone = visitor.close()
        program.process.terminate()
        assert program.ended() == 0
        seen = {"log": program.printed(), "metrics": metrics, "commands": privacy.out + privacy.err}
    finally:
        program.close()
    assert gone.status_code == 204
    assert "stored 1" in seen["log"]
    words = (CANARY, CANARY.lower(), ADDRESS, *secrets)
    for place, text in seen.items():
        for word in words:
            assert word not in text, f"{word!r} in the {place}"
    at_rest = b"".join(file.read_bytes() for file in program.data.glob("gateway.sqlite*"))
    for word in words:
        assert word.encode() not in at_rest, word


def test_no_byte_of_a_database_server_tells_of_a_chat(
    tmp_path: Path, facebook: ScriptedFacebook, cluster: Cluster
) -> None:
    """What was acknowledged is gone; what is left, in rows, in the log of changes and in the server's own log, is
    sealed or a fingerprint."""
    url = cluster.database()
    channels = {"FBTOOL_CHANNELS": "facebook,webchat", "FBTOOL_DATABASE_URL": url}
    program = Program(tmp_path, facebook, **channels)
    try:
        visitor, secrets = chat(program)
        cluster.sql(url.split("@/")[1].split("?")[0], "CHECKPOINT")
    finally:
        program.close()
    assert visitor.texts()
    first, key, _, ticket = secrets  # a conversation's id is kept as long as it lives: sealed, it tells nothing
    words = [word.encode() for word in (CANARY, CANARY.lower(), ADDRESS, first, key, ticket)]
    words.append(base64url.decode(key))
    contents = {}
    for file in filter(Path.is_file, cluster.folder.rglob("*")):
        with suppress(FileNotFoundError):  # the server takes some of its files away meanwhile
            contents[file] = file.read_bytes()
    assert any(b"webchat:" in content for content in contents.values()), "its source is there, so the place is right"
    for file, content in contents.items():
        assert not [word for word in words if word in content], file
