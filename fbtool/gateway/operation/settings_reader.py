"""Where each setting comes from: an option, the environment, or the settings file, in this order.

A mistake is blamed on the source that the wrong value came from.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from fbtool.connection_code import AddressUnusable, checked_address
from fbtool.gateway.channels import installed
from fbtool.gateway.channels.port import Plug
from fbtool.gateway.operation.core_settings import SETTINGS
from fbtool.gateway.operation.secret_files import Keyring
from fbtool.gateway.operation.settings_file import SettingsFile
from fbtool.gateway.setting import Secret, Setting
from fbtool.language import Sentence, say

T = TypeVar("T")
CHANNELS = "server.channels"


class Reader:
    """One reading of all sources. Knows the settings of the core and of each channel that is offered or in the file.

    Args:
        data_dir: where the settings file is, if there is one.
        environment: the variables.
        options: what the command line says, by place; empty where it says nothing.
    """

    def __init__(
        self, data_dir: Path, environment: Mapping[str, str] = os.environ, options: Mapping[str, str] | None = None
    ) -> None:
        self._file = SettingsFile.read(data_dir)
        self._data_dir = data_dir
        self._environment = environment
        self._options = options or {}
        self._table: dict[str, Setting] = {setting.place: setting for setting in SETTINGS}
        self.mistakes: list[Sentence] = []
        self.taken: dict[str, object] = {}
        """Every value that was read, by place; secrets too."""
        self.channels = self.texts(CHANNELS)
        """What the operator offers."""
        self.plugs: dict[str, Plug] = {}
        for name in dict.fromkeys((*self.channels, *self._file.sections)):
            plug = installed.plug(name)
            if plug is not None:
                self.plugs[name] = plug
                self._table |= {setting.place: setting for setting in plug.settings}
        self.mistakes += self._file.check(self._table)
        self._check_channels()
        every_secret = [setting for setting in self._table.values() if isinstance(setting, Secret)]
        self.keys = Keyring(data_dir, self._file, environment, self.mistakes, every_secret)

    @property
    def said_anything(self) -> bool:
        """Whether the settings file has any value."""
        return bool(self._file.values)

    def text(self, place: str) -> str:
        """A text, one of the setting's choices if it has some."""
        setting = self._table[place]
        given = self._text(setting)
        if setting.choices and given not in setting.choices:
            choices = ", ".join(setting.choices)
            self.wrong(place, say("“{given}” is none of: {choices}.", given=given, choices=choices))
        return self._take(place, given)

    def texts(self, place: str) -> tuple[str, ...]:
        """A list of texts; with commas between them outside the settings file."""
        setting = self._table[place]
        _, given = self._outside(setting)
        if given:
            return self._take(place, tuple(part.strip() for part in given.split(",") if part.strip()))
        return self._take(place, tuple(self._kept(setting)))

    def number(self, place: str, least: int = 1, most: int | None = None) -> int:
        """A whole number."""
        given = self._text(self._table[place])
        if given.isdecimal() and least <= int(given) <= (int(given) if most is None else most):
            return self._take(place, int(given))
        if most is None:
            self.wrong(place, say("This must be at least {least}.", least=least))
        else:
            self.wrong(place, say("This must be a number from {least} to {most}.", least=least, most=most))
        return 0

    def switch(self, place: str) -> bool:
        """Yes or no."""
        given = self._text(self._table[place]).lower()
        if given not in {"true", "false"}:
            self.wrong(place, say("This must be true or false."))
        return self._take(place, given == "true")

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

    def secret(self, place: str, missing: str = "") -> str:
        """A secret; empty if there is none, or none that may be taken. ``missing`` is the mistake if there is none."""
        secret = self._table[place]
        assert isinstance(secret, Secret), place  # noqa: S101 - another kind of setting holds no secret
        if missing and not self.keys.is_there(secret):
            self.wrong(place, Sentence(missing, {"file": str(self.keys.file_of(secret))}))
        return self._take(place, self.keys.read(secret))

    def wrong(self, place: str, what: Sentence) -> None:
        """Remember a mistake, with the name of the option or variable, or the line of the file, that makes it."""
        name, given = self._outside(self._table[place])
        self.mistakes.append(say("{name}: {what}", name=name, what=what) if given else self._file.wrong(place, what))

    def _check_channels(self) -> None:
        if not self.channels:
            self.wrong(CHANNELS, say("Name at least one channel."))
        for name in self.channels:
            if name not in self.plugs:
                names = installed.names()
                near = get_close_matches(name, names, 1)
                hint = (
                    say("Did you mean “{name}”?", name=near[0])
                    if near
                    else say("Installed are: {names}.", names=", ".join(names))
                )
                self.wrong(CHANNELS, say("No channel “{name}” is installed. {hint}", name=name, hint=hint))

    def _text(self, setting: Setting) -> str:
        return self._outside(setting)[1] or str(self._kept(setting))

    def _kept(self, setting: Setting) -> Any:
        """What the settings file says, or else the default."""
        kept = self._file.get(setting)
        return setting.default if kept is None else kept

    def _outside(self, setting: Setting) -> tuple[str, str]:
        """The name of the option or variable that gives the setting, and its value; both empty if none does."""
        if self._options.get(setting.place):
            return setting.option, self._options[setting.place]
        given = self._environment.get(setting.variable, "").strip() if setting.variable else ""
        return (setting.variable, given) if given else ("", "")

    def _take(self, place: str, value: T) -> T:
        self.taken[place] = value
        return value
