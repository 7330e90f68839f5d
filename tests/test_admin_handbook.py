"""The admin's handbook says what the program says, word for word, and names every state of a Page."""

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from fbtool.language import CATALOGUES
from fbtool.linking.pages.verdicts import Verdict

HANDBOOK = Path(__file__).parent.parent / "docs" / "admin"
LANGUAGES = ("en", "de")


def spoken(language: str) -> list[str]:
    """Every text of the program."""
    with (CATALOGUES / "de/LC_MESSAGES/fbtool.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="de") if message.id]
    texts = [message.id if language == "en" else message.string for message in messages]
    return [one for text in texts for one in ([text] if isinstance(text, str) else text)]


def pattern(text: str) -> str:
    """The text, with anything in the place of its values."""
    return "".join(re.escape(plain) + (".+" if name else "") for plain, name, _, _ in string.Formatter().parse(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_quoted_is_what_fbtool_says(language: str) -> None:
    told = (HANDBOOK / f"{language}.md").read_text("utf-8")
    quoted = re.findall(r"^> (.+)$", told, re.MULTILINE)
    texts = [text for text in spoken(language) if "%" not in text]
    # A text that is nothing but values would fit everything.
    known = re.compile("|".join(pattern(text) for text in texts if len(re.sub(r"\{\w*\}", "", text)) >= 10))
    assert len(quoted) >= 8
    assert [line for line in quoted if not known.fullmatch(line)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_a_page_has_its_line(language: str) -> None:
    table = re.findall(r"^\| ([^|]+) \|", (HANDBOOK / f"{language}.md").read_text("utf-8"), re.MULTILINE)
    named = {name for cell in table for name in cell.split(" · ")}
    assert {verdict.words.spoken(language) for verdict in Verdict} <= named


def test_it_begins_with_the_page_that_is_missing() -> None:
    first = {
        language: re.search(r"^## (.+)$", (HANDBOOK / f"{language}.md").read_text("utf-8"), re.MULTILINE)
        for language in LANGUAGES
    }
    assert {language: found and found[1] for language, found in first.items()} == {
        "en": "My Page is missing",
        "de": "Meine Seite fehlt",
    }
