"""Messenger accounts and their tokens."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

_TOKEN = re.compile(r"fbt_([a-z0-9]{10})_([A-Za-z0-9_-]{43})")
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without the letters and digits that people mix up."""


@dataclass(frozen=True)
class Account:
    """What a CRM connects to."""

    id: str
    name: str
    channel: str
    """The one it serves, as its plug is called."""
    active: bool
    token_hash: bytes
    """SHA-256 of the token: 256 random bits need no slow hash (those are for passwords)."""
    created: int
    """Unix seconds."""
    greeting: str = ""
    """Sent once to each customer, right after their first message; empty: nothing is sent."""
    avatar_url: str = ""
    """Where the account's picture is; empty: it has none."""


def new_id() -> str:
    """A short random id that can be read aloud."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


def new_token(account_id: str) -> str:
    """A fresh token of the account. It is shown once; only its hash is kept."""
    return f"fbt_{account_id}_{secrets.token_urlsafe(32)}"


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def account_id_in(token: str) -> str | None:
    """The account a token claims to belong to; None if it has not the form of a token."""
    match = _TOKEN.fullmatch(token)
    return match[1] if match else None


def owns(account: Account | None, token: str) -> bool:
    """Whether ``token`` is the account's token. Takes the same time for a wrong token and for no account."""
    expected = account.token_hash if account else bytes(32)
    return hmac.compare_digest(expected, hash_of(token)) and account is not None
