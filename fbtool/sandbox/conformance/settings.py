"""What is tested, with which secrets, and how much may be sent."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from fbtool.address import read_address
from fbtool.sandbox.conformance.problems import AddressUnusable, NotThisComputer, SecretMissing, SettingFileUnreadable

MADE_UP_PAGES = ("100000000000091", "100000000000092")
"""Pages for endpoints that do not care which Pages exist."""


@dataclass(frozen=True)
class Target:
    """One webhook and what is known about it."""

    webhook: str
    secret: str = field(repr=False)
    earlier_secret: str = field(default="", repr=False)
    """The secret before a rotation, if the endpoint knows one."""
    verify_token: str = field(default="", repr=False)
    pages: tuple[str, ...] = MADE_UP_PAGES


@dataclass(frozen=True)
class RunLimits:
    """How much is sent and how long is waited. Times are seconds."""

    answer_within: float = 5.0
    """Facebook's own limit (Meta, "Webhooks for Messenger", 2026; older material says 20)."""
    give_up: float = 15.0
    """When a delivery that is still not answered is given up."""
    patience: float = 5.0
    """What has not arrived after so long without any news is lost."""
    quiet: float = 1.0
    """How long it must be quiet at the end before nothing more is expected."""
    batch: int = 1_000
    """Items of the large batch: the most that Facebook puts into one POST (documented)."""
    connections: int = 64


def own_address(address: str, *, is_mine: bool) -> str:
    """``address``, if it may be tested.

    Raises:
        AddressUnusable: it is no http address.
        NotThisComputer: it leads elsewhere and nobody said that the server is theirs.
    """
    read = read_address(address)
    if read is None or read.scheme not in ("http", "https"):
        raise AddressUnusable(address=address)
    if not is_mine and not read.is_this_computer:
        raise NotThisComputer(host=read.host)
    return address


def read_target(webhook: str, pages: tuple[str, ...]) -> Target:
    """A target with the secrets of the environment: arguments would be visible to everybody on the machine.

    Raises:
        SecretMissing, SettingFileUnreadable: there is nothing to sign with.
    """
    secret = _secret("FBTOOL_APP_SECRET")
    if not secret:
        raise SecretMissing
    verify_token = os.environ.get("FBTOOL_VERIFY_TOKEN", "").strip()
    return Target(webhook, secret, _secret("FBTOOL_APP_SECRET_EARLIER"), verify_token, pages)


def read_file(file: Path, name: str) -> str:
    """The text of a file that holds one secret; ``name`` is what named the file.

    Raises:
        SettingFileUnreadable: it cannot be read as text.
    """
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingFileUnreadable(name=name, file=file) from None


def _secret(name: str) -> str:
    file = os.environ.get(f"{name}_FILE")
    return read_file(Path(file), f"{name}_FILE") if file else os.environ.get(name, "").strip()
