"""Who may delete data: a signed request, read to the person's id."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook import signed_request


def signed(payload: Any, secret: str = "s") -> str:
    encoded = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    signature = hmac.new(secret.encode(), encoded.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(signature).decode().rstrip("=") + "." + encoded


GOOD = {"user_id": "10220000000000007", "algorithm": "HMAC-SHA256", "issued_at": 1795435700, "expires": 0}


def test_a_signed_request_names_the_person() -> None:
    assert signed_request.read(signed(GOOD), ["s"]) == signed_request.Request("10220000000000007", 1795435700)
    assert signed_request.read(signed(GOOD, "earlier"), ["s", "earlier"]) is not None


@pytest.mark.parametrize(
    "text",
    [
        signed(GOOD, "stranger"),
        signed(GOOD | {"algorithm": "none"}),
        signed({"algorithm": "HMAC-SHA256"}),
        signed([]),
        "." + signed(GOOD).split(".")[1],
        signed(GOOD).split(".")[0] + ".",
        "",
        "ä.ö",
    ],
)
def test_anything_else_is_nothing(text: str) -> None:
    assert signed_request.read(text, ["s"]) is None


@given(st.text())
def test_reading_it_never_fails(text: str) -> None:
    assert signed_request.read(text, ["s"]) is None
