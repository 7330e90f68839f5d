"""The file that every visitor of a shop gets: small, without the calls that a strict page forbids, in two languages."""

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from fbtool.webchat import joiner
from tests.webchat.states import CONFIG

BUDGET = 12_288
"""Bytes, gzip -9, with the line of settings in front."""
DEFAULT = frozenset[str]()
FORBIDDEN = r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b|document\.write|localhost|new Function"
SCRIPTS = {"default": DEFAULT, "all": joiner.ALL, "embed": frozenset({"embed"}), "keeps": frozenset({"keeps"})}


def weight(features: frozenset[str]) -> int:
    line = f"window.fbtoolChatConfig={json.dumps(CONFIG, separators=(',', ':'))};\n"
    return len(gzip.compress((line + joiner.joined(features)).encode(), 9))


def test_the_default_widget_is_within_the_budget() -> None:
    assert weight(DEFAULT) <= BUDGET


@pytest.mark.parametrize("features", SCRIPTS.values(), ids=SCRIPTS)
def test_nothing_that_a_strict_page_forbids(features: frozenset[str]) -> None:
    script = joiner.joined(features)
    assert re.findall(FORBIDDEN, script) == []
    assert script.isascii()
    assert script.startswith('(()=>{"use strict";')


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed (Debian: nodejs)")
@pytest.mark.parametrize("features", SCRIPTS.values(), ids=SCRIPTS)
def test_it_is_javascript(tmp_path: Path, features: frozenset[str]) -> None:
    (tmp_path / "widget.js").write_text(joiner.joined(features), "utf-8")
    subprocess.run(["node", "--check", tmp_path / "widget.js"], check=True)


def test_every_feature_names_modules_that_are_there() -> None:
    assert {file for files in joiner.FEATURES.values() for file in files} <= joiner.sources().keys()
    for feature in joiner.FEATURES:
        assert len(joiner.joined(joiner.ALL - {feature})) < len(joiner.joined())


def test_the_name_and_the_integrity_are_those_of_the_file() -> None:
    script = joiner.joined().encode()
    assert joiner.file_name() == f"widget-{hashlib.sha256(script).hexdigest()[:12]}.js"
    assert joiner.integrity() == f"sha384-{base64.b64encode(hashlib.sha384(script).digest()).decode()}"


def test_the_sources_are_whole() -> None:
    assert {"main.js", "chat.js", "style.css", "words.de.json", "words.en.json"} <= joiner.sources().keys()
    assert all(source.decode() for source in joiner.sources().values())


def test_both_languages_say_everything() -> None:
    german, english = (json.loads(joiner.sources()[f"words.{language}.json"]) for language in ("de", "en"))
    assert german.keys() == english.keys()
    assert all(text.strip() for text in [*german.values(), *english.values()])
    used = set(
        re.findall(r"\bwords\.(\w+)", "".join(s.decode() for f, s in joiner.sources().items() if f.endswith(".js")))
    )
    assert used - {"de", "en", "js"} == german.keys()


def test_the_german_texts_are_german() -> None:
    german = json.loads(joiner.sources()["words.de.json"])
    assert german["close"] == "Chat schließen"
    assert not re.search(r"[aou]e(?![u])(?=ffn|r Sie)", " ".join(german.values()))
    assert " du " not in " ".join(german.values()).lower()
