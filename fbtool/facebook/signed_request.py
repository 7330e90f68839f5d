"""``signed_request``: how Facebook proves that a deauthorize or data-deletion call is its own.

Source: Meta, "Data deletion request callback". The signature covers the *encoded* payload.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from fbtool import base64url


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
        given = base64url.decode(signature)
        content = msgspec.json.decode(base64url.decode(payload))
    except (ValueError, msgspec.DecodeError, RecursionError):
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
