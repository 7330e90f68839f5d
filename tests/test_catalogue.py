"""Everything a person reads exists in German too."""

import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import fbtool

PACKAGE = Path(fbtool.__file__).parent
KEYWORDS = {"_": None, "N_": None, "say": None, "say_n": (1, 2)}


@pytest.fixture(scope="module")
def german() -> Catalog:
    with (PACKAGE / "locale/de/LC_MESSAGES/fbtool.po").open("rb") as file:
        return read_po(file, locale="de")


def texts_in_the_code() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    mappings = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"].removeprefix("fbtool/"), mapping["method"]) for mapping in mappings]
    for file, _line, text, *_ in extract_from_dir(PACKAGE, method_map=methods, keywords=KEYWORDS):
        yield file, text


def spoken(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_text_of_the_code_has_a_translation(german: Catalog) -> None:
    missing = sorted({f"{file}: {text!r}" for file, text in texts_in_the_code() if not _translated(german, text)})
    assert missing == []


def test_no_translation_outlives_its_text(german: Catalog) -> None:
    used = {text if isinstance(text, str) else text[0] for _, text in texts_in_the_code()}
    left_over = [m.id for m in german if m.id and (m.id if isinstance(m.id, str) else m.id[0]) not in used]
    assert left_over == []


def test_a_translation_fills_in_the_same_values(german: Catalog) -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    def words(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)s", text))

    for message in german:
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        for text in spoken(message):
            if message.id and "{" in "".join(ids):
                assert names(text) <= names("".join(ids)), message.id
                assert names(text) >= names(ids[0]) - {"count"}, message.id
            assert words(text) == words(ids[0]), message.id


def test_german_has_umlauts_and_quotation_marks_of_its_own(german: Catalog) -> None:
    everything = " ".join(text for message in german for text in spoken(message) if message.id)
    assert not re.findall(
        r"\b(?:fuer|ueber|koennen|muessen|schliessen|zurueck|Verknuepf\w*|waehl\w*|pruef\w*)\b", everything
    )
    assert "“" not in re.sub(r"„[^“]*“", "", everything)


def _translated(german: Catalog, text: str | tuple[str, ...]) -> bool:
    message = german.get(text if isinstance(text, str) else text[0])
    return message is not None and all(spoken(message))
