"""Messenger accounts, their managers, and the tokens of both."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum

ROTATION_MS = 10 * 60_000
"""How long the earlier token goes on after a rotation, so that a CRM can be given the new one in between."""
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without the letters and digits that people mix up."""


class TokenKind(StrEnum):
    """What a token opens; its value is how the token begins."""

    ACCOUNT = "fbt"
    """All of one account."""
    WIDGET = "fbw"
    """The settings of a web chat account, and nothing else."""
    MANAGER = "fbm"
    """Making accounts, and managing those that were made with it."""


@dataclass(frozen=True)
class AccountToken:
    """What is kept of a token of an account."""

    hash: bytes
    """SHA-256 of the token: 256 random bits need no slow hash (those are for passwords)."""
    kind: TokenKind = TokenKind.ACCOUNT
    ends_ms: int | None = None
    """When it opens nothing any more, in unix milliseconds; None: it has not been replaced."""


@dataclass(frozen=True)
class Account:
    """What a CRM connects to."""

    id: str
    name: str
    channel: str
    """The one it serves, as its plug is called."""
    active: bool
    created: int
    """Unix seconds."""
    greeting: str = ""
    """Sent once to each customer, right after their first message; empty: nothing is sent."""
    avatar_url: str = ""
    """Where the account's picture is; empty: it has none."""
    manager_id: str | None = None
    """Who made it and may manage it, besides the operator."""
    tokens: tuple[AccountToken, ...] = ()


@dataclass(frozen=True)
class Manager:
    """Who may make accounts, and manage those."""

    id: str
    name: str
    token_hash: bytes
    created: int
    """Unix seconds."""


def new_id() -> str:
    """A short random id that can be read aloud."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


def new_token(owner_id: str, kind: TokenKind = TokenKind.ACCOUNT) -> str:
    """A fresh token of an account or manager. It is shown once; only its hash is kept."""
    return f"{kind}_{owner_id}_{secrets.token_urlsafe(32)}"


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def owner_id_in(token: str, kind: TokenKind = TokenKind.ACCOUNT) -> str | None:
    """The account or manager a token claims to belong to; None if it has not the form of such a token."""
    match = re.fullmatch(rf"{kind}_([a-z0-9]{{10}})_([A-Za-z0-9_-]{{43}})", token)
    return match[1] if match else None


def owns(account: Account | None, token: str, kind: TokenKind, now_ms: int) -> bool:
    """Whether ``token`` opens what this kind opens of the account.

    Takes the same time for a right token, a wrong one, one that has ended, and no account.
    """
    given, found = hash_of(token), False
    for one in account.tokens if account else (AccountToken(bytes(32)),):
        is_same = hmac.compare_digest(one.hash, given)
        opens = one.kind is kind and (one.ends_ms is None or now_ms < one.ends_ms)
        found |= is_same and opens
    return found and account is not None


def manages(manager: Manager | None, token: str) -> bool:
    """Whether ``token`` is the manager's token. Takes the same time for a wrong token and for no manager."""
    expected = manager.token_hash if manager else bytes(32)
    return hmac.compare_digest(expected, hash_of(token)) and manager is not None
