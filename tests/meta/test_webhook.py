"""A webhook is proven by the app's secret and verified by a word, and tells of one product."""

import hashlib
import hmac

import pytest

from fbtool.meta.webhook import Signatures, challenge_answer, product_of


def signed(body: bytes, secret: str = "s") -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


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
    assert Signatures(["s", "earlier"]).prove(b"body", header.encode()) is known


def test_without_a_secret_nothing_is_signed() -> None:
    assert not Signatures([]).prove(b"body", signed(b"body", "").encode())


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
    assert challenge_answer(query, "v") == answer


@pytest.mark.parametrize(
    ("body", "product"),
    [
        (b'{"object": "page", "entry": []}', "page"),
        (b'{"object": "instagram"}', "instagram"),
        (b'{"object": "<b>"}', ""),
        (b'{"object": 7}', ""),
        (b"[]", ""),
        (b"{", ""),
    ],
)
def test_a_delivery_tells_its_product(body: bytes, product: str) -> None:
    assert product_of(body) == product
