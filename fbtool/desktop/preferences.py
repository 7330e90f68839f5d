"""What the window remembers between two starts: language, theme, size and place. Never a secret."""

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from fbtool.desktop.design_tokens import Mode
from fbtool.language import LANGUAGES
from fbtool.linking.system.files import folder_of_this_computer, write_whole
from fbtool.problem import Problem

SYSTEM = "system"
"""The value of a choice that follows the system."""


@dataclass(frozen=True)
class Preferences:
    """The choices; the defaults follow the system."""

    language: str = SYSTEM
    """``de``, ``en`` or `SYSTEM`."""
    theme: str = SYSTEM
    """``light``, ``dark`` or `SYSTEM`."""
    geometry: str = ""
    """As Tk writes it: ``1100x700+40+40``."""
    maximised: bool = False
    asked_for_version_at: int = 0
    """Unix seconds of the last question for a newer version."""
    tell_new_versions: bool = True

    def language_for(self, system: str) -> str:
        """The chosen language; without a choice the system's."""
        return self.language if self.language in LANGUAGES else system

    def mode_for(self, system: Mode) -> Mode:
        """The chosen theme; without a choice the system's."""
        return next((mode for mode in Mode if mode.value == self.theme), system)


class PreferencesFile:
    """The file with the choices. Losing it loses nothing of worth, so no trouble with it stops the window."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.now = self._read()

    @classmethod
    def of_this_computer(cls) -> "PreferencesFile":
        """Beside the settings of the tool."""
        return cls(folder_of_this_computer() / "window.json")

    def change(self, **changed: Any) -> None:
        """Keep other values of these names."""
        self.now = replace(self.now, **changed)
        try:
            write_whole(self._path, json.dumps(asdict(self.now), indent=2).encode())
        except (OSError, Problem):
            return

    def _read(self) -> Preferences:
        try:
            kept = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return Preferences()
        known = {field.name: type(field.default) for field in fields(Preferences)}
        named = {name: value for name, value in kept.items() if name in known} if isinstance(kept, dict) else {}
        if any(type(value) is not known[name] for name, value in named.items()):
            return Preferences()
        return Preferences(**named)
