"""The Send API takes what keeps its limits."""

import json
from typing import Any

import pytest

from fbtool.facebook.messages import (
    Action,
    Attachment,
    MessageTooLarge,
    act,
    send_attachment,
    send_text,
)
from fbtool.facebook.messaging_window import Envelope
from fbtool.safe_text import utf16_length

NOW = Envelope("RESPONSE")
LATE = Envelope("MESSAGE_TAG", "HUMAN_AGENT")


def text(content: str, envelope: Envelope = NOW) -> dict[str, Any]:
    params = send_text("11", "t", "73", content, envelope, "fbtool 1").params
    return {name: json.loads(value) if value[0] in "{[" else value for name, value in params.items()}


def test_a_text_carries_its_declaration_and_its_mark() -> None:
    assert text("Gern!") == {
        "recipient": {"id": "73"},
        "messaging_type": "RESPONSE",
        "message": {"text": "Gern!", "metadata": "fbtool 1"},
    }


def test_a_humans_late_answer_is_tagged() -> None:
    assert text("Gern!", LATE)["tag"] == "HUMAN_AGENT"


@pytest.mark.parametrize(("content", "length"), [("abc", 3), ("äöü", 3), ("🌷", 2), ("\ud83c", 1)])
def test_length_is_counted_the_strict_way(content: str, length: int) -> None:
    assert utf16_length(content) == length


@pytest.mark.parametrize("content", ["x" * 2000, "🌷" * 1000])
def test_what_facebook_would_refuse_is_refused_before(content: str) -> None:
    with pytest.raises(MessageTooLarge):
        text(content)


def test_the_longest_allowed_text_goes() -> None:
    assert text("x" * 1999)["message"]["text"] == "x" * 1999


def test_a_file_comes_from_an_address_or_an_upload_never_both() -> None:
    def payload(**source: str) -> Any:
        params = send_attachment("11", "t", "73", Attachment.IMAGE, NOW, "m", **source).params
        return json.loads(params["message"])["attachment"]

    url = "https://shop.example/a.jpg"
    assert payload(url=url) == {"type": "image", "payload": {"url": url, "is_reusable": False}}
    assert payload(attachment_id="18") == {"type": "image", "payload": {"attachment_id": "18"}}
    for wrong in ({}, {"url": "https://x.example", "attachment_id": "1"}):
        with pytest.raises(ValueError):
            payload(**wrong)


def test_limits_of_files() -> None:
    assert (Attachment.IMAGE.limit, Attachment.FILE.limit) == (8 * 1024 * 1024, 25 * 1024 * 1024)


def test_typing_never_comes_with_a_message() -> None:
    assert set(act("11", "t", "73", Action.SEEN).params) == {"recipient", "sender_action"}
