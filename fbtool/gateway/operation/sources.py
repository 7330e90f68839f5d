"""Where each setting comes from: an option, the environment, or the settings file, in this order.

A mistake is blamed on the source that the wrong value came from.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from fbtool.connection import AddressUnusable, checked_address
from fbtool.gateway.limits import Limits
from fbtool.gateway.operation.keyfiles import Keyring
from fbtool.gateway.operation.settingsfile import KEYS, SettingsFile
from fbtool.language import Sentence, say

FACEBOOK = "facebook"
"""Another Facebook, for trials: an option and a variable, but nothing for a settings file."""
_VARIABLES = {key.place: key.variable for key in KEYS} | {FACEBOOK: "FBTOOL_FACEBOOK"}
_OPTIONS = {
    "app.id": "--app-id",
    "server.host": "--host",
    "server.port": "--port",
    "server.public_url": "--public-url",
    "log.format": "--log-format",
    FACEBOOK: "--facebook",
}


class Sources:
    """One reading of all sources, which collects the mistakes.

    Args:
        data_dir: where the settings file is, if there is one.
        environment: the variables.
        options: what the command line says, by place; empty where it says nothing.
    """

    def __init__(
        self, data_dir: Path, environment: Mapping[str, str], options: Mapping[str, str] | None = None
    ) -> None:
        self._file = SettingsFile.read(data_dir)
        self._data_dir = data_dir
        self._environment = environment
        self._options = options or {}
        self.mistakes = [*self._file.mistakes]
        self.keys = Keyring(data_dir, self._file, environment, self.mistakes)

    @property
    def said_anything(self) -> bool:
        """Whether the settings file has any value."""
        return bool(self._file.values)

    def text(self, place: str) -> str:
        """A text or number from the first source that has it; empty if none does."""
        _, given = self._outside(place)
        if given:
            return given
        kept = None if place == FACEBOOK else self._file.get(place)
        return "" if kept is None else str(kept)

    def wrong(self, place: str, what: Sentence) -> None:
        """Remember a mistake, with the name of the option or variable, or the line of the file, that makes it."""
        name, given = self._outside(place)
        self.mistakes.append(say("{name}: {what}", name=name, what=what) if given else self._file.wrong(place, what))

    def choice(self, place: str, choices: tuple[str, ...]) -> str:
        """One of a few words; the first one unless somebody says otherwise."""
        given = self.text(place) or choices[0]
        if given not in choices:
            self.wrong(place, say("“{given}” is none of: {choices}.", given=given, choices=", ".join(choices)))
        return given

    def switch(self, place: str, *, usually: bool) -> bool:
        """Yes or no."""
        given = self.text(place).lower() or str(usually).lower()
        if given not in {"true", "false"}:
            self.wrong(place, say("This must be true or false."))
        return given == "true"

    def address(self, place: str) -> str:
        """An https address without a slash at the end; empty if there is none."""
        address = self.text(place)
        if not address:
            return ""
        try:
            return checked_address(address).rstrip("/")
        except AddressUnusable as problem:
            self.wrong(place, Sentence(problem.what, problem.values))
            return ""

    def folder(self, place: str) -> Path | None:
        """A folder that has to exist; a relative path begins at the data folder."""
        given = self.text(place)
        if not given:
            return None
        folder = self._data_dir / Path(given).expanduser()
        if not folder.is_dir():
            self.wrong(place, say("There is no folder {folder}.", folder=folder))
        return folder

    def port(self) -> int:
        """Where to listen."""
        given = self.text("server.port") or "8787"
        if given.isdecimal() and int(given) <= 65535:
            return int(given)
        self.wrong("server.port", say("The port must be a number from 0 to 65535."))
        return 0

    def proxies(self) -> tuple[str, ...]:
        """Whose word about the client is believed."""
        given: list[str] | None = self._file.get("server.trusted_proxies")
        for address in given or ():
            try:
                ipaddress.ip_network(address)
            except ValueError:
                self.wrong("server.trusted_proxies", say("“{given}” is not an IP address or network.", given=address))
        return ("127.0.0.1", "::1") if given is None else tuple(given)

    def limits(self) -> Limits:
        """The limits that depend on the machine."""
        given = {limit.name: self._file.get(f"limits.{limit.name}") for limit in fields(Limits)}
        for name, value in given.items():
            if value is not None and value < 1:
                self.wrong(f"limits.{name}", say("This must be at least 1."))
        return Limits(**{name: value for name, value in given.items() if value is not None})

    def _outside(self, place: str) -> tuple[str, str]:
        """The name of the option or variable that gives the setting, and its value; both empty if none does."""
        if self._options.get(place):
            return _OPTIONS[place], self._options[place]
        variable = _VARIABLES.get(place, "")
        given = self._environment.get(variable, "").strip() if variable else ""
        return (variable, given) if given else ("", "")
