"""What Facebook's channel keeps beside the core: links, who holds them, and what is left to be done at Facebook.

The source of a link is its Page: the account, the name, and whether answers are held back, are kept there and nowhere
else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fbtool.gateway.channels.facebook.links import Link
from fbtool.gateway.store.inbox import RoutedArrival


@dataclass(frozen=True)
class PendingUnsubscribe:
    """A Page that is not linked any more and whose subscription at Facebook has yet to end."""

    page_id: str
    person_id: str
    """Whose token it is; empty without one."""
    sealed_token: bytes = field(repr=False)
    """Empty: only the app's own token is left to ask with."""
    since_ms: int
    due_ms: int
    tries: int = 0


@dataclass(frozen=True)
class Deletion:
    """A request to delete a person's data that was carried out. Nothing in it leads to the person."""

    code: str
    done_ms: int
    tokens: int
    pages: int


class LinkStore(Protocol):
    """Every method may raise `StoreUnavailable`."""

    async def link(self, page_id: str) -> Link | None:
        """The link of a Page."""

    async def links(self, account_id: str) -> list[Link]:
        """The links of an account by name."""

    async def links_of_pages(self, page_ids: Sequence[str]) -> dict[str, Link]:
        """The links of Pages, by Page; those that are not linked are left out."""

    async def links_of_person(self, person_id: str) -> list[Link]:
        """The links, of whichever account, that this person holds."""

    async def due_links(self, now_ms: int, limit: int) -> list[Link]:
        """The links whose time to be looked after has come, the longest overdue first."""

    async def next_check_ms(self) -> int | None:
        """When a link has to be looked after, or a subscription to be ended, next; None if there are none."""

    async def hasten_checks(self, now_ms: int, within_ms: int) -> None:
        """Look after every link within this time, spread at random over it."""

    async def keep_link(self, link: Link, news: Sequence[RoutedArrival], now_ms: int) -> bool:
        """Keep the link, hold its answers back if it needs a person, and store the events that tell of its change.

        All or nothing. False, and nothing is changed, unless ``link.version`` is the one in the database (0: no such
        link yet); it is counted up here. The end of the Page's subscription is not wanted any more.
        """

    async def remove_link(self, page_id: str, pending: PendingUnsubscribe | None = None) -> None:
        """Forget the link, its tokens and its source, and keep what is left to be done at Facebook.

        Waiting events stay until acknowledged.
        """

    async def add_unsubscribe(self, pending: PendingUnsubscribe) -> bool:
        """Keep what is to be done at Facebook; False if the Page is linked, or it is kept already."""

    async def due_unsubscribes(self, now_ms: int, again_ms: int) -> list[PendingUnsubscribe]:
        """The subscriptions that are to be ended now; they are due again at ``again_ms`` unless that is ended."""

    async def keep_unsubscribe(self, pending: PendingUnsubscribe) -> None:
        """Replace what is to be done for the Page, if there still is something."""

    async def end_unsubscribe(self, page_id: str) -> None:
        """Facebook confirmed the end of the subscription, or it is given up."""

    async def forget_tokens_of(self, person_id: str) -> int:
        """Delete the person's tokens that wait for the end of a subscription; returns how many there were."""

    async def add_deletion(self, deletion: Deletion) -> None:
        """Keep that a person's data was deleted."""

    async def deletion(self, code: str) -> Deletion | None:
        """What was done under this confirmation code."""
