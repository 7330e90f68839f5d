"""base64url without padding (RFC 4648 §5, §3.2): bytes as one word that needs no escaping in an address."""

import base64


def encode(value: bytes) -> str:
    """The word for ``value``."""
    return base64.urlsafe_b64encode(value).decode("ascii").rstrip("=")


def decode(word: str) -> bytes:
    """What a word stands for.

    Raises:
        ValueError: it is not base64url.
    """
    return base64.b64decode(word.encode("ascii") + b"=" * (-len(word) % 4), altchars=b"-_", validate=True)
