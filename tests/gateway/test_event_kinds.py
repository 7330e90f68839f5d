"""The kinds of events in the contract are those of the code, and so is what each of them holds."""

import re

import pytest

from fbtool.facebook.events import Kind, content_of
from tests.contract import CONTRACT

OWN = {"sent", "failed", "unclear", "link", "dropped", "presence", "closed"}
KIND = CONTRACT["components"]["schemas"]["EventKind"]
CONTENT = CONTRACT["components"]["schemas"]["EventContent"]["properties"]
TOLD = {
    Kind.MESSAGE: {
        "message": {
            "mid": "m_1",
            "text": "x",
            "attachments": [{"type": "image", "payload": {"url": "https://x"}}],
            "is_unsupported": True,
            "quick_reply": {"payload": "a"},
            "reply_to": {"mid": "m_0"},
            "referral": {"ref": "r"},
        }
    },
    Kind.DELETION: {"message": {"mid": "m_1", "is_deleted": True}},
    Kind.ECHO: {
        "message": {
            "mid": "m_1",
            "is_echo": True,
            "text": "x",
            "app_id": 1,
            "quick_replies": [{"title": "x"}],
            "metadata": "x",
        }
    },
    Kind.EDIT: {"message_edit": {"mid": "m_1", "text": "x", "num_edit": 1}},
    Kind.REACTION: {"reaction": {"mid": "m_1", "emoji": "❤", "reaction": "love", "action": "react"}},
    Kind.POSTBACK: {"postback": {"mid": "m_1", "title": "x", "payload": "a", "referral": {"ref": "r"}}},
    Kind.DELIVERED: {"delivery": {"mids": ["m_1"], "watermark": 1}},
    Kind.READ: {"read": {"watermark": 1}},
    Kind.REFERRAL: {"referral": {"ref": "r"}, "lead": {"id": "1"}},
}
"""A whole item of every kind for which there are words."""


def test_every_kind_is_promised_and_no_other() -> None:
    assert set(KIND["x-extensible-enum"]) == {kind.value for kind in Kind} | OWN
    assert list(KIND["x-enumDescriptions"]) == KIND["x-extensible-enum"]


@pytest.mark.parametrize("kind", Kind)
def test_what_an_event_holds_is_promised_for_its_kind(kind: Kind) -> None:
    content = content_of(kind, TOLD.get(kind, {"anything": {}}))
    assert content
    for name in content:
        assert kind in re.findall(r"`(\w+)`", CONTENT[name]["description"]), name
