"""Every word of the configurator is there in both languages, is used, and every setting can be set."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import fbtool.webchat
from fbtool.gateway.channels.webchat.settings import FIELDS

FOLDER = Path(fbtool.webchat.__file__).parent / "configurator"
GERMAN, ENGLISH = (json.loads((FOLDER / f"words.{language}.json").read_text("utf-8")) for language in ("de", "en"))
PAGE = (FOLDER / "index.html").read_text("utf-8")
SCRIPTS = "\n".join(file.read_text("utf-8") for file in sorted(FOLDER.glob("*.js")))
_OPEN = {
    "field.": FIELDS,
    "where.": ("general", "shopify", "shopware", "wordpress", "tags", "consent", "consent-off", "consent-on"),
    "token.": ("unknown", "unknown-what", "channel", "channel-what", "inactive", "inactive-what"),
    "mistake.": ("privacy_url", "color", "seconds", "later", "reply", "days", "id", "origin", "origins"),
    "privacy.cookie-": ("on", "consent"),
}
"""Keys of which the scripts write only the beginning."""


class Elements(HTMLParser):
    """What the page's elements refer to."""

    def __init__(self) -> None:
        super().__init__()
        self.words: set[str] = set()
        self.fields: set[str] = set()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.feed(PAGE)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.words |= {given[name] for name in ("data-words", "data-placeholder", "data-label") if name in given}
        self.fields |= {given["data-field"]} if "data-field" in given else set()
        self.ids += [given["id"]] if "id" in given else []
        self.labelled |= {*given.get("for", "").split(), *given.get("aria-labelledby", "").split()}
        self.labelled |= {*given.get("aria-describedby", "").split()}


def test_both_languages_have_the_same_keys_with_the_same_values_to_fill_in() -> None:
    assert list(GERMAN) == list(ENGLISH)
    for key in GERMAN:
        assert set(re.findall(r"\{(\w+)\}", GERMAN[key])) == set(re.findall(r"\{(\w+)\}", ENGLISH[key])), key
        assert GERMAN[key].strip()
        assert ENGLISH[key].strip()


def test_every_key_is_used_and_every_used_key_is_there() -> None:
    said = set(re.findall(r"""["`]([a-z]+\.[a-z_0-9-]+)["`]""", SCRIPTS)) & {*GERMAN, *_like_keys(SCRIPTS)}
    open_ended = {f"{begin}{end}" for begin, ends in _OPEN.items() for end in ends}
    used = Elements().words | said | open_ended | {"title", "language"}
    assert used == set(GERMAN)


def _like_keys(text: str) -> set[str]:
    return set(re.findall(r"""(?:say|nodes|action)\("([a-z.-]+[a-z0-9-])\"""", text))


def test_every_setting_has_its_place_in_the_form() -> None:
    found = Elements()
    by_other_controls = {"names", "identify"}
    assert found.fields == set(FIELDS) - by_other_controls


def test_ids_are_unique_and_labels_point_at_something() -> None:
    found = Elements()
    assert len(found.ids) == len(set(found.ids))
    assert found.labelled <= set(found.ids)


def test_nothing_writes_markup_or_keeps_anything() -> None:
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "document.write",
        "localStorage.",
        "indexedDB",
    ):
        assert word not in SCRIPTS, word
    assert " style=" not in PAGE
    assert not re.search(r"\son\w+=", PAGE)
