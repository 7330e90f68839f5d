"""Words that must never be seen are sent down every way there is; then everything the gateway wrote is searched."""

from pathlib import Path

import pytest
import requests

from tests.conditions import eventually
from tests.gateway.conftest import APP, CUSTOMER, PAGE, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.program import Program

CANARY = "Kanarienvogel"


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
