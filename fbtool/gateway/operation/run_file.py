"""Tells other commands on this computer that a gateway runs on a data folder, where, and how it proves itself.

The gateway writes its address and a fresh secret into a file that only its owner may read. A command sends the secret
only to who has shown that he knows it already: after a crash the file stays behind, and anybody may listen there now.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from fbtool.gateway.operation.secret_files import keep

_FILE = "running"


@dataclass(frozen=True)
class Announcement:
    """A gateway on this computer, as it announced itself; it may have died since without taking this back."""

    address: str
    secret: str = field(repr=False)
    """Of this run only. Opens the admin API, as the admin token does."""

    def proof(self, nonce: str) -> str:
        """What only this gateway answers to ``nonce``."""
        # The address is part of it, so that a stranger cannot have another gateway answer in his place.
        told = f"fbtool gateway at {self.address}: {nonce}"
        return hmac.new(self.secret.encode(), told.encode(), hashlib.sha256).hexdigest()


def announced(data_dir: Path) -> Announcement | None:
    """What is announced for the data folder; without a secret if it is not one of ours.

    Raises:
        OSError: it cannot be read.
    """
    try:
        address, _, secret = (data_dir / _FILE).read_text("ascii", "replace").strip().partition("\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Announcement(address.strip(), secret.strip()) if address else None


class RunFile:
    """The announcement of one gateway, there while it runs."""

    def __init__(self, data_dir: Path, address: str) -> None:
        self.announcement = Announcement(address, secrets.token_urlsafe(32))
        self._file = data_dir / _FILE
        self._announced = False

    def announce(self) -> None:
        """Write it down, at once or not at all."""
        coming = self._file.with_name(_FILE + ".new")
        coming.unlink(missing_ok=True)
        keep(coming, f"{self.announcement.address}\n{self.announcement.secret}")
        os.replace(coming, self._file)
        self._announced = True

    def forget(self) -> None:
        """Take back what this object announced; a second gateway that could not start leaves the first one's."""
        if self._announced:
            self._announced = False
            with contextlib.suppress(FileNotFoundError):
                self._file.unlink()
