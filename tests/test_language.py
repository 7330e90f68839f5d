"""Sentences wait for their language."""

import pytest

from fbtool.language import Sentence, best_for, say, say_n


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.7,en;q=0.3", "de"),
        ("de;q=0.2,en;q=0.9", "en"),
        ("fr", "en"),
        ("", "en"),
        ("de;q=0", "en"),
        ("de;q=nonsense", "en"),
        (",,;;=,", "en"),
    ],
)
def test_a_browser_gets_the_language_it_prefers(header: str, language: str) -> None:
    assert best_for(header) == language


def test_a_sentence_fills_in_its_values_in_the_readers_language() -> None:
    inner = say("yes")
    assert Sentence("so: {inner}", {"inner": inner}).spoken("de") == "so: ja"


def test_a_number_chooses_its_form() -> None:
    one = say_n("{count} messenger account", "{count} messenger accounts", 1)
    many = say_n("{count} messenger account", "{count} messenger accounts", 3)
    assert (one.spoken("en"), many.spoken("en")) == ("1 messenger account", "3 messenger accounts")
    assert (one.spoken("de"), many.spoken("de")) == ("1 Messenger-Konto", "3 Messenger-Konten")
