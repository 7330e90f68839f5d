"""How much of the limits is used up, and who may delete data: two small readers of what Facebook says."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook import signed_request
from fbtool.facebook.usage import Limits, Usage, read_limits


@pytest.mark.parametrize(
    ("headers", "limits"),
    [
        ({}, Limits()),
        ({"X-App-Usage": '{"call_count":28,"total_time":25,"total_cputime":95}'}, Limits(app=Usage(95))),
        ({"x-page-usage": '{"call_count":101}'}, Limits(page=Usage(101))),
        (
            {
                "X-Business-Use-Case-Usage": json.dumps(
                    {"11": [{"type": "messenger", "call_count": 100, "estimated_time_to_regain_access": 7}]}
                ),
                "X-Page-Usage": '{"call_count":20}',
                "X-App-Usage": '{"call_count":30}',
            },
            Limits(app=Usage(30), page=Usage(100, 7)),
        ),
        ({"X-App-Usage": "not json", "X-Page-Usage": "[1]", "X-Business-Use-Case-Usage": '{"11": 5}'}, Limits()),
    ],
)
def test_the_apps_limits_and_the_pages_are_told_apart(headers: dict[str, str], limits: Limits) -> None:
    assert read_limits(headers) == limits


def test_from_80_per_cent_it_is_wise_to_slow_down() -> None:
    assert [Usage(percent).should_slow_down for percent in (79, 80)] == [False, True]
    assert [Usage(percent, wait).is_throttled for percent, wait in ((99, 0), (100, 0), (5, 1))] == [False, True, True]


@given(st.text(), st.text(), st.text())
def test_headers_never_fail(app: str, page: str, business: str) -> None:
    read_limits({"X-App-Usage": app, "X-Page-Usage": page, "X-Business-Use-Case-Usage": business})


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
