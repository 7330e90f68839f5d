"""Facebook's errors are told apart by code and subcode, and every one has a reaction."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook.catalogue import Reaction, meaning_of
from fbtool.facebook.errors import read_error

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("code", "subcode", "reaction"),
    [
        (1, None, Reaction.RETRY),
        (1, 1357046, Reaction.UNCLEAR),
        (1, 99, Reaction.CONFIGURATION),
        (2, None, Reaction.RETRY),
        (4, None, Reaction.THROTTLE),
        (10, None, Reaction.PERMISSION),
        (10, 2018278, Reaction.WINDOW),
        (10, 1893063, Reaction.STOP_PAGE),
        (2018278, None, Reaction.WINDOW),  # a subcode in the place of the code
        (100, None, Reaction.DEFECT),
        (100, 33, Reaction.PERMISSION),
        (100, 2018001, Reaction.RECIPIENT),
        (102, None, Reaction.SIGN_IN),
        (190, None, Reaction.SIGN_IN),  # a narrowed grant comes without a subcode
        (190, 458, Reaction.SIGN_IN),
        (190, 460, Reaction.SIGN_IN),
        (190, 463, Reaction.SIGN_IN),
        (190, 492, Reaction.PERMISSION),
        (190, 999999, Reaction.SIGN_IN),
        (200, None, Reaction.PERMISSION),
        (230, None, Reaction.PERMISSION),
        (299, None, Reaction.PERMISSION),
        (200, 2018028, Reaction.CONFIGURATION),
        (200, 1545041, Reaction.RECIPIENT),
        (368, None, Reaction.STOP_PAGE),
        (415, 2859009, Reaction.PERMISSION),
        (551, None, Reaction.RECIPIENT),
        (613, None, Reaction.THROTTLE),
        (80006, None, Reaction.THROTTLE),
        (123456, None, Reaction.DEFECT),
    ],
)
def test_each_code_has_its_reaction(code: int, subcode: int | None, reaction: Reaction) -> None:
    assert meaning_of(code, subcode).reaction is reaction


@given(st.integers(), st.none() | st.integers(), st.integers(100, 599))
def test_classification_is_total(code: int, subcode: int | None, status: int) -> None:
    meaning = meaning_of(code, subcode, status)
    assert meaning.what
    assert meaning.remedy


def test_an_unknown_error_of_a_server_in_trouble_passes_by_itself() -> None:
    assert meaning_of(987654, None, status=503).reaction is Reaction.RETRY


def test_an_error_is_told_in_both_languages_with_a_stable_code() -> None:
    error = read_error(400, {"error": {"code": 190, "error_subcode": 460, "message": "x", "fbtrace_id": "T1"}})
    assert error is not None
    assert error.code == "facebook_190_460"
    assert error.trace_id == "T1"
    assert "password was changed" in error.told("en").what
    assert "Passwort" in error.told("de").what


@given(st.integers(100, 599), JSON | st.fixed_dictionaries({"error": JSON}))
def test_reading_an_error_never_fails(status: int, content: Any) -> None:
    read_error(status, content)
