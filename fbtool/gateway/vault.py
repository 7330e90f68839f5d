"""Everything the gateway keeps secret: tokens and waiting content at rest, ids that tell nothing.

One *master key* lives outside the database and wraps one random *data key* inside it. Replacing the master
key therefore re-wraps 32 bytes and changes nothing else: conversation ids stay the same for ever.
"""

import hashlib
import os
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fbtool import base64url
from fbtool.language import N_
from fbtool.problem import Problem

KEY_BYTES = 32
_PURPOSE = b"data key"
_SIV_BYTES = 16
"""AES-SIV begins with a MAC of what it seals (RFC 5297): a fingerprint for which nothing more has to be reckoned."""
_NONCE_BYTES = 12
"""96 bits, drawn at random: with AES-GCM safe for 2^32 values under one key."""


class MasterKeyWrong(Problem):
    """The key does not fit the database."""

    code = "master_key_wrong"
    what = N_("The master key does not fit this gateway's data.")
    meaning = N_("The data was written with another key. Without that key its tokens cannot be read.")
    remedy = N_(
        "Use the master key this data was made with; it may be in a backup of the key file, or at "
        "another gateway that shares the database."
    )


class ConversationKey(NamedTuple):
    """A customer at a source: what a conversation id stands for."""

    source_id: str
    customer: str


class Conversation(NamedTuple):
    """What stands for a `ConversationKey`: outside, and in what the gateway keeps."""

    id: str
    """Always the same for the same customer and source, and readable only here."""
    fingerprint: bytes
    """16 bytes by which reply windows and the order of answers are kept."""


def new_data_key(master: bytes) -> bytes:
    """A fresh data key, wrapped by the master key, to be kept in the database."""
    return _seal(AESGCM(master), os.urandom(KEY_BYTES), _PURPOSE)


def rewrapped(wrapped: bytes, old: bytes, new: bytes) -> bytes:
    """The same data key, wrapped by another master key.

    Raises:
        MasterKeyWrong: ``old`` does not open it.
    """
    try:
        return _seal(AESGCM(new), _open(AESGCM(old), wrapped, _PURPOSE), _PURPOSE)
    except InvalidTag:
        raise MasterKeyWrong from None


class Vault:
    """Seals and opens with keys derived from the data key.

    Raises:
        MasterKeyWrong: the master key does not open the wrapped data key.
    """

    def __init__(self, master: bytes, wrapped: bytes) -> None:
        try:
            data_key = _open(AESGCM(master), wrapped, _PURPOSE)
        except InvalidTag:
            raise MasterKeyWrong from None
        self._content = AESGCM(_derive(data_key, b"content", KEY_BYTES))
        self._tokens = AESGCM(_derive(data_key, b"page tokens", KEY_BYTES))
        self._conversations = AESSIV(_derive(data_key, b"conversation ids", 2 * KEY_BYTES))
        self._files = AESSIV(_derive(data_key, b"attachment references", 2 * KEY_BYTES))
        self._fingerprints = _derive(data_key, b"fingerprints", KEY_BYTES)
        self._verify_token = _derive(data_key, b"webhook verify token", 24)
        self._of_channels = _derive(data_key, b"channels", KEY_BYTES)

    def __repr__(self) -> str:
        return "Vault(…)"

    @property
    def verify_token(self) -> str:
        """The word by which Facebook's verification call proves that it belongs to our registration."""
        return base64url.encode(self._verify_token)

    def key(self, purpose: str, length: int) -> bytes:
        """A secret key of a channel's own, always the same for the same purpose."""
        return _derive(self._of_channels, purpose.encode(), length)

    def seal_token(self, source_id: str, token: str) -> bytes:
        """Encrypt a platform's token; the result opens for this source only."""
        return _seal(self._tokens, token.encode(), source_id.encode())

    def open_token(self, source_id: str, sealed: bytes) -> str:
        """Decrypt what `seal_token` made."""
        return _open(self._tokens, sealed, source_id.encode()).decode()

    def seal(self, content: bytes, bound_to: str) -> bytes:
        """Encrypt waiting content; it opens only with the same ``bound_to``."""
        return _seal(self._content, content, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """Decrypt what `seal` made."""
        return _open(self._content, sealed, bound_to.encode())

    def conversation(self, address: ConversationKey) -> Conversation:
        """What stands for the address.

        The customer's id is inside the conversation's, encrypted, so the gateway needs no table of conversations, and
        nobody can make up the id of somebody who never wrote.
        """
        sealed = self._conversations.encrypt(f"{address.source_id} {address.customer}".encode(), None)
        return Conversation(base64url.encode(sealed), sealed[:_SIV_BYTES])

    def address_of(self, conversation_id: str) -> ConversationKey | None:
        """What a conversation's id stands for; None if this gateway never gave it out."""
        parts = _parts(self._conversations, conversation_id)
        return ConversationKey(*parts) if parts else None

    def fingerprint_of(self, conversation_id: str) -> bytes:
        """What an id begins with that is surely ours, as in an event that we have sealed; it is not proven."""
        return base64url.decode(conversation_id)[:_SIV_BYTES]

    def file_reference(self, source_id: str, url: str) -> str:
        """A word that stands for a file a customer sent to the source; readable only here, and always the same."""
        return base64url.encode(self._files.encrypt(f"{source_id} {url}".encode(), None))

    def file_of(self, reference: str) -> tuple[str, str] | None:
        """The source and the address that `file_reference` was made for; None if this gateway never made it."""
        return _parts(self._files, reference)

    def fingerprint(self, value: bytes) -> bytes:
        """16 bytes that recognise ``value`` again and tell nothing about it without the key."""
        # A keyed BLAKE2 is a MAC by itself; HMAC-SHA256, cut to the same length, takes three times as long (measured).
        return hashlib.blake2b(value, key=self._fingerprints, digest_size=16).digest()


def _derive(key: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"fbtool gateway: " + purpose).derive(key)


def _seal(cipher: AESGCM, value: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, value, bound_to)


def _open(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)


def _parts(cipher: AESSIV, word: str) -> tuple[str, str] | None:
    """Both halves of what was sealed, before the first blank and behind it; None if it was not."""
    try:
        packed = base64url.decode(word)
        source_id, _, rest = cipher.decrypt(packed, None).decode().partition(" ")
    except (InvalidTag, ValueError):
        return None
    return source_id, rest
