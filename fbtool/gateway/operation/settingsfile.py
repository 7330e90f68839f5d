"""The settings file ``gateway.toml``: which keys it knows, how it is written, and how it is read with all its mistakes.

It lives in the data folder. Options and the environment come before it, so that one setting can be changed for one
start without editing anything.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from fbtool.gateway.limits import Limits
from fbtool.gateway.setting import Setting
from fbtool.language import N_, Sentence, say

FILE = "gateway.toml"


SECTIONS = {
    "app": N_("The Meta app (developers.facebook.com, “My Apps”)."),
    "server": N_("Where the gateway listens, and how the world reaches it."),
    "keys": N_("Files with secrets; paths are relative to this file. Never write a secret itself into this file."),
    "database": N_("Only for several gateways that share a PostgreSQL database; one gateway needs nothing of it."),
    "log": N_("What the gateway writes about itself. Never message texts, names or tokens."),
    "limits": N_("Limits that depend on the machine."),
}

KEYS = (
    Setting("app.id", str, '""', N_("The app's id, a number."), "FBTOOL_APP_ID"),
    Setting(
        "app.secret_file",
        str,
        '"app.secret"',
        N_("The file with the app's secret (App settings, Basic)."),
        "FBTOOL_APP_SECRET_FILE",
    ),
    Setting(
        "app.earlier_secret_file",
        str,
        '"app.secret.earlier"',
        N_("The file with the secret before a rotation, if it exists; deliveries signed with it are still accepted."),
        "FBTOOL_APP_SECRET_EARLIER_FILE",
    ),
    Setting(
        "server.public_url",
        str,
        '""',
        N_("The https address under which Facebook and browsers reach the gateway. Empty: only this computer."),
        "FBTOOL_PUBLIC_URL",
    ),
    Setting(
        "server.host", str, '"127.0.0.1"', N_("Listen here; behind a proxy on this computer leave it."), "FBTOOL_HOST"
    ),
    Setting("server.port", int, "8787", N_("Listen on this port; 0 takes any free one."), "FBTOOL_PORT"),
    Setting(
        "server.download_dir",
        str,
        '""',
        N_("A folder with the Windows tool, which admins then get at /download. Empty: it is not offered."),
        "FBTOOL_DOWNLOAD_DIR",
    ),
    Setting(
        "server.trusted_proxies",
        list,
        '["127.0.0.1", "::1"]',
        N_("Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."),
    ),
    Setting(
        "server.sign_in_by_code",
        bool,
        "true",
        N_(
            "Whether an admin whose browser runs on another device may type a code into the tool. A code can be talked "
            "out of people: write false if nobody needs it."
        ),
        "FBTOOL_SIGN_IN_BY_CODE",
    ),
    Setting(
        "keys.master_key_file",
        str,
        '"master.key"',
        N_("The key that opens the database. Keep a copy elsewhere: without it no backup can be read."),
        "FBTOOL_MASTER_KEY_FILE",
    ),
    Setting(
        "keys.admin_token_file",
        str,
        '"admin.token"',
        N_("The token of the admin API, for programs of your own; “fbtool gateway …” commands do without."),
        "FBTOOL_ADMIN_TOKEN_FILE",
    ),
    Setting(
        "keys.metrics_token_file",
        str,
        '"metrics.token"',
        N_("A token that may only read /metrics, for Prometheus."),
        "FBTOOL_METRICS_TOKEN_FILE",
    ),
    Setting(
        "database.url_file",
        str,
        '"database.url"',
        N_("The file with the address postgresql://user:password@server/database, if it exists."),
        "FBTOOL_DATABASE_URL_FILE",
    ),
    Setting("log.format", str, '"text"', N_("“text” for people or “json” for programs."), "FBTOOL_LOG_FORMAT"),
    *(Setting(f"limits.{field.name}", int, str(field.default), field.metadata["why"]) for field in fields(Limits)),
)
_BY_PLACE = {key.place: key for key in KEYS}
_KINDS = {
    str: N_("a text in quotes"),
    int: N_("a whole number"),
    bool: N_("true or false"),
    list: N_("a list of texts in quotes"),
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
        settings = cls(path, dict(_flat(content)), dict(_places(text)))
        settings._check()
        return settings

    @classmethod
    def _broken(cls, path: Path, mistake: Sentence) -> "SettingsFile":
        settings = cls(path, {}, {})
        settings.mistakes.append(mistake)
        return settings

    def get(self, place: str) -> Any:
        """The value of a setting, None if the file does not have it (rightly)."""
        value = self.values.get(place)
        return value if _fits(value, _BY_PLACE[place].kind) else None

    def wrong(self, place: str, what: Sentence) -> Sentence:
        """A mistake at a setting, with its line if it came from the file."""
        if place not in self._lines:
            return what
        return say(
            "{file}, line {line}, {place}: {what}", file=self.path, line=self._lines[place], place=place, what=what
        )

    def _check(self) -> None:
        for place, value in self.values.items():
            key = _BY_PLACE.get(place)
            if key is None:
                near = get_close_matches(place, _BY_PLACE, 1)
                hint = say("Did you mean “{name}”?", name=near[0]) if near else say("Remove it.")
                self._note(place, say("there is no such setting. {hint}", hint=hint))
            elif not _fits(value, key.kind):
                self._note(place, say("this must be {kind}.", kind=Sentence(_KINDS[key.kind])))

    def _note(self, place: str, what: Sentence) -> None:
        self.mistakes.append(
            self.wrong(place, what)
            if place in self._lines
            else say("{file}, {place}: {what}", file=self.path, place=place, what=what)
        )


def written(values: Mapping[str, str]) -> str:
    """A commented settings file in the language of this process.

    Args:
        values: TOML values by place; what is not among them is written as a comment with its default.
    """
    parts = [f"# {say('Settings of the fbtool gateway. A line that begins with # shows the default.')}\n"]
    for section, about in SECTIONS.items():
        parts.append(f"\n# {Sentence(about)}\n[{section}]\n")
        for key in KEYS:
            if key.section == section:
                given = f"{key.name} = {values[key.place]}" if key.place in values else f"#{key.name} = {key.default}"
                parts.append(f"\n# {Sentence(key.why)}\n{given}\n")
    return "".join(parts)


def _fits(value: object, kind: type) -> bool:
    if kind is list:
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
