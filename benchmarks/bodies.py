"""Webhooks of Messenger by the ten thousand: 381 bytes each, all different, signed both ways."""

import hashlib
import hmac
import time
from dataclasses import dataclass
from pathlib import Path

LENGTH = 381
_SENDERS = 2000
_IN_A_MILLISECOND = 10


@dataclass(frozen=True)
class Sender:
    """Whose messages they are."""

    app_secret: str
    page_ids: tuple[str, ...]


def body(page_id: str, number: int, name: str, now_ms: int) -> bytes:
    """One text message, padded to `LENGTH` bytes as Facebook's usual ones are long."""
    customer = 7_300_000_000_000_000 + number % _SENDERS
    head = (
        f'{{"object":"page","entry":[{{"id":"{page_id}","time":{now_ms},"messaging":[{{"sender":{{"id":"{customer}"}},'
        f'"recipient":{{"id":"{page_id}"}},"timestamp":{now_ms},"message":{{"mid":"m_{name}_{number:08d}","text":"'
    )
    tail = '"}}]}]}'
    return (head + "x" * (LENGTH - len(head) - len(tail)) + tail).encode()


def write(file: Path, sender: Sender, count: int, name: str) -> Path:
    """Write ``count`` signed bodies, a line each: SHA-1, SHA-256, body. ``name`` makes them differ from others.

    Their times go up as people write one after the other, `_IN_A_MILLISECOND` at most.
    """
    secret, now_ms = sender.app_secret.encode(), time.time_ns() // 1_000_000
    with file.open("wb") as target:
        for number in range(count):
            page, at_ms = sender.page_ids[number % len(sender.page_ids)], now_ms + number // _IN_A_MILLISECOND
            text = body(page, number, name, at_ms)
            old = hmac.new(secret, text, hashlib.sha1).hexdigest().encode()
            new = hmac.new(secret, text, hashlib.sha256).hexdigest().encode()
            target.write(old + b" " + new + b" " + text + b"\n")
    return file
