"""Secrets in the system's own store, through keyring.

Windows' Credential Manager takes at most 2,560 bytes of UTF-16 per entry (CRED_MAX_CREDENTIAL_BLOB_SIZE),
and Facebook's tokens may be longer. A long value is therefore cut into parts; the entry itself then is a
header ``fbtool:1:<number of parts>:<sha256>``. New parts are written under new names and read back
before the header points at them, so that a failure leaves the earlier value whole.
"""

import contextlib
import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from fbtool.language import N_
from fbtool.linking.local.secrets import KeyringMissing, check_length
from fbtool.linking.system.timeouts import StillRunning, within
from fbtool.problem import Problem

T = TypeVar("T")

PART_UNITS = 1200
"""UTF-16 units of one entry: 80 below the limit of Windows."""
PATIENCE = 5.0
"""Seconds that the store has for one call."""
_HEADER = "fbtool:1:"
_RESERVED = "fbtool:"


class KeyringSilent(Problem):
    """The store does not answer; it may be waiting for a person."""

    code = "keyring_silent"
    what = N_("The secret store of this computer does not answer.")
    meaning = N_("It may be waiting for its password in a window of its own, perhaps behind another one.")
    remedy = N_("Unlock the secret store, then try again.")


class KeyringRefused(Problem):
    """The store answers, and says no."""

    code = "keyring_refused"
    what = N_("The secret store of this computer refused ({error}).")
    meaning = N_("It may be locked, or this session may have no access to it (for example over the network).")
    remedy = N_(
        "Unlock the secret store, or work in a session at the computer itself, then try again. On a server set "
        "FBTOOL_SECRETS_FILE to the path of a protected file."
    )


class Backend(Protocol):
    """What is used of a keyring backend."""

    def get_password(self, service: str, username: str) -> str | None:
        """Read an entry."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Write an entry."""

    def delete_password(self, service: str, username: str) -> None:
        """Delete an entry."""


class KeyringSecrets:
    """The system's store, for values of any sensible length."""

    def __init__(self, backend: Backend, *, patience: float = PATIENCE) -> None:
        """Use ``backend``; each call to it may take ``patience`` seconds."""
        self._backend = backend
        self._patience = patience

    def __repr__(self) -> str:
        return f"KeyringSecrets({type(self._backend).__name__})"

    def get(self, service: str, name: str) -> str | None:
        """See `SecretStore.get`. Parts that do not fit together count as nothing."""
        entry = self._read(service, name)
        if not entry or not entry.startswith(_HEADER):
            return entry or None
        header = _Header.parse(entry)
        parts = [self._read(service, part) for part in header.names(name)] if header else []
        value = "".join(part or "" for part in parts)
        return value if header and _digest(value) == header.digest else None

    def set(self, service: str, name: str, value: str) -> None:
        """See `SecretStore.set`."""
        check_length(value)
        earlier = _Header.parse(self._read(service, name))
        parts = split(value)
        header = _Header(len(parts), _digest(value))
        whole = len(parts) == 1 and not value.startswith(_RESERVED)
        try:
            if not whole:
                for part_name, part in zip(header.names(name), parts, strict=True):
                    self._write(service, part_name, part)
            self._write(service, name, value if whole else str(header))
        except Problem:
            with contextlib.suppress(Problem):
                self._drop_unused(service, name, header)
            raise
        if earlier and (whole or earlier != header):
            self._forget(service, earlier.names(name))

    def delete(self, service: str, name: str) -> None:
        """See `SecretStore.delete`."""
        entry = self._read(service, name)
        if entry is None:
            return
        header = _Header.parse(entry)
        # The header first: half a value must never look like one.
        self._forget(service, [name, *(header.names(name) if header else [])])

    def _drop_unused(self, service: str, name: str, header: "_Header") -> None:
        """Delete the parts of a value whose header did not come to stand."""
        if self._read(service, name) != str(header):
            self._forget(service, header.names(name))

    def _forget(self, service: str, names: list[str]) -> None:
        for name in names:
            if self._read(service, name) is not None:
                self._call(self._backend.delete_password, _target(service, name), name)

    def _read(self, service: str, name: str) -> str | None:
        """An entry; None if there is none, empty if its bytes are no text: it can be replaced and deleted."""
        try:
            return self._call(self._backend.get_password, _target(service, name), name)
        except UnicodeDecodeError:
            return ""

    def _write(self, service: str, name: str, value: str) -> None:
        self._call(self._backend.set_password, _target(service, name), name, value)
        if self._read(service, name) != value:
            raise KeyringRefused(error="read back")

    def _call(self, function: Callable[..., T], *arguments: str) -> T:
        """Call the store; a locked one may never return."""
        try:
            return within(self._patience, lambda: function(*arguments))
        except StillRunning:
            raise KeyringSilent from None
        except UnicodeDecodeError:
            raise
        except Exception as error:  # backends raise whatever their system gives them
            raise KeyringRefused(error=_name_of(error)) from None


@dataclass(frozen=True)
class _Header:
    """The entry that stands for a long value."""

    count: int
    digest: str

    @classmethod
    def parse(cls, entry: str | None) -> "_Header | None":
        if entry is None or not entry.startswith(_HEADER):
            return None
        count, _, digest = entry.removeprefix(_HEADER).partition(":")
        return cls(int(count), digest) if count.isdecimal() and int(count) < 100 else None

    def names(self, name: str) -> list[str]:
        """The names of the parts. The digest in them makes every value a generation of its own."""
        return [f"{name}#{self.digest[:12]}.{position}" for position in range(self.count)]

    def __str__(self) -> str:
        return f"{_HEADER}{self.count}:{self.digest}"


def split(value: str) -> list[str]:
    """``value`` in parts of at most `PART_UNITS` UTF-16 units, without cutting a character."""
    parts, start, units = [], 0, 0
    for position, letter in enumerate(value):
        size = 2 if letter > "\uffff" else 1
        if units + size > PART_UNITS:
            parts.append(value[start:position])
            start, units = position, 0
        units += size
    return [*parts, value[start:]]


def system_keyring() -> Backend:
    """The store of this system; never one that only pretends to protect.

    Raises:
        KeyringMissing: there is none.
    """
    try:
        return _windows_vault() if sys.platform == "win32" else _recommended()
    except Problem:
        raise
    except Exception:  # a broken setting of keyring raises ImportError, RuntimeError, AttributeError …
        raise KeyringMissing from None


def _windows_vault() -> Backend:
    # Made directly: settings of keyring cannot bend the choice, and a frozen program needs no metadata.
    from keyring.backends.Windows import WinVaultKeyring

    vault: Any = WinVaultKeyring()  # type: ignore[no-untyped-call]
    if vault.priority < 1:
        raise KeyringMissing
    # The default would let the secrets wander with a roaming profile.
    vault.persist = "local machine"
    backend: Backend = vault
    return backend


def _recommended() -> Backend:
    import keyring.core

    keyring.core.init_backend(limit=keyring.core.recommended)
    backend = keyring.core.get_keyring()
    # A backend named by PYTHON_KEYRING_BACKEND or keyringrc.cfg has not passed the limit.
    if not keyring.core.recommended(backend):
        raise KeyringMissing
    return backend


def _target(service: str, name: str) -> str:
    # Credential Manager knows one user per target: a target of its own for each entry avoids that keyring
    # renames earlier ones.
    return f"{service}/{name}"


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _name_of(error: Exception) -> str:
    # Never the text: it may repeat what was to be stored. Windows' number (1312, 1783 …) helps support.
    number = getattr(error, "winerror", None)
    return f"{type(error).__name__} {number}" if isinstance(number, int) else type(error).__name__
