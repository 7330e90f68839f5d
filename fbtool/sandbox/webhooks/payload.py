"""The bytes of a webhook and their two signatures (Meta, "Webhooks: Validate Payloads")."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from fbtool.sandbox.state.faults.kinds import WebhookTrouble


def wire_json(value: Any) -> bytes:
    r"""JSON as Facebook writes it: ASCII only, lower-case ``\uXXXX``, and ``\/`` for a slash."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def body(entries: list[dict[str, Any]], object_name: str = "page") -> bytes:
    r"""The JSON exactly as it is signed and sent: ASCII only, ``\uXXXX`` in lower case, ``\/`` for a slash."""
    return wire_json({"object": object_name, "entry": entries})


def headers(body: bytes, secret: str, trouble: WebhookTrouble | None = None) -> Mapping[str, str]:
    """What goes with ``body``: its type, the signature and the older SHA-1 one that is still sent in parallel."""
    key = (f"not {secret}" if trouble is WebhookTrouble.WRONG_SIGNATURE else secret).encode()
    plain = {"Content-Type": "application/json", "User-Agent": "facebookexternalua"}
    if trouble is WebhookTrouble.NO_SIGNATURE:
        return plain
    old = {"X-Hub-Signature": f"sha1={hmac.new(key, body, hashlib.sha1).hexdigest()}"}
    if trouble is WebhookTrouble.OLD_SIGNATURE:
        return plain | old
    return plain | old | {"X-Hub-Signature-256": f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}"}


def for_standby(item: dict[str, Any]) -> dict[str, Any]:
    """The item as an app sees it that does not control the thread: a postback comes without its payload."""
    if "postback" not in item:
        return item
    postback = {name: value for name, value in item["postback"].items() if name != "payload"}
    return item | {"postback": postback}
