"""The webhook: read to the last item, and nothing is dropped."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook import webhook
from fbtool.facebook.events import Kind, content_of
from tests.facebook.anything import anything

NOW = 1_795_435_300_000

IDS = st.sampled_from(["73", "11", "", "m_ä", 73, None, True, {}])
PARTIES = st.fixed_dictionaries({"id": IDS}, optional={"user_ref": IDS}) | IDS


def messaging(**content: Any) -> dict[str, Any]:
    return {"sender": {"id": "73"}, "recipient": {"id": "11"}, "timestamp": 1_795_435_200_123, **content}


def envelope(*items: Any, page: str = "11") -> bytes:
    return json.dumps({"object": "page", "entry": [{"id": page, "time": NOW, "messaging": list(items)}]}).encode()


def only(body: bytes) -> webhook.Item:
    items = webhook.read(body, NOW)
    assert items is not None
    (item,) = items
    return item


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


SIGNED = "https://scontent-{0}.xx.fbcdn.net/v/t1/a.jpg?_nc_cat=1&oh={0}&oe={0}"


def echo(address: str, seq: int) -> dict[str, Any]:
    attachments = [{"type": "image", "payload": {"url": address}}]
    return {"message": {"mid": "m_1", "is_echo": True, "seq": seq, "attachments": attachments}}


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (messaging(message={"mid": "m_1", "text": "Hallo", "seq": 1}), {"message": {"mid": "m_1", "text": "Hallo"}}),
        (messaging(**echo(SIGNED.format(1), 1)), echo(SIGNED.format(2), 2)),
        (messaging(postback={"mid": "m_1", "payload": "A"}), {"timestamp": NOW}),
        (messaging(message={"mid": "m_1", "is_deleted": True}), {"timestamp": NOW}),
        (messaging(message_edit={"mid": "m_1", "text": "x", "num_edit": 1}), {"timestamp": NOW}),
        (messaging(read={"watermark": 1, "seq": 4}), {"timestamp": NOW, "read": {"watermark": 1, "seq": 5}}),
        (messaging(delivery={"watermark": 1, "mids": ["m"]}), {"timestamp": NOW}),
        (messaging(reaction={"mid": "m_1", "reaction": "love", "action": "react"}), {"seq": 17}),
        (messaging(referral={"ads_context_data": {"photo_url": SIGNED.format(1)}}),
         {"referral": {"ads_context_data": {"photo_url": SIGNED.format(2)}}}),
        (messaging(postback={"title": "x"}), {"timestamp": 1_795_435_200_123}),
    ],
)  # fmt: skip
def test_a_repetition_is_known_whatever_of_its_wrapping_changed(first: dict[str, Any], again: dict[str, Any]) -> None:
    assert only(envelope(first)).identity == only(envelope(first | again)).identity


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (messaging(message={"mid": "m_1"}), {"message": {"mid": "m_2"}}),
        (messaging(message={"mid": "m_1"}), {"message": {"mid": "m_1", "is_deleted": True}}),
        (messaging(message={"mid": "m_1"}), {"message": {"mid": "m_1", "is_echo": True}}),
        (messaging(read={"watermark": 1}), {"read": {"watermark": 2}}),
        (messaging(read={"watermark": 1}), {"sender": {"id": "74"}}),
        (messaging(message_edit={"mid": "m_1", "text": "x", "num_edit": 1}),
         {"message_edit": {"mid": "m_1", "text": "x", "num_edit": 3}}),
        # Love, taken back, love again: the last one is news.
        (messaging(reaction={"mid": "m_1", "reaction": "love", "action": "react"}), {"timestamp": NOW}),
        (messaging(reaction={"mid": "m_1", "reaction": "love"}), {"sender": {"id": "11"}, "recipient": {"id": "73"}}),
        (messaging(postback={"title": "x"}), {"timestamp": NOW}),
        (messaging(referral={"ref": "https://shop.example/?article=1"}),
         {"referral": {"ref": "https://shop.example/?article=2"}}),
    ],
)  # fmt: skip
def test_what_happens_again_is_another_item(first: dict[str, Any], other: dict[str, Any]) -> None:
    assert only(envelope(first)).identity != only(envelope(first | other)).identity


@pytest.mark.parametrize("time", [NOW, NOW + 1, None])
def test_without_a_time_of_its_own_an_item_is_known_by_its_words(time: int | None) -> None:
    def read(when: int | None) -> webhook.Item:
        entry = {"id": "11", "time": when, "changes": [{"field": "feed", "value": {"item": "post"}}]}
        (item,) = webhook.read(json.dumps({"object": "page", "entry": [entry]}).encode(), NOW) or []
        return item

    assert read(NOW - 7).identity == read(time).identity


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'{"object":"user","entry":[]}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_page_envelope_is_none(body: bytes) -> None:
    assert webhook.read(body, NOW) is None


GOOD = [json.dumps(messaging(message={"mid": mid, "text": "Grüße 🌷"})).encode() for mid in ("m_a", "m_z")]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (rb'"half \ud83d"', "half \ufffd"),
        (rb'"\ude00 half"', "\ufffd half"),
        (rb'"\ud83d\ude00 \\ud83d"', "😀 \\ud83d"),
        (b'"latin-1 \xe4"', "latin-1 \ufffd"),
        (b'"surrogate as utf-8 \xed\xa0\x80"', "surrogate as utf-8 \ufffd\ufffd\ufffd"),
        (b'"two\nlines"', "two\nlines"),
        (rb'"\u0000"', "\0"),
    ],
)
def test_a_broken_character_is_replaced_and_the_rest_is_read(text: bytes, read: str) -> None:
    broken = GOOD[0].replace(b'"m_a"', b'"m_b"').replace(rb'"Gr\u00fc\u00dfe \ud83c\udf37"', text)
    assert text in broken
    items = webhook.read(envelope().replace(b"[]", b"[%s,%s,%s]" % (GOOD[0], broken, GOOD[1])), NOW)
    assert [item.content["message"]["text"] for item in items or ()] == ["Grüße 🌷", read, "Grüße 🌷"]


HOSTILE = st.sampled_from(
    [
        b"1e999", b"-1e999", b"NaN", b"Infinity", b"1" * 5000, b"1." + b"0" * 5000, rb'"\ud83d"', rb'"\ude00\ud83d"',
        b'"\xff\xfe"', b'"\xed\xa0\x80"', b'"\x01"', rb'"\u0000"', b'{"id":"\\u0000"}', b"[" * 5000 + b"]" * 5000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000, b"[" * 950 + b"1e999" + b"]" * 950, b'"' + b"[{" * 200 + b'"',
    ]
)  # fmt: skip
PLACES = st.sampled_from(
    [
        b'%s', b'{"sender":{"id":"73"},"recipient":{"id":"11"},"timestamp":%s}', b'{"message":%s}', b'{"read":%s}',
        b'{"sender":{"id":"73"},"timestamp":1,"message":{"mid":"m_b","text":%s}}', b'{"sender":{"id":%s}}',
        b'{"sender":{"id":"73"},"message":{"mid":%s,"text":"x"}}', b'{"message":{"attachments":[{"payload":%s}]}}',
        b'{"delivery":{"mids":[%s],"watermark":%s}}', b'{"message_edit":{"num_edit":%s}}',
    ]
)  # fmt: skip


@given(st.lists(st.tuples(PLACES, HOSTILE), min_size=1, max_size=3), st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_nothing_in_an_item_costs_a_neighbour(broken: list[tuple[bytes, bytes]], mark: bytes) -> None:
    hostile = [place.replace(b"%s", value) for place, value in broken]
    items = webhook.read(mark + envelope().replace(b"[]", b"[%s]" % b",".join([GOOD[0], *hostile, GOOD[1]])), NOW)
    assert items is not None
    assert len(items) == len(hostile) + 2
    assert [items[0].mid, items[-1].mid] == ["m_a", "m_z"]
    for item in items:
        assert item.identity
        json.loads(msgspec.json.encode(content_of(item.kind, item.content)))


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
    assert item.content["message"] == raw["message"]


@pytest.mark.parametrize("text", [b'"' + b'\\"' * 500_000, b'"' + b"\\" * 999_999, b"\\" * 1_000_000, b'\\"' * 500_000])
def test_a_text_that_nothing_closes_is_read_once_and_not_from_each_of_its_quotes(text: bytes) -> None:
    assert webhook.read(b"[" * 101 + text, NOW) is None
