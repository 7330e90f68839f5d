"""Secrets in files that only their owner may read, and the places where a secret may come from.

From the first of: the file that ``NAME_FILE`` names, the variable ``NAME`` itself, a systemd credential, the file that
the settings file names. Never from an argument: arguments are visible to everybody on the machine.
"""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fbtool.gateway.operation.settingsfile import SettingsFile
from fbtool.gateway.vault import KEY_BYTES
from fbtool.language import Sentence, say

MASTER_KEY = "master.key"
APP_SECRET = "app.secret"  # noqa: S105 - a file's name
EARLIER_SECRET = "app.secret.earlier"  # noqa: S105 - a file's name


@dataclass(frozen=True)
class Secret:
    """Where one secret may be."""

    variable: str
    credential: str
    """Its name as a systemd credential (``LoadCredential=``), and of its file in the data folder."""
    place: str
    """The setting that names its file."""


MASTER = Secret("FBTOOL_MASTER_KEY", MASTER_KEY, "keys.master_key_file")
ADMIN = Secret("FBTOOL_ADMIN_TOKEN", "admin.token", "keys.admin_token_file")
METRICS = Secret("FBTOOL_METRICS_TOKEN", "metrics.token", "keys.metrics_token_file")
APP = Secret("FBTOOL_APP_SECRET", APP_SECRET, "app.secret_file")
EARLIER = Secret("FBTOOL_APP_SECRET_EARLIER", EARLIER_SECRET, "app.earlier_secret_file")
DATABASE = Secret("FBTOOL_DATABASE_URL", "database.url", "database.url_file")
"""A secret because the address may hold a password."""
ALL = (MASTER, ADMIN, METRICS, APP, EARLIER, DATABASE)


class Keyring:
    """The secrets of one data folder; what cannot be read is added to ``mistakes``."""

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
        credentials = self._environment.get("CREDENTIALS_DIRECTORY", "")
        in_environment = any(self._environment.get(name) for name in (f"{secret.variable}_FILE", secret.variable))
        return in_environment or bool(credentials and Path(credentials, secret.credential).exists())

    def read(self, secret: Secret) -> str:
        """The secret, or nothing if there is none."""
        named = self._environment.get(f"{secret.variable}_FILE")
        if named:
            return self._text(Path(named), say("The file that {name} names", name=f"{secret.variable}_FILE"))
        if self._environment.get(secret.variable):
            return self._environment[secret.variable].strip()
        credentials = self._environment.get("CREDENTIALS_DIRECTORY", "")
        if credentials and Path(credentials, secret.credential).exists():
            return self._text(Path(credentials, secret.credential), say("The credential that systemd hands over"))
        file = self.file_of(secret)
        if file.exists():
            return self._text(file, say("The file that {name} names", name=secret.place))
        return ""

    def read_or_make(self, secret: Secret, make: Callable[[], str]) -> str:
        """The secret, made and kept in its file if there is none yet."""
        text = self.read(secret)
        if not text and not self.handed_over(secret):
            text = make()
            keep(self.file_of(secret), text)
        return text

    def _text(self, file: Path, what: Sentence) -> str:
        try:
            return file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self._mistakes.append(say("{what} cannot be read: {file}", what=what, file=file))
            return ""


def new_master_key() -> str:
    """A fresh master key as it is kept in a file."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def new_token() -> str:
    """A fresh token for the admin API or the metrics."""
    return secrets.token_urlsafe(32)


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
