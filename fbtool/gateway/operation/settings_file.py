"""The settings file ``gateway.toml``: how it is written, and how it is read with all its mistakes.

It lives in the data folder. Options and the environment come before it, so that one setting can be changed for one
start without editing anything.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import Any

from fbtool.gateway.operation.core_settings import SECTIONS
from fbtool.gateway.setting import Setting
from fbtool.language import N_, Sentence, say

FILE = "gateway.toml"
_KINDS = {
    str: N_("a text in quotes"),
    int: N_("a whole number"),
    bool: N_("true or false"),
    tuple: N_("a list of texts in quotes"),
}
_HEADER = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_ASSIGNMENT = re.compile(r"\s*([\w.-]+)\s*=")


class SettingsFile:
    """What the file says; what it says wrongly is in ``mistakes``."""

    def __init__(self, path: Path, values: Mapping[str, Any], lines: Mapping[str, int]) -> None:
        self.path = path
        self.values = values
        self._lines = lines
        self.mistakes: list[Sentence] = []

    @classmethod
    def read(cls, data_dir: Path) -> "SettingsFile":
        """The file of a data folder; empty if there is none. Never raises."""
        path = data_dir / FILE
        try:
            text = path.read_text("utf-8-sig")  # Windows editors put a mark in front
        except FileNotFoundError:
            return cls(path, {}, {})
        except (OSError, UnicodeDecodeError):
            return cls._broken(
                path, say("{file} cannot be read as a UTF-8 text: check its owner and rights.", file=path)
            )
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = found[1] if found else str(text.count("\n") + 1)
            told = say(
                "{file}, line {line}: this is not TOML; texts need quotes and each setting a line of its own.",
                file=path,
                line=line,
            )
            return cls._broken(path, told)
        return cls(path, dict(_flat(content)), dict(_places(text)))

    @classmethod
    def _broken(cls, path: Path, mistake: Sentence) -> "SettingsFile":
        settings = cls(path, {}, {})
        settings.mistakes.append(mistake)
        return settings

    @property
    def sections(self) -> set[str]:
        """The parts that the file has."""
        return {place.partition(".")[0] for place in self.values}

    def get(self, setting: Setting) -> Any:
        """The value of a setting, None if the file does not have it (rightly)."""
        value = self.values.get(setting.place)
        return value if _fits(value, type(setting.default)) else None

    def wrong(self, place: str, what: Sentence) -> Sentence:
        """A mistake at a setting, with its line if it came from the file."""
        where = {"file": self.path, "place": place, "what": what}
        if place in self._lines:
            return say("{file}, line {line}, {place}: {what}", line=self._lines[place], **where)
        return say("{file}, {place}: {what}", **where) if place in self.values else what

    def check(self, known: Mapping[str, Setting]) -> list[Sentence]:
        """All mistakes of the file, which may have the settings in ``known`` only."""
        found = [*self.mistakes]
        for place, value in self.values.items():
            setting = known.get(place)
            if setting is None:
                near = get_close_matches(place, known, 1)
                hint = say("Did you mean “{name}”?", name=near[0]) if near else say("Remove it.")
                found.append(self.wrong(place, say("there is no such setting. {hint}", hint=hint)))
            elif not _fits(value, type(setting.default)):
                kind = Sentence(_KINDS[type(setting.default)])
                found.append(self.wrong(place, say("this must be {kind}.", kind=kind)))
        return found


def written(settings: Iterable[Setting], values: Mapping[str, object]) -> str:
    """A commented settings file in the language of this process.

    Args:
        settings: all that the file shows, section by section.
        values: by place; what is not among them is written as a comment with its default.
    """
    title = say("Settings of the fbtool gateway. A line that begins with # shows the default.")
    parts = [f"# {title}\n"]
    for section, together in groupby(settings, lambda setting: setting.section):
        about = Sentence(SECTIONS[section]) if section in SECTIONS else say("The channel “{name}”.", name=section)
        parts.append(f"\n# {about}\n[{section}]\n")
        for setting in together:
            sign, value = ("", values[setting.place]) if setting.place in values else ("#", setting.default)
            # What JSON has of texts, numbers, truths and lists TOML has as well.
            text = json.dumps(value, ensure_ascii=False)
            parts.append(f"\n# {Sentence(setting.why)}\n{sign}{setting.name} = {text}\n")
    return "".join(parts)


def _fits(value: object, kind: type) -> bool:
    if kind is tuple:
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    return isinstance(value, kind) and isinstance(value, bool) is (kind is bool)


def _flat(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _places(text: str) -> Iterator[tuple[str, int]]:
    """On which line each setting is. A look for people, not a parser: the values come from tomllib."""
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            section = header[1] + "."
        elif assignment := _ASSIGNMENT.match(line):
            yield section + assignment[1], number
