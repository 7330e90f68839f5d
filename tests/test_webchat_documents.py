"""What the documents say of the web chat is what its code does, number by number and word by word."""

import json
import re
from pathlib import Path

import pytest

from fbtool.gateway.channels.webchat import presence, visitor_keys, visitor_limits
from fbtool.gateway.channels.webchat import store as kept
from fbtool.gateway.channels.webchat.answers import _REFUSED_MS
from fbtool.gateway.channels.webchat.settings import MOST_DAYS, WidgetSettings
from fbtool.gateway.limits import Limits
from fbtool.gateway.store.limits import DAY_MS, EVENT_MS, SEEN_MS
from fbtool.webchat import joiner

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
LANGUAGES = ("en", "de")
SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
each_language = pytest.mark.parametrize("language", LANGUAGES)


def document(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def section(text: str, heading: str) -> str:
    """What stands below a heading of the second rank."""
    return re.split(r"^## ", text.partition(f"\n## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


@each_language
def test_every_setting_is_explained_under_the_name_that_the_configurator_gives_it(language: str) -> None:
    words = json.loads((ROOT / f"fbtool/webchat/configurator/words.{language}.json").read_text("utf-8"))
    labels = {name.removeprefix("field."): word for name, word in words.items() if name.startswith("field.")}
    assert set(labels) == set(WidgetSettings.__struct_fields__)
    cells = re.findall(r"^\| ([^|]+) \|", document(f"admin/webchat.{language}.md"), re.MULTILINE)
    told = {name for cell in cells for name in cell.split(" · ")}
    assert set(labels.values()) - told == set()


@each_language
def test_every_attribute_of_the_script_tag_is_explained(language: str) -> None:
    told = set(re.findall(r"`data-([a-z]+)", document(f"admin/webchat.{language}.md")))
    assert told == {"size", "side", "open", "lang", "toggle", "status", "into", "identify", "z", "domain"}
    source = "".join(joiner.sources()[name].decode() for name in ("main.js", "host.js", "view.js"))
    read = re.findall(r"\{ ([a-z, ]+) \}\) \{$|\bdata\.([a-z]+)", source, re.MULTILINE)
    assert told <= {name for group in read for names in group for name in names.split(", ")}


@each_language
def test_the_data_protection_pack_names_the_periods_of_the_code(language: str) -> None:
    text = section(document(f"data-protection/{language}.md"), {"en": "The web chat", "de": "Der Web-Chat"}[language])
    held = text[text.index("|---|---|---|", text.index("|---|---|---|") + 1) :].partition("\n\n")[0]
    day, hour, minute = {"en": ("days", "hours?", "minutes"), "de": ("Tagen?|Tage", "Stunden?", "Minuten")}[language]

    def told(unit: str) -> set[int]:
        return {int(number) for number in re.findall(rf"(\d+) (?:{unit})\b", held)}

    assert told(minute) == {presence.GONE_MS // MINUTE}
    assert told(hour) == {presence.KEPT_GONE_MS // HOUR, kept.FORGOTTEN_MS // HOUR, visitor_limits.HOUR_MS // HOUR}
    assert {span // DAY_MS for span in (EVENT_MS, SEEN_MS, kept.KEPT_FORGOTTEN_MS, _REFUSED_MS)} == told(day)
    numbers = set(map(int, re.findall(r"\d+", held)))
    assert {WidgetSettings().identify_days, MOST_DAYS} <= numbers


def test_the_operators_guide_names_the_limits_of_the_code() -> None:
    table = section(document("operations/README.md"), "Web chats").partition("|---|---|---|")[2].partition("\n\n")[0]
    told = {int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", table)}
    limits = visitor_limits
    counted = {
        limits.FEW, limits.MANY, limits.GUARDED_FROM, limits.BURST, int(limits.SECONDS_EACH), limits.PER_HOUR,
        limits.POLLS_PER_NETWORK, limits.TEXT_LENGTH, limits.BODY_BYTES // 1024, limits.WAITING_EVENTS,
        kept.MOST_ANSWERS,
    }  # fmt: skip
    assert counted <= told
    settings = dict(re.findall(r"^\| `limits\.(\w+)` \| – \| [^|]*?: (\d+)", document("operations/README.md"), re.M))
    named = ("sockets", "sockets_per_address", "visitor_sockets", "visitor_sockets_per_address")
    assert {name: int(settings[name]) for name in named} == {name: getattr(Limits(), name) for name in named}


def test_the_crms_guide_names_the_limits_of_the_code() -> None:
    text = section(document("crm/README.md"), "Web chat")
    for number in (visitor_limits.TEXT_LENGTH, kept.MOST_ANSWERS, visitor_limits.WAITING_EVENTS):
        assert f"{number:,}" in text
    assert "`too_many_answers`" in text
    assert visitor_keys.MESSAGE_AGE_MS < SEEN_MS, "a repetition is recognised as long as it may come"
