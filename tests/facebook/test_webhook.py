"""The webhook: signed by Facebook, read to the last item, and nothing is dropped."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook import webhook
from fbtool.facebook.events import Kind
from tests.facebook.anything import anything

NOW = 1_795_435_300_000

IDS = st.sampled_from(["73", "11", "", "m_ä", 73, None, True, {}])
PARTIES = st.fixed_dictionaries({"id": IDS}, optional={"user_ref": IDS}) | IDS


def signed(body: bytes, secret: str = "s") -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def messaging(**content: Any) -> dict[str, Any]:
    return {"sender": {"id": "73"}, "recipient": {"id": "11"}, "timestamp": 1_795_435_200_123, **content}


def envelope(*items: Any, page: str = "11") -> bytes:
    return json.dumps({"object": "page", "entry": [{"id": page, "time": NOW, "messaging": list(items)}]}).encode()


def only(body: bytes) -> webhook.Item:
    items = webhook.read(body, NOW)
    assert items is not None
    (item,) = items
    return item


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (signed(b"body"), True),
        (signed(b"body", "earlier"), True),
        (signed(b"body", "stranger"), False),
        (signed(b"other"), False),
        (signed(b"body").removeprefix("sha256="), False),
        ("sha1=" + "0" * 40, False),
        (signed(b"body")[:-1], False),
        (signed(b"body").upper(), False),
        ("sha256=ä", False),
        ("", False),
    ],
)
def test_only_the_apps_secrets_sign(header: str, known: bool) -> None:
    assert webhook.Signatures(["s", "earlier"]).prove(b"body", header.encode()) is known


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "sender": PARTIES,
                "recipient": PARTIES,
                "timestamp": st.integers(-1, 2**53) | st.sampled_from([NOW, "1", None, 1.5, True]),
                "message": st.fixed_dictionaries({"mid": IDS}, optional={"text": st.text() | IDS, "nlp": st.none()}),
            },
            optional={"postback": st.just({"mid": "m_2"})},
        ),
        max_size=3,
    ),
    IDS,
)
def test_what_most_deliveries_hold_is_read_as_everything_is(items: list[Any], page: Any) -> None:
    most = {"object": "page", "entry": [{"id": page, "time": NOW, "messaging": items}]}
    assert webhook.read(json.dumps(most).encode(), NOW) == webhook.read(json.dumps(most | {"more": 1}).encode(), NOW)


def test_without_a_secret_nothing_is_signed() -> None:
    assert not webhook.Signatures([]).prove(b"body", signed(b"body", "").encode())


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": "v", "hub.challenge": "1158201444"}, "1158201444"),
        ({"hub.mode": "subscribe", "hub.verify_token": "wrong", "hub.challenge": "1"}, None),
        ({"hub.mode": "unsubscribe", "hub.verify_token": "v", "hub.challenge": "1"}, None),
        ({}, None),
    ],
)
def test_the_verification_call(query: dict[str, str], answer: str | None) -> None:
    assert webhook.challenge(query, "v") == answer


@pytest.mark.parametrize(
    ("content", "kind", "mid"),
    [
        ({"message": {"mid": "m_1", "text": "Hallo"}}, Kind.MESSAGE, "m_1"),
        ({"message": {"mid": "m_20", "is_echo": True, "app_id": 1}}, Kind.ECHO, "m_20"),
        ({"postback": {"mid": "m_30", "payload": "GET_STARTED"}}, Kind.POSTBACK, "m_30"),
        ({"reaction": {"reaction": "love", "mid": "m_20"}}, Kind.REACTION, "m_20"),
        ({"delivery": {"watermark": 1}}, Kind.DELIVERED, ""),
        ({"read": {"watermark": 1}}, Kind.READ, ""),
        ({"something_new": {"a": 1}}, Kind.OTHER, ""),
        ({"message": "not an object"}, Kind.OTHER, ""),
    ],
)
def test_every_item_has_a_kind(content: dict[str, Any], kind: Kind, mid: str) -> None:
    item = only(envelope(messaging(**content)))
    assert (item.kind, item.mid, item.customer, item.content) == (kind, mid, "73", content)


def test_in_an_echo_the_customer_is_the_recipient() -> None:
    echo = {"sender": {"id": "11"}, "recipient": {"id": "73"}, "message": {"mid": "m", "is_echo": True}}
    assert only(envelope(echo)).customer == "73"


def test_all_items_of_all_entries_of_all_pages_are_read_in_order() -> None:
    def entry(page: str, *mids: str) -> dict[str, Any]:
        return {"id": page, "messaging": [messaging(message={"mid": mid}) for mid in mids]}

    body = {"object": "page", "entry": [entry("11", "a", "b"), entry("12", "c"), entry("11", "d")]}
    items = webhook.read(json.dumps(body).encode(), NOW)
    assert [(item.page_id, item.mid) for item in items or ()] == [("11", "a"), ("11", "b"), ("12", "c"), ("11", "d")]


def test_a_broken_item_does_not_harm_its_neighbours() -> None:
    items = webhook.read(envelope(messaging(message={"mid": "a"}), 17, None, messaging(message={"mid": "b"})), NOW)
    assert [item.kind for item in items or ()] == [Kind.MESSAGE, Kind.OTHER, Kind.OTHER, Kind.MESSAGE]


def test_standby_and_changes_are_kept() -> None:
    entry = {"id": "11", "standby": [messaging(message={"mid": "a"})], "changes": [{"field": "feed", "value": {}}]}
    standby, change = webhook.read(json.dumps({"object": "page", "entry": [entry]}).encode(), NOW) or []
    assert standby.standby
    assert change.content == {"change": {"field": "feed", "value": {}}}


@pytest.mark.parametrize(
    ("timestamp", "milliseconds"),
    [
        (1_795_435_200_123, 1_795_435_200_123),
        (1_795_435_200, 1_795_435_200_000),
        ("soon", NOW),
        (None, NOW),
        (-5, NOW),
        (10**18, NOW),
        (True, NOW),
    ],
)
def test_time_is_milliseconds_whatever_comes(timestamp: Any, milliseconds: int) -> None:
    assert only(envelope(messaging(message={"mid": "m"}) | {"timestamp": timestamp})).time_ms == milliseconds


def test_a_repeated_message_has_the_same_identity_and_another_one_has_not() -> None:
    first = only(envelope(messaging(message={"mid": "m_1", "text": "Hallo"})))
    again = only(envelope(messaging(message={"mid": "m_1", "text": "Hallo"})))
    other = only(envelope(messaging(message={"mid": "m_2", "text": "Hallo"})))
    assert first.identity == again.identity != other.identity


def test_two_reads_at_different_times_are_two_items() -> None:
    early = only(envelope(messaging(read={"watermark": 1})))
    late = only(envelope(messaging(read={"watermark": 2})))
    assert early.identity != late.identity


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'{"object":"user","entry":[]}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_page_envelope_is_none(body: bytes) -> None:
    assert webhook.read(body, NOW) is None


JSON = anything(["object", "entry", "messaging", "id", "message", "mid", "sender", "read"])


@given(st.lists(JSON), JSON, JSON)
def test_reading_never_fails_and_never_drops(items: list[Any], entry_id: Any, time: Any) -> None:
    body = {"object": "page", "entry": [{"id": entry_id, "time": time, "messaging": items}]}
    read = webhook.read(json.dumps(body).encode(), NOW)
    assert read is not None
    assert len(read) == len(items)
    assert all(item.identity for item in read)


@given(JSON)
def test_any_json_is_read(content: Any) -> None:
    webhook.read(json.dumps({"object": "page", "entry": content}).encode(), NOW)
    webhook.read(json.dumps(content).encode(), NOW)


@pytest.mark.parametrize(
    "raw",
    [
        messaging(message={"mid": ["x"], "text": "?"}),
        messaging(message={"text": "?"}),
        messaging(message={"mid": "m_1"}) | {"sender": "x"},
        messaging(message={"mid": "m_1"}) | {"sender": {"user_ref": "u"}},
    ],
)
def test_a_message_that_nobody_could_answer_is_handed_on_as_it_came(raw: dict[str, Any]) -> None:
    item = only(envelope(raw))
    assert item.kind is Kind.OTHER
    assert item.content == {"message": raw["message"]}
