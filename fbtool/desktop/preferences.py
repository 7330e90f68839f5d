"""What the window remembers between two starts: language, theme, size and place. Never a secret."""

from pathlib import Path

import msgspec

from fbtool.linking.files import write_whole
from fbtool.linking.notebook import folder_of_this_computer

SYSTEM = "system"
"""The value of a choice that follows the system."""


class Preferences(msgspec.Struct, frozen=True):
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


class PreferencesFile:
    """The file with the choices. Losing it loses nothing of worth, so no trouble with it stops the window."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.now = self._read()

    @classmethod
    def of_this_computer(cls) -> "PreferencesFile":
        """Beside the settings of the tool."""
        return cls(folder_of_this_computer() / "window.json")

    def change(self, **changed: object) -> None:
        """Keep other values of these names."""
        self.now = msgspec.structs.replace(self.now, **changed)
        try:
            write_whole(self._path, msgspec.json.format(msgspec.json.encode(self.now)))
        except OSError:
            return

    def _read(self) -> Preferences:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Preferences)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return Preferences()
