"""What people's files and pipes hold is read in whatever encoding it was saved."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.decoding import decoded

MARKS = {b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE}
WORDS = "Café „Süd“ – Ödön’s"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_encoding_is_recognised(encoding: str) -> None:
    assert decoded(WORDS.encode(encoding)) == WORDS


def test_half_a_line_break_of_utf_16_does_no_harm() -> None:
    line = codecs.BOM_UTF16_LE + "fbtool-abc\r\n".encode("utf-16-le")
    assert decoded(line[: line.index(b"\n") + 1]).strip("\ufffd\r\n") == "fbtool-abc"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_utf_8_is_read_letter_for_letter(text: str) -> None:
    assert decoded(text.encode()) == text.removeprefix("\ufeff")


@given(st.binary())
def test_anything_is_read_and_no_byte_vanishes_without_a_sign(raw: bytes) -> None:
    assert decoded(raw) or raw in MARKS
