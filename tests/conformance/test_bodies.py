r"""What is sent looks like what Facebook sends: ASCII, ``\/``, lower-case ``\uXXXX``, signed over these very bytes."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.sandbox.conformance import bodies, markers
from fbtool.sandbox.conformance.case import Case
from fbtool.sandbox.conformance.cases import CASES
from fbtool.sandbox.conformance.delivery import Delivery, Demand
from fbtool.sandbox.conformance.delivery_builder import DeliveryBuilder
from fbtool.sandbox.conformance.settings import RunLimits, Target

TARGET = Target("http://localhost/webhook", "secret", "earlier", "token")
RUN = "0a1b2c3d"


def deliveries(case: Case) -> Iterator[Delivery]:
    make = DeliveryBuilder(TARGET, RunLimits(), RUN, case.name, CASES.index(case))
    yield from (delivery for together in case.plan(make) for delivery in together)


def is_as_facebook_writes(body: bytes) -> bool:
    text = body.decode("ascii")
    bare_slash = re.search(r"(?<!\\)(?:\\\\)*/", text)
    escapes = re.findall(r"(?<!\\)(?:\\\\)*\\u(....)", text)
    return bare_slash is None and all(re.fullmatch("[0-9a-f]{4}", escape) for escape in escapes)


@given(st.text())
def test_every_text_becomes_ascii_with_escaped_slashes(words: str) -> None:
    message = bodies.message(markers.marker(RUN, "any", 1), "11", "73", 1, words)
    body = bodies.wire([bodies.entry("11", [message], 1)])
    assert is_as_facebook_writes(body)
    (arrived,) = json.loads(body)["entry"][0]["messaging"]
    assert arrived["message"]["text"] == f"{message.marker} {words}".strip()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_json_of_every_case_is_written_as_facebook_writes(case: Case) -> None:
    for delivery in deliveries(case):
        if delivery.items or (delivery.demand is Demand.TAKEN and delivery.method == "POST"):
            assert is_as_facebook_writes(delivery.body)


def test_emoji_are_surrogate_pairs_and_umlauts_lower_case_escapes() -> None:
    (case,) = (case for case in CASES if case.name == "escaped-text")
    (delivery,) = deliveries(case)
    for piece in (rb"Gr\u00fc\u00dfe", rb"\u2013", rb"\ud83c\udf37", rb"\ud83d\udc4d\ud83c\udffd", rb"https:\/\/"):
        assert piece in delivery.body


def test_the_signatures_are_those_of_the_raw_bytes() -> None:
    (case,) = (case for case in CASES if case.name == "both-signatures")
    (delivery,) = deliveries(case)
    expected = {
        "X-Hub-Signature-256": "sha256=" + hmac.new(b"secret", delivery.body, hashlib.sha256).hexdigest(),
        "X-Hub-Signature": "sha1=" + hmac.new(b"secret", delivery.body, hashlib.sha1).hexdigest(),
        "Content-Type": "application/json",
    }
    assert expected.items() <= delivery.headers.items()


@pytest.mark.parametrize(
    ("name", "present"),
    [
        ("sha256-only", {"X-Hub-Signature-256": 64}),
        ("sha1-only", {"X-Hub-Signature": 40}),
        ("missing-signature", {}),
        ("truncated-signature", {"X-Hub-Signature-256": 32}),
        ("wrong-signature", {"X-Hub-Signature-256": 64, "X-Hub-Signature": 40}),
    ],
)
def test_the_headers_of_a_signature_case_are_what_its_name_says(name: str, present: dict[str, int]) -> None:
    (case,) = (case for case in CASES if case.name == name)
    first = next(deliveries(case))
    signatures = {key: len(value.partition("=")[2]) for key, value in first.headers.items() if "Signature" in key}
    assert signatures == present


def test_the_large_batch_has_a_thousand_messages_and_five_megabytes() -> None:
    (case,) = (case for case in CASES if case.name == "large-batch")
    large = next(deliveries(case))
    assert len(large.items) == 1_000
    assert 5_000_000 <= len(large.body) < 5.3 * 1024**2


def test_no_marker_and_no_conversation_belongs_to_two_cases() -> None:
    owners: dict[str, str] = {}
    for case in CASES:
        for delivery in deliveries(case):
            for item in delivery.items:
                for name in (item.marker, f"conversation {item.conversation}"):
                    assert owners.setdefault(name, case.name) == case.name


def test_every_item_can_be_found_again_in_what_is_sent() -> None:
    for case in CASES:
        for delivery in deliveries(case):
            found = {one.marker for one in markers.find(delivery.body.decode("ascii", "replace"), RUN)}
            assert {item.marker for item in delivery.items} <= found


def test_a_customers_id_can_be_held_by_javascript() -> None:
    for run in ("00000000", "ffffffff"):
        make = DeliveryBuilder(TARGET, RunLimits(), run, "any", len(CASES))
        customer = make.message(customer=999).customer
        assert len(customer) == 16
        assert int(customer) < 2**53


def test_every_case_says_what_is_sent_what_must_happen_and_why() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    for case in CASES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", case.name)
        assert all((case.sent, case.demanded, case.why))
