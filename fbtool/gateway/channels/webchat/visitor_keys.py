"""Who a visitor is: numbers, keys and tickets that are sealed, so that nothing has to be kept about them.

A visitor's *number* follows from the account and the id of the first message. So a first message that is sent again,
because its answer was lost, has the same number at every gateway, and its conversation is the same one. Whoever knows
that id could ask for the key: it is a secret of the browser's, and is told to nobody.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from fbtool import base64url
from fbtool.gateway.channels.webchat import NAME
from fbtool.gateway.vault import Conversation, ConversationKey, Vault

KEY_BYTES = 64
"""What is wanted of `Vault.key`: AES-SIV with 256 bits takes two keys."""
NUMBER_BYTES = 16
TICKET_FROM_MS = 2_000
"""Who writes earlier has not typed."""
TICKET_UNTIL_MS = 2 * 3600 * 1000
MESSAGE_AHEAD_MS = 10 * 60_000
MESSAGE_AGE_MS = 6 * 24 * 3600 * 1000
"""How old a message may be that a browser brings: a day less than repetitions are recognised."""
_MESSAGE_ID = re.compile(r"([0-9a-f]{11})-[0-9a-f]{32}")
_TIME_BYTES = 6
_NONCE_BYTES = 8
_PREFIX_BYTES = 16


class VisitorKey(NamedTuple):
    """What a key holds."""

    number: bytes
    """Of the visitor."""
    issued_ms: int
    """From then on its life is counted."""

    def ends_ms(self, days: int) -> int:
        """When it opens nothing any more."""
        return self.issued_ms + days * 24 * 3600 * 1000


class Ticket(NamedTuple):
    """What a ticket holds."""

    issued_ms: int
    prefix: bytes
    """Stands for the network it was fetched from."""
    bits: int
    """How much work it asks for."""


class Visitor(NamedTuple):
    """A visitor of an account's chat, as the gateway's core and the store know them."""

    account_id: str
    source_id: str
    fingerprint: bytes
    """By which ended keys are refused."""
    conversation: Conversation


def source_of(account_id: str) -> str:
    """The only source of an account."""
    return f"{NAME}:{account_id}"


def visitor_of(vault: Vault, account_id: str, number: bytes) -> Visitor:
    """The visitor of a number."""
    return visitor_at(vault, account_id, ConversationKey(source_of(account_id), number.hex()))


def visitor_at(vault: Vault, account_id: str, key: ConversationKey) -> Visitor:
    """The visitor of a conversation."""
    fingerprint = vault.fingerprint(f"webchat visitor {key.source_id} {key.customer}".encode())
    return Visitor(account_id, key.source_id, fingerprint, vault.conversation(key))


class VisitorKeys:
    """Makes and reads them for one gateway, and every other one of the same database.

    Args:
        secret: what the vault derives for a purpose, of this length.
    """

    def __init__(self, secret: Callable[[str, int], bytes]) -> None:
        self._keys = AESSIV(secret("webchat keys", KEY_BYTES))
        self._tickets = AESSIV(secret("webchat tickets", KEY_BYTES))
        self._numbers = secret("webchat visitor numbers", KEY_BYTES)
        self._prefixes = secret("webchat networks", KEY_BYTES)

    def number(self, account_id: str, message_id: str) -> bytes:
        """The visitor whose first message has this id."""
        value = f"{account_id} {message_id}".encode()
        return hashlib.blake2b(value, key=self._numbers, digest_size=NUMBER_BYTES).digest()

    def key(self, account_id: str, visitor: VisitorKey) -> str:
        """The key as the browser keeps it; always the same for the same value."""
        return self._sealed(self._keys, account_id, visitor.number + _packed(visitor.issued_ms))

    def visitor(self, account_id: str, key: str) -> VisitorKey | None:
        """What a key holds; None if this account never gave it out."""
        value = self._opened(self._keys, account_id, key)
        return VisitorKey(value[:NUMBER_BYTES], _unpacked(value[NUMBER_BYTES:])) if value else None

    def new_ticket(self, account_id: str, address: str, bits: int, now_ms: int) -> str:
        """A ticket for whoever asks from this address prefix."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self._sealed(self._tickets, account_id, _packed(now_ms) + self._network(address) + bytes([bits]) + nonce)

    def ticket(self, account_id: str, ticket: str) -> Ticket | None:
        """What a ticket holds; None if this account never gave it out."""
        value = self._opened(self._tickets, account_id, ticket)
        if value is None:
            return None
        end = _TIME_BYTES + _PREFIX_BYTES
        return Ticket(_unpacked(value[:_TIME_BYTES]), value[_TIME_BYTES:end], value[end])

    def fits(self, ticket: Ticket, address: str, now_ms: int) -> bool:
        """Whether it is neither too young nor too old, and was fetched from this address prefix."""
        in_time = TICKET_FROM_MS <= now_ms - ticket.issued_ms <= TICKET_UNTIL_MS
        return in_time and secrets.compare_digest(ticket.prefix, self._network(address))

    def _network(self, address: str) -> bytes:
        return hashlib.blake2b(address.encode(), key=self._prefixes, digest_size=_PREFIX_BYTES).digest()

    def _sealed(self, cipher: AESSIV, account_id: str, value: bytes) -> str:
        return base64url.encode(cipher.encrypt(value, [account_id.encode()]))

    def _opened(self, cipher: AESSIV, account_id: str, word: str) -> bytes | None:
        try:
            return cipher.decrypt(base64url.decode(word), [account_id.encode()])
        except (InvalidTag, ValueError):
            return None


def message_ms(message_id: str, now_ms: int) -> int | None:
    """The time in the id of a visitor's message; None if the id is none, or its time is too far away."""
    match = _MESSAGE_ID.fullmatch(message_id)
    if match is None:
        return None
    time_ms = int(match[1], 16)
    return time_ms if -MESSAGE_AGE_MS <= time_ms - now_ms <= MESSAGE_AHEAD_MS else None


def _packed(time_ms: int) -> bytes:
    return time_ms.to_bytes(_TIME_BYTES, "big")


def _unpacked(value: bytes) -> int:
    return int.from_bytes(value, "big")
