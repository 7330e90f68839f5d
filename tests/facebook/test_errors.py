"""Facebook's errors are told apart by code and subcode, and every one has a reaction."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook.catalogue import known, meaning_of
from fbtool.facebook.errors import FacebookError, ProofRefused
from fbtool.language import Sentence
from fbtool.meta.catalogue import Reaction
from tests.facebook.anything import anything

JSON = anything(["error", "code", "error_subcode", "message", "error_user_msg", "fbtrace_id"])


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
        (10, 1893063, Reaction.BLOCKED),
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
        (10, 2018028, Reaction.CONFIGURATION),  # Messenger's subcodes mean the same with every code
        (100, 2018278, Reaction.WINDOW),
        (10, 2018300, Reaction.ROUTING),
        (230, 1545041, Reaction.RECIPIENT),
        (33, None, Reaction.DEFECT),  # small ones do not
        (10, 33, Reaction.PERMISSION),
        (100, 1893061, Reaction.WINDOW),
        (100, 2018034, Reaction.CONTENT),
        (100, 2018048, Reaction.RETRY),
        (200, 1545041, Reaction.RECIPIENT),
        (368, None, Reaction.BLOCKED),
        (415, 2859009, Reaction.PERMISSION),
        (551, None, Reaction.RECIPIENT),
        (613, None, Reaction.THROTTLE),
        (80006, None, Reaction.THROTTLE),
        (80004, None, Reaction.THROTTLE),  # another business use case
        (123456, None, Reaction.DEFECT),
    ],
)
def test_each_code_has_its_reaction(code: int, subcode: int | None, reaction: Reaction) -> None:
    assert meaning_of(code, subcode).reaction is reaction


# Meta's tables ("Handling errors", "Rate limiting", "Error codes" of the Messenger Platform), and what was seen beyond.
_PLAIN = (
    2, 3, 32, 101, 102, 104, 210, 230, 283, 341, 368, 415, 506, 803, 2022, 2200, 2500, 80001, 80002, 80006, 2018144,
    2018171, 2018218, 2018234, 2018247, 2018300, 2018321, 9000001,
)  # fmt: skip
TABLES: dict[int, tuple[int | None, ...]] = dict.fromkeys(_PLAIN, (None,)) | {
    1: (None, 99, 1357046),
    4: (None, 2018354),
    9: (None, 2018352),
    10: (None, 2018278, 2534022, 2018065, 2018108, 1893063, 1404170, 1893015, 2018336, 2534077),
    17: (None, 1349172),
    31: (1349174,),
    100: (
        None, 33, 36007, 36008, 36009, 1893061, 2018001, 2018008, 2018014, 2018034, 2018047, 2018048, 2018074, 2018109,
        2018164, 2018294, 2018320, 2018328, 2534015, 2534025, 2534037,
    ),
    190: (None, 458, 459, 460, 463, 464, 467, 492),
    200: (None, 2018028, 1545041, 2018021, 2018027),
    463: (1349152,),
    551: (None, 1545041),
    613: (None, 1996, 1893016, 2018338, 2534040),
}  # fmt: skip


def test_a_number_of_messenger_means_the_same_with_every_code_and_in_its_place() -> None:
    for code, subcode in known():
        number = next((one for one in (subcode, code) if one and one > 1_000_000), None)
        if number is None:
            continue
        places = {meaning_of(other, number) for other in (10, 200, 230, 100, 190)} | {meaning_of(number, None)}
        assert places == {meaning_of(code, subcode)}, number


def test_every_row_of_metas_tables_has_its_own_sentence() -> None:
    rows = {(code, subcode) for code, subcodes in TABLES.items() for subcode in subcodes}
    assert rows - set(known()) == set()


def test_every_sentence_is_there_in_german() -> None:
    meanings = [meaning_of(code, subcode) for code, subcode in known()]
    sentences = {text for meaning in meanings for text in (meaning.what, meaning.remedy)}
    assert {text for text in sentences if Sentence(text).spoken("de") == Sentence(text).spoken("en")} == set()


@pytest.mark.parametrize(
    ("code", "message", "proof"),
    [
        (100, "API calls from the server require an appsecret_proof argument", True),
        (100, "Ungültiges appsecret_proof im API-Argument", True),
        (100, "(#100) Unknown field", False),
        (190, "appsecret_proof", False),
    ],
)
def test_a_demanded_proof_is_told_from_other_wrong_parameters(code: int, message: str, proof: bool) -> None:
    error = FacebookError.read(400, {"error": {"code": code, "message": message}})
    assert error is not None
    assert (error.code == "facebook_proof", isinstance(error, ProofRefused)) == (proof, proof)
    assert (error.reaction is Reaction.CONFIGURATION) is proof
    assert ("Require App Secret" in error.told("de").what) is proof


@given(st.integers(), st.none() | st.integers(), st.integers(100, 599))
def test_classification_is_total(code: int, subcode: int | None, status: int) -> None:
    meaning = meaning_of(code, subcode, status)
    assert meaning.what
    assert meaning.remedy


def test_an_unknown_error_of_a_server_in_trouble_passes_by_itself() -> None:
    assert meaning_of(987654, None, status=503).reaction is Reaction.RETRY


def test_an_error_is_told_in_both_languages_with_a_stable_code() -> None:
    error = FacebookError.read(400, {"error": {"code": 190, "error_subcode": 460, "message": "x", "fbtrace_id": "T1"}})
    assert error is not None
    assert error.code == "facebook_190_460"
    assert error.trace_id == "T1"
    assert "password was changed" in error.told("en").what
    assert "Passwort" in error.told("de").what


@given(st.integers(100, 599), JSON | st.fixed_dictionaries({"error": JSON}))
def test_reading_an_error_never_fails(status: int, content: Any) -> None:
    FacebookError.read(status, content)


@pytest.mark.parametrize(("transient", "reaction"), [(True, Reaction.RETRY), (False, Reaction.DEFECT)])
def test_an_unknown_error_passes_by_itself_if_facebook_says_so(transient: bool, reaction: Reaction) -> None:
    error = FacebookError.read(400, {"error": {"code": 98765, "is_transient": transient}})
    assert error is not None
    assert error.reaction is reaction


def test_a_known_error_keeps_its_meaning_whatever_facebook_calls_it() -> None:
    error = FacebookError.read(400, {"error": {"code": 190, "is_transient": True}})
    assert error is not None
    assert error.reaction is Reaction.SIGN_IN
