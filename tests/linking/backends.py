"""Backends that keyring itself can be told to use (``PYTHON_KEYRING_BACKEND``)."""

from keyring.backend import KeyringBackend


class Weak(KeyringBackend):
    """Pretends to protect; keyring rates such backends below 1."""

    priority = 0.5

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Recommended(Weak):
    priority = 5
