"""Secrets in a file that the operator of a headless computer has chosen."""

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from fbtool.language import N_
from fbtool.linking.local.secrets import check_length
from fbtool.linking.system.files import locked, write_whole
from fbtool.problem import Problem


class SecretsFileExposed(Problem):
    """Others can read the file."""

    code = "secrets_file_exposed"
    what = N_("Other people of this computer can read the secrets file {path}.")
    meaning = N_("fbtool neither reads nor writes it like that. What is in it must count as known to others.")
    remedy = N_("Make the file your own and private (chmod 600), then replace the tokens: connect and sign in again.")


class SecretsFileUnusable(Problem):
    """The file cannot be read or written, or holds something else."""

    code = "secrets_file_unusable"
    what = N_("The secrets file {path} cannot be used ({error}).")
    meaning = N_("FBTOOL_SECRETS_FILE names a file in which fbtool keeps tokens; it makes the file itself.")
    remedy = N_("Choose a path in a folder that you may write to, and no file that holds something else.")


class FileSecrets:
    """One JSON file: service → name → value, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        """Use the file at ``path``, which need not exist yet.

        Raises:
            SecretsFileExposed: others can read it.
            SecretsFileUnusable: it cannot be read.
        """
        self._path = path
        self._read()

    def __repr__(self) -> str:
        return f"FileSecrets({str(self._path)!r})"

    def get(self, service: str, name: str) -> str | None:
        """See `SecretStore.get`."""
        return self._read().get(service, {}).get(name)

    def set(self, service: str, name: str, value: str) -> None:
        """See `SecretStore.set`."""
        check_length(value)
        with self._changing() as values:
            values.setdefault(service, {})[name] = value

    def delete(self, service: str, name: str) -> None:
        """See `SecretStore.delete`."""
        with self._changing() as values:
            values.get(service, {}).pop(name, None)

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            with self._path.open("rb") as file:
                # The file that is open, not the one that may be there a moment later.
                if _exposed(os.fstat(file.fileno())):
                    raise SecretsFileExposed(path=self._path)
                return msgspec.json.decode(file.read(), type=dict[str, dict[str, str]])
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SecretsFileUnusable(path=self._path, error=error.strerror) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise SecretsFileUnusable(path=self._path, error="JSON") from None

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[str, dict[str, str]]]:
        """The content, to be changed; written afterwards if it was. Another program waits meanwhile."""
        try:
            with locked(self._path):
                before = self._read()
                values = {owner: dict(kept) for owner, kept in before.items()}
                yield values
                values = {owner: kept for owner, kept in values.items() if kept}
                if values != before:
                    write_whole(self._path, msgspec.json.encode(values))
        except OSError as error:
            raise SecretsFileUnusable(path=self._path, error=error.strerror) from None


def _exposed(facts: os.stat_result) -> bool:
    if sys.platform == "win32":
        return False  # the mode says nothing there; a person's own folder is private by its access list
    return bool(facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO)) or facts.st_uid != os.geteuid()
