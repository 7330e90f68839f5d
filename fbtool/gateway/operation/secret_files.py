"""Secrets in files that only their owner may read, and the places where a secret may come from.

From the first of: the file that ``NAME_FILE`` names, the variable ``NAME`` itself, a systemd credential, the file that
the settings file names. Never from an argument: arguments are visible to everybody on the machine.
"""

import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fbtool.gateway.operation.settings_file import SettingsFile
from fbtool.gateway.setting import Secret
from fbtool.language import Sentence, say


class Keyring:
    """The secrets of one data folder; what cannot be read or is too weak is added to ``mistakes``."""

    def __init__(
        self,
        data_dir: Path,
        file: SettingsFile,
        environment: Mapping[str, str],
        mistakes: list[Sentence],
        secrets: Sequence[Secret],
    ) -> None:
        self.secrets = secrets
        """All there may be."""
        self._data_dir = data_dir
        self._file = file
        self._environment = environment
        self._mistakes = mistakes

    def file_of(self, secret: Secret) -> Path:
        """The file in which the secret is kept unless the environment or systemd hands it over."""
        return self._data_dir / (self._file.get(secret) or secret.credential)

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

    def make(self, secret: Secret) -> None:
        """Keep a new secret in its file, unless something gives one already or it is not ours to make.

        Raises:
            OSError: the file cannot be written.
        """
        if secret.new is not None and not self.is_there(secret):
            keep(self.file_of(secret), secret.new())

    def files(self) -> list[Path]:
        """The files of the secrets that are not handed over from outside."""
        return [self.file_of(secret) for secret in self.secrets if not self.handed_over(secret)]

    def readable_by_others(self) -> Iterator[Path]:
        """The files in use that more people than their owner may read."""
        for secret in self.secrets:
            kept = (self._outside(secret) or ("", self.file_of(secret)))[1]
            if isinstance(kept, Path) and kept.exists() and others_may(kept):
                yield kept

    def _outside(self, secret: Secret) -> tuple[Sentence, Path | str] | None:
        """What hands the secret over from outside, and its file or itself."""
        name, itself = secret.variable, secret.variable.removesuffix("_FILE")
        if self._environment.get(name):
            return say("The file that {name} names", name=name), Path(self._environment[name])
        if self._environment.get(itself):
            return say("The variable {name}", name=itself), self._environment[itself]
        credential = Path(self._environment.get("CREDENTIALS_DIRECTORY", ""), secret.credential)
        if self._environment.get("CREDENTIALS_DIRECTORY") and credential.exists():
            return say("The credential that systemd hands over"), credential
        return None


def others_may(path: Path) -> bool:
    """Whether more people than the owner may get at it."""
    # Windows keeps rights in access lists, which a mode does not show.
    return sys.platform != "win32" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


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
