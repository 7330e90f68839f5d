"""Tells other commands on this computer that a gateway runs on a data folder, and where."""

import contextlib
from pathlib import Path


class Running:
    """A small file beside the database, there while the gateway runs."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "running"
        self._announced = False

    def announce(self, address: str) -> None:
        """Write down the address on this computer."""
        self._file.write_text(address + "\n", "ascii")
        self._announced = True

    def address(self) -> str | None:
        """The address that was announced; the gateway may have died since without taking it back."""
        try:
            return self._file.read_text("ascii").strip() or None
        except FileNotFoundError:
            return None

    def forget(self) -> None:
        """Take back what this object announced; a second gateway that could not start leaves the first one's."""
        if self._announced:
            self._announced = False
            with contextlib.suppress(FileNotFoundError):
                self._file.unlink()
