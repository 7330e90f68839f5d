"""What this computer remembers between two runs: accounts and people, never a secret."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from fbtool.language import N_
from fbtool.linking.network import clock
from fbtool.linking.system.files import folder_of_this_computer, locked, write_whole
from fbtool.problem import Problem


class NotebookDamaged(Problem):
    """The file holds something else than fbtool wrote."""

    code = "settings_damaged"
    what = N_("The settings of fbtool on this computer are damaged.")
    meaning = N_("The damaged file was kept as {kept}. Links and tokens at the gateway are not affected.")
    remedy = N_("Connect again with the account's connection code, then sign in.")


class NotebookUnusable(Problem):
    """The file cannot be read or written."""

    code = "settings_unusable"
    what = N_("fbtool cannot read or write its settings at {path} ({error}).")
    remedy = N_("Make the folder writable, or set FBTOOL_HOME to another one.")


class KnownPerson(msgspec.Struct, frozen=True):
    """Somebody who signed in on this computer."""

    id: str
    name: str
    expires_at: int
    """Unix seconds; 0 = no end is known."""

    @property
    def valid(self) -> bool:
        """Whether the end is not over yet; whether the sign-in is still good, only Facebook knows."""
        return not self.expires_at or clock.now() < self.expires_at


class KnownAccount(msgspec.Struct, frozen=True):
    """A messenger account that this computer was connected with."""

    address: str
    id: str
    name: str
    people: tuple[KnownPerson, ...] = ()
    """The last one to sign in comes first."""

    def is_at(self, address: str, account_id: str) -> bool:
        """Whether it is this account of this gateway."""
        return (self.address, self.id) == (address, account_id)


class Notes(msgspec.Struct, frozen=True):
    """The whole content."""

    accounts: tuple[KnownAccount, ...] = ()
    """The current one comes first."""

    def find(self, address: str, account_id: str) -> KnownAccount | None:
        """The account, if it is known."""
        return next((account for account in self.accounts if account.is_at(address, account_id)), None)

    def with_first(self, account: KnownAccount) -> "Notes":
        """The notes with ``account`` in the first place, instead of what was known of it."""
        others = (other for other in self.accounts if not other.is_at(account.address, account.id))
        return Notes((account, *others))

    def without(self, account: KnownAccount) -> "Notes":
        """The notes without ``account``."""
        return Notes(tuple(other for other in self.accounts if not other.is_at(account.address, account.id)))

    def with_changed(self, account: KnownAccount) -> "Notes":
        """The notes with ``account`` in the place of what was known of it; a new one comes last."""
        if self.find(account.address, account.id) is None:
            return Notes((*self.accounts, account))
        return Notes(tuple(account if old.is_at(account.address, account.id) else old for old in self.accounts))


class Notebook:
    """The file in which the notes are kept."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of_this_computer(cls) -> "Notebook":
        """The notebook of `folder_of_this_computer`."""
        return cls(folder_of_this_computer() / "settings.json")

    def read(self) -> Notes:
        """The notes; empty ones if there is no file yet.

        Raises:
            NotebookDamaged: the file holds something else; it was renamed, so that the next run starts anew.
            NotebookUnusable: the file cannot be read.
        """
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Notes)
        except FileNotFoundError:
            return Notes()
        except OSError as error:
            raise NotebookUnusable(path=self._path, error=error.strerror) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise NotebookDamaged(kept=self._set_aside()) from None

    def change(self, make: Callable[[Notes], Notes]) -> Notes:
        """Keep what ``make`` makes of the notes; no other program changes them meanwhile.

        Raises:
            NotebookDamaged, NotebookUnusable: the file cannot be read or written.
        """
        try:
            with locked(self._path):
                notes = make(self.read())
                write_whole(self._path, msgspec.json.format(msgspec.json.encode(notes)))
                return notes
        except OSError as error:
            raise NotebookUnusable(path=self._path, error=error.strerror) from None

    def try_out(self) -> Notes:
        """The notes, after it was proven that they can be changed; nothing new is left behind.

        Raises:
            NotebookDamaged, NotebookUnusable: they cannot be read or written.
        """
        trial = self._path.with_name(f"{self._path.name}.try")
        try:
            with locked(self._path):
                notes = self.read()
                write_whole(trial, msgspec.json.encode(notes))
                trial.unlink()
                return notes
        except OSError as error:
            raise NotebookUnusable(path=self._path, error=error.strerror) from None

    def _set_aside(self) -> Path:
        kept = self._path.with_name(f"{self._path.name}.damaged-{int(time.time())}")
        try:
            return self._path.replace(kept)
        except OSError as error:
            raise NotebookUnusable(path=self._path, error=error.strerror) from None
