"""Links as rows: the columns and their order are the same in both databases."""

from collections.abc import Iterable, Sequence
from typing import Any

from fbtool.gateway.channels.facebook.links import Holder, Link, Reason
from fbtool.gateway.channels.facebook.store import PendingUnsubscribe
from fbtool.gateway.store.sources import Source

LINKS = (
    "SELECT page_id, account_id, name, linked_at, subscribed_fields, reason, reminded_of, check_at, version"
    " FROM facebook_link JOIN source ON source.id = page_id"
)
"""To be read by `link_of`."""
HOLDERS = (
    "SELECT person_id, person, token, linked_at, token_expires_at, data_access_expires_at, reason FROM facebook_holder"
)
"""To be read by `holder_of`."""


def source_of(link: Link) -> Source:
    """The source of a link: held while the link needs a person."""
    return Source(link.page_id, link.account_id, link.name, held=link.reason is not None)


def row_of(link: Link) -> tuple[Any, ...]:
    """A link's own row, after the change that is counted up by it."""
    return (
        link.page_id,
        link.linked_at,
        ",".join(link.subscribed_fields),
        link.reason.to_json() if link.reason else None,
        link.reminded_of,
        link.check_at_ms,
        link.version + 1,
    )


def link_of(row: Sequence[Any], holders: Iterable[Holder]) -> Link:
    """The link of a row of `LINKS`."""
    page_id, account_id, name, linked_at, fields, reason, reminded_of, check_at, version = row
    held_by = tuple(holders)
    return Link(
        page_id=page_id,
        account_id=account_id,
        name=name,
        linked_at=linked_at,
        subscribed_fields=tuple(fields.split(",")) if fields else (),
        holders=held_by,
        forsaken=Reason.from_json(reason) if reason and not held_by else None,
        reminded_of=reminded_of,
        check_at_ms=check_at,
        version=version,
    )


def holder_rows(link: Link) -> list[tuple[Any, ...]]:
    """The rows of those who hold a link."""
    return [
        (
            link.page_id,
            holder.person_id,
            rank,
            holder.person,
            holder.sealed_token,
            holder.linked_at,
            holder.token_expires_at,
            holder.data_access_expires_at,
            holder.reason.to_json() if holder.reason else None,
        )
        for rank, holder in enumerate(link.holders)
    ]


def holder_of(row: Sequence[Any]) -> Holder:
    """The holder of a row of `HOLDERS`."""
    person_id, person, token, linked_at, token_end, data_end, reason = row
    why = Reason.from_json(reason) if reason else None
    return Holder(person_id, person, bytes(token), linked_at, token_end, data_end, why)


def pending_of(row: Sequence[Any]) -> PendingUnsubscribe:
    """What a row of all columns says is to be done."""
    page_id, person_id, token, *times = row
    return PendingUnsubscribe(page_id, person_id, bytes(token), *times)
