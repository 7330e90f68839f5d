"""What a store writes and takes back to prove that it can: one of everything that comes and goes all the time."""

import os

from fbtool.gateway.store.inbox import Arrival, RoutedArrival, SentMark
from fbtool.gateway.store.outbox import QueuedMessage

_NAME = "rehearsal"


def arrival() -> RoutedArrival:
    """An event that uses everything an event may use; no two are the same."""
    key = os.urandom(16)
    sent = SentMark(key, _NAME, key, 0)
    one = Arrival(_NAME, key, 0, b"", conversation=key, time_ms=0, greets=_NAME, sent=sent)
    return RoutedArrival(one, _NAME, account_greets=True)


def outgoing() -> QueuedMessage:
    """An answer; no two are the same."""
    key = os.urandom(16)
    return QueuedMessage(key.hex(), _NAME, _NAME, key, b"", human=True, expires_ms=0)
