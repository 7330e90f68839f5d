"""What Facebook tells of people who signed in: they removed the app, or want their data deleted.

A person here is an admin. Customers are known by other ids, and what they write is gone once it is acknowledged.
"""

import secrets
from collections.abc import Callable

from fbtool.facebook.errors import FacebookError
from fbtool.gateway.channels.facebook.link_repository import LinkRepository
from fbtool.gateway.channels.facebook.links import Link, Reason
from fbtool.gateway.channels.facebook.problems import PersonForgotten
from fbtool.gateway.channels.facebook.store import Deletion, LinkStore
from fbtool.gateway.clock import now_ms

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that people mix up."""
_CODE_LENGTH = 16
_SKEW_SECONDS = 60
"""By so much Facebook's clock may be behind ours."""
_APP_REMOVED = 190, 458


class DataRequests:
    """Does to the links of a person what Facebook's two calls ask for."""

    def __init__(self, links: LinkStore, repository: LinkRepository, clock: Callable[[], int] = now_ms) -> None:
        self._links = links
        self._repository = repository
        self._clock = clock

    async def deauthorized(self, person_id: str, issued_at: int) -> int:
        """The person removed the app: their tokens are dead and forgotten. Returns how many links that concerned.

        ``issued_at`` (unix seconds; 0 = not told): who linked a Page after that has come back, and an old call
        that is repeated does no harm.
        """
        reason = Reason.of(FacebookError(*_APP_REMOVED), self._clock() // 1000)

        def gone(link: Link) -> Link:
            holder = link.holder(person_id)
            if holder is None or (issued_at and holder.linked_at > issued_at + _SKEW_SECONDS):
                return link
            return link.lost(person_id, reason, forget_token=True)

        links = await self._links.links_of_person(person_id)
        for link in links:
            await self._repository.change(link.page_id, gone)
        await self._links.forget_tokens_of(person_id)
        return len(links)

    async def forget(self, person_id: str) -> Deletion:
        """Delete the person's tokens, name and id; links stay, without them. Returns what can be shown of it."""
        reason = Reason.of(PersonForgotten(), self._clock() // 1000)
        links = await self._links.links_of_person(person_id)
        tokens = await self._links.forget_tokens_of(person_id)
        for link in links:
            holder = link.holder(person_id)
            tokens += bool(holder and holder.sealed_token)
            await self._repository.change(link.page_id, lambda one: one.without(person_id, reason))
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
        deletion = Deletion(code, self._clock(), tokens, len(links))
        await self._links.add_deletion(deletion)
        return deletion

    async def deletion(self, code: str) -> Deletion | None:
        """What was done under this code."""
        return await self._links.deletion(code)
