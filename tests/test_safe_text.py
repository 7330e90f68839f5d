"""Foreign text obeys: no terminal, no window and no log does what a name says."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.language import say
from fbtool.safe_text import cleaned, escaped, shown, shown_lines

HARMFUL = {"Cc", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("foreign", "fit"),
    [
        ("Café „Süd“ 東京 👩‍🍳 العربية می‌خواهم", "Café „Süd“ 東京 👩‍🍳 العربية می‌خواهم"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]0;title\x07\x9b2J", "]0;title2J"),
        ("one\r\ntwo\u2028three\tfour", "one two three four"),
        ("evil\u202egnp.exe\u2066\u200e", "evilgnp.exe"),
        ("\ufeffCa\u00adfé\u200b", "Café"),
        ("half \ud800 a letter", "half � a letter"),
    ],
)
def test_what_a_terminal_would_obey_is_taken_out(foreign: str, fit: str) -> None:
    assert shown(foreign) == fit


@given(st.text(st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp", "L", "Z"))))
def test_nothing_harmful_is_left_of_any_text(text: str) -> None:
    assert not {unicodedata.category(letter) for letter in shown(text)} & HARMFUL
    assert shown(shown(text)) == shown(text)
    assert {unicodedata.category(letter) for letter in shown_lines(text) if letter != "\n"} & HARMFUL == set()


@given(st.text(st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp", "L"))))
def test_json_says_the_same_and_shows_nothing_harmful(text: str) -> None:
    written = escaped(json.dumps({"name": text}, ensure_ascii=False, indent=2))
    assert json.loads(written) == {"name": text}
    assert not {unicodedata.category(letter) for letter in written if letter != "\n"} & {*HARMFUL, "Cf"}


def test_every_text_in_an_answer_is_cleaned_and_its_shape_stays() -> None:
    answer = {"id": 7, "names": ["a\x1b", {"b": None, "c": "\x9b", "d": 1.5}]}
    assert cleaned(answer) == {"id": 7, "names": ["a", {"b": None, "c": "", "d": 1.5}]}


def test_a_sentence_makes_its_values_fit_but_keeps_its_own_lines() -> None:
    assert str(say("First: {name}\nSecond: {other}", name="a\nb\x1b", other=say("{x}", x="\r"))) == (
        "First: a b\nSecond:  "
    )
