"""A CRM erases a customer, and the gateway keeps nothing more of them."""

from tests.conditions import eventually
from tests.gateway.conftest import PAGE, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message

OTHER = "7000000000000002"
SEND = f"POST {PAGE}/messages"


def test_what_waits_of_a_customer_is_gone_and_of_others_stays(running: Running) -> None:
    running.link()
    deliver(running.address, delivery(message("m_1"), message("m_2", customer=OTHER), message("m_3")))
    mine, other, _ = running.api("GET", "events").json()["events"]
    assert running.api("DELETE", f"conversations/{mine['conversation']}").status_code == 204
    assert [event["id"] for event in running.api("GET", "events").json()["events"]] == [other["id"]]


def test_nobody_can_answer_any_more_until_the_customer_writes_again(running: Running) -> None:
    running.link()
    deliver(running.address, delivery(message("m_1")))
    (event,) = running.api("GET", "events").json()["events"]
    running.api("DELETE", f"conversations/{event['conversation']}")
    assert answer(running, event["conversation"]) == (409, "window_closed")
    deliver(running.address, delivery(message("m_2")))
    assert answer(running, event["conversation"])[0] == 202


def test_an_answer_on_its_way_is_not_sent(running: Running, facebook: ScriptedFacebook) -> None:
    running.link()
    facebook.says(SEND, 400, {"error": {"code": 613, "message": "slowly", "type": "OAuthException"}})
    deliver(running.address, delivery(message("m_1")))
    (event,) = running.api("GET", "events").json()["events"]
    answer(running, event["conversation"])
    eventually(lambda: bool(facebook.calls(SEND)))
    assert held(running) == 1
    running.api("DELETE", f"conversations/{event['conversation']}")
    assert held(running) == 0


def test_a_conversation_that_nobody_knows_is_refused(running: Running) -> None:
    refused = running.api("DELETE", "conversations/made-up")
    assert (refused.status_code, refused.json()["code"]) == (404, "conversation_unknown")


def answer(running: Running, conversation: str) -> tuple[int, str]:
    body = {"conversation": conversation, "text": "Gern!", "human": True}
    told = running.api("POST", "messages", json=body, headers={"Idempotency-Key": "k" + conversation[:9]})
    return told.status_code, told.json().get("code", "")


def held(running: Running) -> int:
    return int(running.admin("GET", "holdings").json()["messages_queued"])
