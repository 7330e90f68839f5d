"""Who takes an account's events: one consumer at a time, so that no event is handled twice and the order is kept.

A consumer has a name. Each of its requests draws a ticket, and a newer one replaces an older one of the same
name: a CRM that was restarted goes on at once, although its earlier connection may still hang somewhere. A
consumer of another name is refused until the first has been away for a while.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Consumer:
    """One request, or one stream, that takes an account's events."""

    account_id: str
    name: str
    ticket: str
    """Random; tells two requests of the same name apart."""
    since_ms: int
    """Since when the consumer of this name takes the events."""
    until_ms: int
    """When its place is free for another name, unless it comes again."""


def claimed(holder: Consumer | None, wanted: Consumer, now_ms: int) -> Consumer:
    """Who takes the events once ``wanted`` has asked for them."""
    if holder is None or holder.until_ms <= now_ms:
        return wanted
    if holder.name != wanted.name:
        return holder
    return replace(wanted, since_ms=holder.since_ms)
