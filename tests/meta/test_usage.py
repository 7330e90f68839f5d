"""How much of the limits is used up."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.meta.usage import Limits, Usage, read_limits


@pytest.mark.parametrize(
    ("headers", "limits"),
    [
        ({}, Limits()),
        ({"X-App-Usage": '{"call_count":28,"total_time":25,"total_cputime":95}'}, Limits(app=Usage(95))),
        ({"x-page-usage": '{"call_count":101}'}, Limits(source=Usage(101))),
        (
            {
                "X-Business-Use-Case-Usage": json.dumps(
                    {"11": [{"type": "messenger", "call_count": 100, "estimated_time_to_regain_access": 7}]}
                ),
                "X-Page-Usage": '{"call_count":20}',
                "X-App-Usage": '{"call_count":30}',
            },
            Limits(app=Usage(30), source=Usage(100, 7)),
        ),
        ({"X-App-Usage": "not json", "X-Page-Usage": "[1]", "X-Business-Use-Case-Usage": '{"11": 5}'}, Limits()),
    ],
)
def test_the_apps_limits_and_the_pages_are_told_apart(headers: dict[str, str], limits: Limits) -> None:
    assert read_limits(headers) == limits


@given(st.text(), st.text(), st.text())
def test_headers_never_fail(app: str, page: str, business: str) -> None:
    read_limits({"X-App-Usage": app, "X-Page-Usage": page, "X-Business-Use-Case-Usage": business})
