"""Secrets in files that only their owner may read, and the places where a secret may come from.

From the first of: the file that ``NAME_FILE`` names, the variable ``NAME`` itself, a systemd credential, the file that
the settings file names. Never from an argument: arguments are visible to everybody on the machine.
"""

import base64
import binascii
import os
import re
import secrets
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fbtool.gateway.operation.settingsfile import SettingsFile
from fbtool.gateway.vault import KEY_BYTES
from fbtool.language import Sentence, say

LEAST_CHARACTERS = 24
"""Of a token or an app's secret: who guesses it is let in, or believed. Meta's have 32, ours 43."""
MASTER_KEY = "master.key"
APP_SECRET = "app.secret"  # noqa: S105 - a file's name
EARLIER_SECRET = "app.secret.earlier"  # noqa: S105 - a file's name


def decoded_key(text: str) -> bytes | None:
    """The bytes of a master key's text; None if it is none."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def _weak_token(text: str) -> Sentence | None:
    if not re.fullmatch(r"[!-~]*", text):
        return say("it holds blanks, or other characters than letters, digits and signs")
    if len(text) < LEAST_CHARACTERS:
        return say("it has only {count} characters, and needs {least}", count=len(text), least=LEAST_CHARACTERS)
    return None


def _weak_key(text: str) -> Sentence | None:
    return say("it is not {count} bytes in base64", count=KEY_BYTES) if decoded_key(text) is None else None


@dataclass(frozen=True)
class Secret:
    """Where one secret may be, and when it is none."""

    variable: str
    credential: str
    """Its name as a systemd credential (``LoadCredential=``), and of its file in the data folder."""
    place: str
    """The setting that names its file."""
    weak: Callable[[str], Sentence | None] = _weak_token

    def weakness(self, text: str) -> Sentence | None:
        """Why ``text`` must not be taken, whichever way it came; None if it may."""
        return self.weak(text) if text else say("it is empty")


MASTER = Secret("FBTOOL_MASTER_KEY", MASTER_KEY, "keys.master_key_file", _weak_key)
ADMIN = Secret("FBTOOL_ADMIN_TOKEN", "admin.token", "keys.admin_token_file")
METRICS = Secret("FBTOOL_METRICS_TOKEN", "metrics.token", "keys.metrics_token_file")
APP = Secret("FBTOOL_APP_SECRET", APP_SECRET, "app.secret_file")
EARLIER = Secret("FBTOOL_APP_SECRET_EARLIER", EARLIER_SECRET, "app.earlier_secret_file")
DATABASE = Secret("FBTOOL_DATABASE_URL", "database.url", "database.url_file", lambda text: None)
"""A secret because the address may hold a password."""
ALL = (MASTER, ADMIN, METRICS, APP, EARLIER, DATABASE)


class Keyring:
    """The secrets of one data folder; what cannot be read or is too weak is added to ``mistakes``."""

    def __init__(
        self, data_dir: Path, file: SettingsFile, environment: Mapping[str, str], mistakes: list[Sentence]
    ) -> None:
        self._data_dir = data_dir
        self._file = file
        self._environment = environment
        self._mistakes = mistakes

    def file_of(self, secret: Secret) -> Path:
        """The file in which the secret is kept unless the environment or systemd hands it over."""
        return self._data_dir / (self._file.get(secret.place) or secret.credential)

    def handed_over(self, secret: Secret) -> bool:
        """Whether the environment or systemd hands the secret over, so that its file does not count."""
        return self._outside(secret) is not None

    def is_there(self, secret: Secret) -> bool:
        """Whether anything gives the secret, usable or not."""
        return self.handed_over(secret) or self.file_of(secret).exists()

    def read(self, secret: Secret) -> str:
        """The secret; nothing if there is none, or none that may be taken."""
        if not self.is_there(secret):
            return ""
        what, kept = self._outside(secret) or (
            say("The file that {name} names", name=secret.place),
            self.file_of(secret),
        )
        text = kept
        if isinstance(kept, Path):
            what = say("{what} ({file})", what=what, file=kept)
            try:
                text = kept.read_text("utf-8-sig")
            except (OSError, UnicodeDecodeError):
                self._mistakes.append(say("{what} cannot be read.", what=what))
                return ""
        text = str(text).strip()
        why = secret.weakness(text)
        if why is not None:
            self._mistakes.append(say("{what} holds no secret that can be used: {why}.", what=what, why=why))
            return ""
        return text

    def make(self, secret: Secret, text: str) -> None:
        """Keep a new secret in its file, unless something gives one already.

        Raises:
            OSError: the file cannot be written.
        """
        if not self.is_there(secret):
            keep(self.file_of(secret), text)

    def readable_by_others(self) -> Iterator[Path]:
        """The files in use that more people than their owner may read."""
        for secret in ALL:
            kept = (self._outside(secret) or ("", self.file_of(secret)))[1]
            if isinstance(kept, Path) and kept.exists() and others_may(kept):
                yield kept

    def _outside(self, secret: Secret) -> tuple[Sentence, Path | str] | None:
        """What hands the secret over from outside, and its file or itself."""
        name = f"{secret.variable}_FILE"
        if self._environment.get(name):
            return say("The file that {name} names", name=name), Path(self._environment[name])
        if self._environment.get(secret.variable):
            return say("The variable {name}", name=secret.variable), self._environment[secret.variable]
        credential = Path(self._environment.get("CREDENTIALS_DIRECTORY", ""), secret.credential)
        if self._environment.get("CREDENTIALS_DIRECTORY") and credential.exists():
            return say("The credential that systemd hands over"), credential
        return None


def others_may(path: Path) -> bool:
    """Whether more people than the owner may get at it."""
    # Windows keeps rights in access lists, which a mode does not show.
    return sys.platform != "win32" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def new_master_key() -> str:
    """A fresh master key as it is kept in a file."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def new_token() -> str:
    """A fresh token for the admin API or the metrics."""
    return secrets.token_urlsafe(32)


MADE = {MASTER: new_master_key, ADMIN: new_token, METRICS: new_token}
"""What we make ourselves if nobody gives it."""


def keep(file: Path, text: str) -> None:
    """Write a new file that only its owner may read; on Windows the folder's rights decide.

    Raises:
        FileExistsError: there is one already; a secret is never overwritten.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text + "\n")
        target.flush()
        os.fsync(target.fileno())
