"""What Messenger sends to a webhook, made by hand for the tests."""

import hashlib
import hmac
import json
import time
from typing import Any

import requests

from tests.gateway.conftest import APP, CUSTOMER, PAGE


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def message(
    mid: str, text: str = "Hallo", *, customer: str = CUSTOMER, page: str = PAGE, age_ms: int = 0
) -> dict[str, Any]:
    return {
        "sender": {"id": customer},
        "recipient": {"id": page},
        "timestamp": now_ms() - age_ms,
        "message": {"mid": mid, "text": text},
    }


def delivery(*items: Any, page: str = PAGE) -> bytes:
    return json.dumps({"object": "page", "entry": [{"id": page, "time": now_ms(), "messaging": list(items)}]}).encode()


def signature(body: bytes, secret: str = APP.secret) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def deliver(address: str, body: bytes, signed: str | None = None) -> int:
    headers = {"X-Hub-Signature-256": signature(body) if signed is None else signed}
    return requests.post(f"{address}/facebook/webhook", data=body, headers=headers, timeout=30).status_code
