"""Where secrets live: a small port, and which store this computer has (``secrets_keyring`` or ``secrets_file``).

A secret has a service (whose it is) and a name (which one). No store ever shows a value: not in its
``repr``, not in a problem, not in a log.
"""

import os
import secrets
from typing import Protocol

from fbtool.language import N_
from fbtool.linking.system.errors import path_in
from fbtool.problem import Problem
from fbtool.safe_text import utf16_length

SIZE_LIMIT = 16 * 1024
"""UTF-16 units of the longest secret; Facebook's tokens have some hundreds."""


class KeyringMissing(Problem):
    """There is no secret store on this computer that fbtool trusts."""

    code = "keyring_missing"
    what = N_("This computer has no secret store that fbtool can use.")
    meaning = N_(
        "Tokens belong into the secret store of the system (Windows Credential Manager, macOS Keychain, GNOME "
        "Keyring, KWallet). fbtool never writes them into a plain file by itself."
    )
    remedy = N_(
        "Either install or unlock a secret store (on Linux: gnome-keyring or KWallet, in a desktop session), or, on a "
        "server, choose a protected file yourself: set FBTOOL_SECRETS_FILE to its path."
    )


class SecretTooLong(Problem):
    """Nothing that is a token."""

    code = "secret_too_long"
    what = N_("A token is too long to be stored ({length} characters).")
    meaning = N_("No token of Facebook or of a gateway is that long; something else was received in its place.")
    remedy = N_("Sign in again. If it happens once more, tell the person who runs the gateway.")


class SecretStore(Protocol):
    """A place for secrets."""

    def get(self, service: str, name: str) -> str | None:
        """The secret, or None if there is none (or only a damaged one).

        Raises:
            Problem: the store does not work.
        """

    def set(self, service: str, name: str, value: str) -> None:
        """Store a secret in place of an earlier one. If it fails, the earlier one is still there.

        ``value`` is not empty.

        Raises:
            SecretTooLong: more than `SIZE_LIMIT`.
            Problem: the store does not work.
        """

    def delete(self, service: str, name: str) -> None:
        """Forget a secret; nothing happens if there is none.

        Raises:
            Problem: the store does not work.
        """


class SecretStoreForgets(Problem):
    """The store does not do what it says."""

    code = "secret_store_forgets"
    what = N_("The secret store takes a secret, but does not give it back.")
    remedy = N_("Unlock it, or sign in to this computer anew.")


def try_out(store: SecretStore) -> None:
    """Store a secret, read it, and delete it.

    Raises:
        SecretStoreForgets: it comes back different.
        Problem: the store does not work.
    """
    # A name of its own: several programs may try at once.
    name, value = f"try {secrets.token_hex(4)}", secrets.token_urlsafe(32)
    store.set("fbtool/try", name, value)
    try:
        kept = store.get("fbtool/try", name)
    finally:
        store.delete("fbtool/try", name)
    if kept != value:
        raise SecretStoreForgets


class MemorySecrets:
    """Keeps secrets for this run only."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], str] = {}

    def __repr__(self) -> str:
        return "MemorySecrets()"

    def get(self, service: str, name: str) -> str | None:
        """See `SecretStore.get`."""
        return self._values.get((service, name))

    def set(self, service: str, name: str, value: str) -> None:
        """See `SecretStore.set`."""
        check_length(value)
        self._values[service, name] = value

    def delete(self, service: str, name: str) -> None:
        """See `SecretStore.delete`."""
        self._values.pop((service, name), None)


def check_length(value: str) -> None:
    """Refuse what is no token.

    Raises:
        SecretTooLong: more than `SIZE_LIMIT`.
    """
    length = utf16_length(value)
    if length > SIZE_LIMIT:
        raise SecretTooLong(length=length)


FILE_SETTING = "FBTOOL_SECRETS_FILE"
"""The environment variable that chooses a file instead of the system's store."""


def secrets_of_this_computer() -> SecretStore:
    """The store that ``FBTOOL_SECRETS_FILE`` names, otherwise the system's.

    Raises:
        SettingWrong: ``FBTOOL_SECRETS_FILE`` names nobody's folder.
        KeyringMissing: the system has none, and no file was chosen.
        SecretsFileExposed: others can read the chosen file.
    """
    chosen = os.environ.get(FILE_SETTING, "").strip()
    if chosen:
        from fbtool.linking.local.secrets_file import FileSecrets

        return FileSecrets(path_in(FILE_SETTING, chosen))
    from fbtool.linking.local.secrets_keyring import KeyringSecrets, system_keyring

    return KeyringSecrets(system_keyring())
