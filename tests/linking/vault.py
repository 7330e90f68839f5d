"""A keyring backend as strict as Windows: at most 2,560 bytes of UTF-16 for an entry."""

import threading

LIMIT = 2560


class VaultError(Exception):
    """Carries a number, like an error of Windows, and repeats what it should not."""

    def __init__(self, number: int, value: str = "") -> None:
        super().__init__(number, f"The stub received bad data: {value}")
        self.winerror = number


class Vault:
    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.undecodable: set[tuple[str, str]] = set()
        """Entries whose bytes are no text."""
        self.forgetful = False
        self.gate: threading.Event | None = None
        self._countdown = 0
        self._number = 1783
        self._only_once = False

    def fail_at(self, call: int, *, number: int = 1783, only_once: bool = False) -> None:
        """Let the given call from now on fail, and all that follow; 0 = none."""
        self._countdown, self._number, self._only_once = call, number, only_once

    def get_password(self, service: str, username: str) -> str | None:
        self._step()
        if (service, username) in self.undecodable:
            # As every backend of keyring does with an entry that another program wrote (keyring#438, #554).
            return b"\xff\xfe\x00".decode("utf-8")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._step(password)
        if len(password.encode("utf-16-le")) > LIMIT:
            raise VaultError(1783, password)
        if not self.forgetful:
            self.undecodable.discard((service, username))
            self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._step()
        if (service, username) in self.undecodable:
            self.undecodable.remove((service, username))
            self.entries.pop((service, username), None)
            return
        if (service, username) not in self.entries:
            raise VaultError(1168)
        del self.entries[service, username]

    def _step(self, value: str = "") -> None:
        if self.gate is not None:
            self.gate.wait(10)
        if self._countdown == 0:
            return
        self._countdown -= 1
        if self._countdown == 0:
            self._countdown = 0 if self._only_once else 1
            raise VaultError(self._number, value)
