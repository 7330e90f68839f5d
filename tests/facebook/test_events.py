"""Every event that Meta documents has one kind and one content; what is unknown is kept as it came."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook.events import OPENS_WINDOW, Kind, content_of, kind_of, message_id_of, opens_window
from tests.facebook.anything import anything

JPG, PDF = "https://scontent.example/a.jpg", "https://cdn.example/rechnung.pdf"
AD = {"ref": "promo", "ad_id": "6045", "source": "ADS", "type": "OPEN_THREAD"}

EVENTS: list[tuple[dict[str, Any], Kind, dict[str, Any]]] = [
    (
        {"message": {"mid": "m_1", "text": "Habt ihr offen?", "quick_reply": {"payload": "HOURS"}}},
        Kind.MESSAGE,
        {"mid": "m_1", "text": "Habt ihr offen?", "button": "HOURS"},
    ),
    (
        {"message": {"mid": "m_2", "text": "Ja bitte", "reply_to": {"mid": "m_1", "is_self_reply": False}}},
        Kind.MESSAGE,
        {"mid": "m_2", "text": "Ja bitte", "reply_to": "m_1"},
    ),
    (
        {"message": {"mid": "m_3", "attachments": [{"type": "image", "payload": {"url": JPG}}]}},
        Kind.MESSAGE,
        {"mid": "m_3", "attachments": [{"type": "image", "url": JPG}]},
    ),
    *(
        (
            {"message": {"mid": "m_4", "attachments": [{"type": kind, "payload": {"url": JPG}}]}},
            Kind.MESSAGE,
            {"mid": "m_4", "attachments": [{"type": kind, "url": JPG}]},
        )
        for kind in ("audio", "video", "file", "ig_reel", "post", "ig_post")
    ),
    (
        {"message": {"mid": "m_7", "attachments": [{"type": "sticker", "payload": {"url": JPG, "sticker_id": 369}}]}},
        Kind.MESSAGE,
        {"mid": "m_7", "attachments": [{"type": "sticker", "url": JPG, "sticker_id": "369"}]},
    ),
    (
        {
            "message": {
                "mid": "m_8",
                "attachments": [{"type": "location", "payload": {"coordinates": {"lat": 52.52, "long": 13.4}}}],
            }
        },
        Kind.MESSAGE,
        {"mid": "m_8", "attachments": [{"type": "location", "latitude": 52.52, "longitude": 13.4}]},
    ),
    (
        {"message": {"mid": "m_9", "text": "schau", "attachments": [{"type": "fallback", "payload": None}]}},
        Kind.MESSAGE,
        {"mid": "m_9", "text": "schau", "attachments": [{"type": "fallback"}]},
    ),
    (
        {"message": {"mid": "m_6", "attachments": [{"type": "file", "payload": {"url": PDF}}] * 2}},
        Kind.MESSAGE,
        {"mid": "m_6", "attachments": [{"type": "file", "url": PDF}] * 2},
    ),
    (
        {"message": {"mid": "m_14", "text": "Preis?", "referral": AD}},
        Kind.MESSAGE,
        {"mid": "m_14", "text": "Preis?", "referral": AD},
    ),
    (
        {"message": {"mid": "m_9", "attachments": [{"type": "fallback", "payload": {"url": "My Documents/x"}}]}},
        Kind.MESSAGE,
        {"mid": "m_9", "attachments": [{"type": "fallback", "url": "My Documents/x"}]},
    ),
    (
        {
            "message": {
                "mid": "m_10",
                "attachments": [{"type": "reel", "payload": {"url": JPG, "title": "Clip", "reel_video_id": 1}}],
            }
        },
        Kind.MESSAGE,
        {
            "mid": "m_10",
            "attachments": [
                {
                    "type": "reel",
                    "url": JPG,
                    "title": "Clip",
                    "facebook": {"type": "reel", "payload": {"url": JPG, "title": "Clip", "reel_video_id": 1}},
                }
            ],
        },
    ),
    (
        {
            "message": {
                "mid": "m_12",
                "attachments": [{"type": "template", "payload": {"product": {"elements": [{"id": "55"}]}}}],
            }
        },
        Kind.MESSAGE,
        {"mid": "m_12", "attachments": [{"type": "template", "product": {"elements": [{"id": "55"}]}}]},
    ),
    (
        {
            "message": {
                "mid": "m_13",
                "attachments": [{"type": "appointment_booking", "payload": {"booking_id": "b1", "start_time": 17}}],
            }
        },
        Kind.MESSAGE,
        {
            "mid": "m_13",
            "attachments": [
                {
                    "type": "appointment_booking",
                    "facebook": {"type": "appointment_booking", "payload": {"booking_id": "b1", "start_time": 17}},
                }
            ],
        },
    ),
    (
        {"message": {"mid": "m_15", "text": "Frage", "referral": {"product": {"id": "55"}}}},
        Kind.MESSAGE,
        {"mid": "m_15", "text": "Frage", "referral": {"product": {"id": "55"}}},
    ),
    (
        {"message": {"mid": "m_16", "text": "flüge nach rom", "commands": [{"name": "flights"}]}},
        Kind.MESSAGE,
        {
            "mid": "m_16",
            "text": "flüge nach rom",
            "facebook": {"message": {"commands": [{"name": "flights"}]}},
        },
    ),
    ({"message": {"mid": "m_0"}}, Kind.MESSAGE, {"mid": "m_0", "unsupported": True}),
    ({"message": {"mid": "m_1", "is_deleted": True}}, Kind.DELETION, {"mid": "m_1"}),
    (
        {"message": {"mid": "m_20", "is_echo": True, "app_id": 26390203743090, "text": "Gern!"}},
        Kind.ECHO,
        {"mid": "m_20", "text": "Gern!", "app_id": ""},  # a person in Meta's own inbox
    ),
    (
        {
            "message": {
                "mid": "m_21",
                "is_echo": True,
                "app_id": "184",
                "metadata": "job:4711",
                "attachments": [{"type": "fallback", "title": "Beispiel", "url": PDF, "payload": None}],
            }
        },
        Kind.ECHO,
        {
            "mid": "m_21",
            "app_id": "184",
            "attachments": [{"type": "fallback", "url": PDF, "title": "Beispiel"}],
            "facebook": {"message": {"metadata": "job:4711"}},
        },
    ),
    (
        {"message": {"mid": "m_22", "is_echo": True, "app_id": 263902037430900, "text": "Gern!"}},
        Kind.ECHO,
        {"mid": "m_22", "text": "Gern!", "app_id": ""},
    ),
    (
        {
            "message": {
                "mid": "m_23",
                "is_echo": True,
                "text": "Wann?",
                "quick_replies": [{"content_type": "text", "title": "Heute", "payload": "TODAY"}],
                "attachments": [
                    {
                        "type": "template",
                        "payload": {
                            "template_type": "button",
                            "text": "Wie weiter?",
                            "buttons": [
                                {"type": "web_url", "title": "Laden", "url": "https://shop.example"},
                                {"type": "postback", "title": "Anrufen", "payload": "CALL"},
                            ],
                        },
                    }
                ],
            }
        },
        Kind.ECHO,
        {
            "mid": "m_23",
            "app_id": "",
            "text": "Wann?",
            "quick_replies": [{"type": "text", "title": "Heute", "button": "TODAY"}],
            "attachments": [
                {
                    "type": "template",
                    "template": "button",
                    "text": "Wie weiter?",
                    "buttons": [
                        {"type": "web_url", "title": "Laden", "url": "https://shop.example"},
                        {"type": "postback", "title": "Anrufen", "button": "CALL"},
                    ],
                }
            ],
        },
    ),
    (
        {
            "message": {"mid": "m_24", "text": "Ja"},
            "prior_message": {"source": "checkbox_plugin", "identifier": "u-77"},
        },
        Kind.MESSAGE,
        {
            "mid": "m_24",
            "text": "Ja",
            "facebook": {"prior_message": {"source": "checkbox_plugin", "identifier": "u-77"}},
        },
    ),
    (
        {"message_edit": {"mid": "m_1", "text": "Habt ihr morgen offen?", "num_edit": "1"}},
        Kind.EDIT,
        {"mid": "m_1", "text": "Habt ihr morgen offen?", "number": 1},
    ),
    (
        {"reaction": {"reaction": "love", "emoji": "❤️", "action": "react", "mid": "m_20"}},
        Kind.REACTION,
        {"mid": "m_20", "emoji": "❤️", "reaction": "love", "removed": False},
    ),
    (
        {"reaction": {"action": "unreact", "mid": "m_20"}},
        Kind.REACTION,
        {"mid": "m_20", "emoji": "", "reaction": "", "removed": True},
    ),
    (
        {"delivery": {"mids": ["m_20"], "watermark": 1795435262000}},
        Kind.DELIVERED,
        {"mids": ["m_20"], "until": 1795435262000},
    ),
    ({"delivery": {"watermark": 1795435262000, "seq": 3}}, Kind.DELIVERED, {"mids": [], "until": 1795435262000}),
    ({"read": {"watermark": 1795435300000}}, Kind.READ, {"until": 1795435300000}),
    (
        {"postback": {"mid": "m_30", "title": "Los geht's", "payload": "GET_STARTED", "referral": {"ref": "shop"}}},
        Kind.POSTBACK,
        {"mid": "m_30", "title": "Los geht's", "button": "GET_STARTED", "referral": {"ref": "shop"}},
    ),
    ({"postback": {"mid": "m_31", "title": "x"}}, Kind.POSTBACK, {"mid": "m_31", "title": "x", "button": ""}),
    ({"referral": AD}, Kind.REFERRAL, {"referral": AD}),
    (
        {"referral": {"type": "LEAD_COMPLETE"}, "lead": {"data": [{"question": "Stadt?", "answer": "Berlin"}]}},
        Kind.REFERRAL,
        {"referral": {"type": "LEAD_COMPLETE"}, "lead": {"data": [{"question": "Stadt?", "answer": "Berlin"}]}},
    ),
]

AS_THEY_CAME: list[tuple[dict[str, Any], Kind]] = [
    ({"optin": {"ref": "checkbox-1", "user_ref": "u-77"}}, Kind.OPTIN),
    ({"optin": {"type": "notification_messages", "notification_messages_status": "STOP NOTIFICATIONS"}}, Kind.OPTIN),
    ({"optin": {"type": "notification_messages", "notification_messages_token": "7655"}}, Kind.OPTIN),
    ({"optin": {"type": "one_time_notif_req", "one_time_notif_token": "9001"}}, Kind.OPTIN),
    ({"pass_thread_control": {"new_owner_app_id": "18"}}, Kind.HANDOVER),
    ({"take_thread_control": {"previous_owner_app_id": None}}, Kind.HANDOVER),
    ({"request_thread_control": {"requested_owner_app_id": 18}}, Kind.HANDOVER),
    ({"app_roles": {"18": ["primary_receiver"]}}, Kind.HANDOVER),
    ({"policy_enforcement": {"action": "warning", "reason": "…"}}, Kind.POLICY),
    ({"policy_enforcement": {"action": "unblock"}}, Kind.POLICY),
    ({"account_linking": {"status": "linked", "authorization_code": "abc"}}, Kind.ACCOUNT_LINKING),
    ({"account_linking": {"status": "unlinked"}}, Kind.ACCOUNT_LINKING),
    ({"messaging_feedback": {"feedback_screens": []}}, Kind.FEEDBACK),
    ({"response_feedback": {"feedback": "Good response", "mid": "m_20"}}, Kind.FEEDBACK),
    ({"order": {"products": [{"id": "55"}]}}, Kind.ORDER),
    ({"change": {"field": "feed", "value": {}}}, Kind.CHANGE),
    ({"change": {"field": "inbox_labels", "value": {"action": "add"}}}, Kind.CHANGE),
    ({"change": {"field": "message_template_status_update", "value": {}}}, Kind.CHANGE),
    ({"something_new": {"a": 1}}, Kind.OTHER),
    ({"message": "not an object"}, Kind.OTHER),
    ({"read": 7}, Kind.OTHER),
    ({}, Kind.OTHER),
]


@pytest.mark.parametrize(("raw", "kind", "content"), EVENTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_documented_event(raw: dict[str, Any], kind: Kind, content: dict[str, Any]) -> None:
    assert kind_of(raw) is kind
    assert content_of(kind, raw) == content


@pytest.mark.parametrize(("raw", "kind"), AS_THEY_CAME)
def test_what_has_no_words_of_its_own_is_handed_on_as_it_came(raw: dict[str, Any], kind: Kind) -> None:
    assert kind_of(raw) is kind
    assert content_of(kind, raw) == {"facebook": raw}


def test_the_id_of_the_message_an_event_is_about() -> None:
    assert [
        message_id_of(raw) for raw in ({"message_edit": {"mid": "a"}}, {"reaction": {"mid": "b"}}, {"read": {}})
    ] == [
        "a",
        "b",
        "",
    ]


GENERIC = {
    "template_type": "generic",
    "elements": [
        {
            "title": "Strauß",
            "subtitle": "40 €",
            "image_url": JPG,
            "default_action": {"type": "web_url", "url": "https://shop.example/1"},
            "buttons": [{"type": "web_url", "title": "Kaufen", "url": "https://shop.example/1", "payload": None}],
        }
    ],
}
MEDIA = {
    "template_type": "media",
    "elements": [
        {
            "media_type": "image",
            "url": "https://www.facebook.com/photo.php?fbid=1",
            "buttons": [{"type": "postback", "title": "Mehr", "payload": "MORE"}],
        }
    ],
}
RECEIPT = {
    "template_type": "receipt",
    "recipient_name": "Jonas",
    "order_number": "12345678902",
    "elements": [{"title": "Strauß", "subtitle": "rot", "quantity": 2, "price": 40, "currency": "EUR"}],
    "summary": {"total_cost": 80.0},
}
APPOINTMENT = {"booking_id": "b1", "status": "requested", "start_time": 1795500000, "end_time": 1795503600}


@pytest.mark.parametrize(
    ("kind", "payload", "words", "whole"),
    [
        (
            "template",
            GENERIC,
            {
                "template": "generic",
                "elements": [
                    {
                        "title": "Strauß",
                        "subtitle": "40 €",
                        "image_url": JPG,
                        "url": "https://shop.example/1",
                        "buttons": [{"type": "web_url", "title": "Kaufen", "url": "https://shop.example/1"}],
                    }
                ],
            },
            False,
        ),
        (
            "template",
            MEDIA,
            {
                "template": "media",
                "elements": [
                    {
                        "url": "https://www.facebook.com/photo.php?fbid=1",
                        "buttons": [{"type": "postback", "title": "Mehr", "button": "MORE"}],
                    }
                ],
            },
            True,
        ),
        ("template", RECEIPT, {"template": "receipt", "elements": [{"title": "Strauß", "subtitle": "rot"}]}, True),
        ("appointment_booking", APPOINTMENT, {}, True),
        ("something_new", {"a": [{"b": 1}]}, {}, True),
        ("image", {"url": JPG, "is_reusable": True}, {"url": JPG}, True),
        ("image", {"url": JPG}, {"url": JPG}, False),
    ],
    ids=lambda value: value.get("template_type", "") if isinstance(value, dict) else "",
)
def test_an_attachment_has_words_and_what_has_none_comes_along_whole(
    kind: str, payload: dict[str, Any], words: dict[str, Any], whole: bool
) -> None:
    part = {"type": kind, "payload": payload}
    (told,) = content_of(Kind.ECHO, {"message": {"mid": "m", "is_echo": True, "attachments": [part]}})["attachments"]
    assert told == {"type": kind, **words, **({"facebook": part} if whole else {})}


def test_only_what_the_customer_does_opens_the_time_to_answer() -> None:
    assert {Kind.MESSAGE, Kind.POSTBACK, Kind.REACTION, Kind.REFERRAL} == OPENS_WINDOW
    assert opens_window(Kind.REACTION, {"reaction": {"action": "react"}})
    assert not opens_window(Kind.REACTION, {"reaction": {"action": "unreact"}})


KEYS = [
    "message",
    "message_edit",
    "reaction",
    "postback",
    "delivery",
    "read",
    "referral",
    "optin",
    "mid",
    "text",
    "attachments",
    "payload",
    "is_echo",
    "mids",
    "watermark",
    "num_edit",
    "coordinates",
    "quick_reply",
    "type",
]


@given(st.dictionaries(st.sampled_from(KEYS), anything(KEYS), max_size=4))
def test_no_shape_surprises_the_reader_and_its_result_is_json(raw: dict[str, Any]) -> None:
    json.dumps(content_of(kind_of(raw), raw))
    message_id_of(raw)
