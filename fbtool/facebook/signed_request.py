"""``signed_request``: how Facebook proves that a deauthorize or data-deletion call is its own.

Source: Meta, "Data deletion request callback". The signature covers the *encoded* payload.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec


@dataclass(frozen=True)
class Request:
    """What is proven."""

    user_id: str
    """The person's app-scoped id: the admin who signed in, not a customer."""
    issued_at: int
    """Unix seconds; 0 if it was not told."""


def read(signed_request: str, secrets: Iterable[str]) -> Request | None:
    """The request, or None unless one of the app's ``secrets`` signed it. Constant time; never raises."""
    signature, _, payload = signed_request.partition(".")
    try:
        given = _decode(signature)
        content = msgspec.json.decode(_decode(payload))
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        return None
    known = False
    for secret in secrets:
        known |= hmac.compare_digest(hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest(), given)
    if not known or not isinstance(content, dict) or content.get("algorithm") != "HMAC-SHA256":
        return None
    user_id, issued_at = content.get("user_id"), content.get("issued_at")
    if not isinstance(user_id, str | int) or isinstance(user_id, bool):
        return None
    return Request(str(user_id), issued_at if isinstance(issued_at, int) and not isinstance(issued_at, bool) else 0)


def _decode(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
