"""What cannot be read any more, one link's token or one answer, stops nothing else."""

import apsw
import pytest

from tests.conditions import eventually
from tests.gateway.conftest import APP, CUSTOMER, FIELDS, PAGE, Answer, Running, ScriptedFacebook
from tests.gateway.test_in_question import customer
from tests.gateway.test_link_monitor import SCOPES
from tests.gateway.test_sending import SEND, kinds_until, send, wrote

OTHER = "100000000000012"


def spoil(running: Running, statement: str) -> None:
    """Change a byte of what the stopped gateway keeps, and start it again."""
    running.gateway.stop()
    database = apsw.Connection(str(running.settings.data_dir / "gateway.sqlite"))
    database.execute(statement)
    database.close()
    running.restart()


def test_a_token_that_cannot_be_opened_keeps_no_other_link_from_being_looked_after(
    running: Running, facebook: ScriptedFacebook
) -> None:
    def facts(params: dict[str, str]) -> Answer:
        page = params["input_token"].removeprefix("token-")
        facts = {"app_id": APP.id, "type": "PAGE", "profile_id": page, "user_id": "1", "is_valid": True}
        return 200, {"data": facts | {"scopes": SCOPES}}

    facebook.answers["GET debug_token"] = facts
    for page in (PAGE, OTHER):
        facebook.says(f"POST {page}/subscribed_apps", 200, {"success": True})
        listed = {"data": [{"id": APP.id, "subscribed_fields": FIELDS}]}
        facebook.says(f"GET {page}/subscribed_apps", 200, listed)
        running.api("PUT", f"facebook/pages/{page}", json={"page_token": f"token-{page}", "name": page})
    spoil(running, f"UPDATE facebook_holder SET token = x'00' WHERE page_id = '{PAGE}'")
    for _ in range(2):
        before = len(facebook.calls(f"GET {OTHER}/subscribed_apps"))
        running.clock.advance(24 * 3600)
        eventually(lambda before=before: len(facebook.calls(f"GET {OTHER}/subscribed_apps")) > before)


def test_an_answer_that_cannot_be_opened_keeps_no_other_one_from_being_sent(
    running: Running, facebook: ScriptedFacebook, caplog: pytest.LogCaptureFixture
) -> None:
    running.link()
    spoiled = wrote(running)
    facebook.error(SEND, 2, status=503)
    send(running, spoiled)
    eventually(lambda: len(facebook.calls(SEND)) == 1)
    spoil(running, "UPDATE outbox SET body = x'00'")
    facebook.says(SEND, 200, {"recipient_id": CUSTOMER, "message_id": "m_sent"})
    # It is taken, found interrupted, and its echo waited for; what became of it cannot be told.
    stumbled = ("could not be told by a defect", "has stopped by a defect")
    eventually(lambda: running.clock.advance(10) or any(words in caplog.text for words in stumbled), seconds=60)
    send(running, customer(running, "7300000000000031"), key="after")
    assert kinds_until(running, "sent")[-1] == "sent"
