"""Storing arrivals in SQLite, with one statement for each table: functions on an open transaction.

After each statement the writer's thread has to wait until the event loop lets go of the interpreter, so the number of
statements counts more than their size. docs/architecture.md has the figure.
"""

from collections.abc import Sequence
from itertools import compress

import apsw
import msgspec

from fbtool.gateway.store.inbox import RoutedArrival
from fbtool.gateway.store.sqlite import deduplication
from fbtool.gateway.store.sqlite.bulk import inserted, listed


def store(db: apsw.Connection, routed: Sequence[RoutedArrival], now_ms: int) -> list[bool]:
    """Store every arrival once, in their order; False for one that was stored before.

    An answer that one of them proves to be sent is settled.
    """
    settle(db, [one.arrival.sent.message_id for one in routed if one.arrival.sent is not None])
    given = [one.arrival for one in routed]
    names = (name for one in given for name in (one.fingerprint, *one.known_as))
    taken = deduplication.known(db, names)
    news = []
    for arrival in given:
        news.append(arrival.fingerprint not in taken and taken.isdisjoint(arrival.known_as))
        taken.add(arrival.fingerprint)
    fresh = list(compress(routed, news))
    rows = [(one.account_id, one.arrival.source_id, now_ms, one.arrival.body) for one in fresh]
    deduplication.note(db, [(one.arrival.item_ms, one.arrival.fingerprint) for one in fresh])
    inserted(db, "inbox (account_id, source_id, received, body)", rows)
    _note_conversations(db, fresh, now_ms)
    return news


def settle(db: apsw.Connection, message_ids: Sequence[str]) -> set[str]:
    """Forget the answers' content because their fate is known; returns those of which it was not known before."""
    if not message_ids:
        return set()
    query = """
        SELECT json_group_array(id) FROM outbox WHERE id IN (SELECT value FROM json_each(?)) AND state != 'done'"""
    (unsettled,) = next(iter(db.execute(query, (listed(message_ids),))))
    query = "UPDATE outbox SET state = 'done', body = NULL WHERE id IN (SELECT value FROM json_each(?))"
    db.execute(query, (unsettled,))
    return set(msgspec.json.decode(unsettled))


def _note_conversations(db: apsw.Connection, fresh: Sequence[RoutedArrival], now_ms: int) -> None:
    """Keep what new arrivals tell about their conversations."""
    for one in fresh:
        if one.may_greet:
            _plan_greeting(db, one, now_ms)
    opened: dict[bytes, tuple[bytes, str, int]] = {}
    sent = []
    for arrival in (one.arrival for one in fresh):
        if (conversation := arrival.conversation) is not None:
            earlier_ms = opened[conversation][2] if conversation in opened else 0
            opened[conversation] = conversation, arrival.source_id, max(arrival.time_ms, earlier_ms)
        if (mark := arrival.sent) is not None:
            sent.append((mark.mid, mark.message_id, mark.conversation, arrival.source_id, mark.sent_ms))
    later = "ON CONFLICT (conversation) DO UPDATE SET last_customer = max(last_customer, excluded.last_customer)"
    inserted(db, "reply_window", list(opened.values()), later)
    inserted(db, "sent", sent, "ON CONFLICT DO NOTHING")


def _plan_greeting(db: apsw.Connection, one: RoutedArrival, now_ms: int) -> None:
    """Let the customer wait for a greeting, unless the conversation is older than that."""
    # Who has an open window was in touch before the account greeted anybody.
    db.execute(
        "INSERT INTO greeted SELECT ?1, ?2, ?3, ?4"
        " WHERE NOT EXISTS (SELECT 1 FROM reply_window WHERE conversation = ?1)"
        " ON CONFLICT (conversation) DO UPDATE SET since = excluded.since",
        (one.arrival.conversation, one.arrival.source_id, now_ms, one.arrival.greets),
    )
