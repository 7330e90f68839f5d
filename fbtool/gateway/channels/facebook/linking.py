"""Linking a Page: prove the token, subscribe, read back, keep. All or nothing.

The steps at Facebook come first and the own database last, so that an interruption leaves at most a
subscription without a link: its deliveries are noticed and end it.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from fbtool.facebook import subscriptions
from fbtool.facebook.tokens import TokenFacts
from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.facebook.link_news import LinkNews, SubscriptionMended
from fbtool.gateway.channels.facebook.link_repository import LinkRepository
from fbtool.gateway.channels.facebook.links import Change, Holder, Link, Reason
from fbtool.gateway.channels.facebook.page_tokens import TROUBLE, PageApi, Proof, concerns_app, refusal
from fbtool.gateway.channels.facebook.problems import PageNotLinked, PageOfOtherAccount
from fbtool.gateway.channels.facebook.store import LinkStore, PendingUnsubscribe
from fbtool.gateway.channels.facebook.unsubscribing import Unsubscriber
from fbtool.gateway.clock import now_ms
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.telemetry.logs import pseudonyms
from fbtool.gateway.vault import Vault
from fbtool.problem import Problem

log = logging.getLogger("fbtool.gateway.links")


@dataclass(frozen=True)
class WantedLink:
    """What somebody wants to link."""

    page_id: str
    page_token: str
    name: str
    """The Page's name if Facebook does not tell it."""
    person: str
    take_over: bool

    def __repr__(self) -> str:
        return f"Wish(page_id={self.page_id!r}, take_over={self.take_over})"


@dataclass(frozen=True)
class Unlinked:
    """The end of a link."""

    page_id: str
    remaining: Problem | None
    """Why Facebook could not confirm the end of the subscription yet; None if it did."""


class LinkVerdict(Enum):
    """What a check says about a link after a call with one of its tokens was refused."""

    WORKS = "works"
    """The refused call is alone with its trouble."""
    CHANGED = "changed"
    """The token is dead now, or another one has taken its place: the link tells."""
    UNKNOWN = "unknown"
    """Facebook is in trouble."""
    APP = "app"
    """Facebook does not accept the app itself: its secret is wrong, for example."""


class Linker:
    """Links, checks and unlinks Pages. One Page is handled by one caller at a time."""

    def __init__(
        self,
        links: LinkStore,
        repository: LinkRepository,
        vault: Vault,
        page_api: PageApi,
        unsubscriber: Unsubscriber,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._links = links
        self._repository = repository
        self._vault = vault
        self._page_api = page_api
        self._unsubscriber = unsubscriber
        self._clock = clock
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._proven: dict[str, tuple[bytes, int]] = {}
        """The token of each doubted link that was last found to work, and when that was asked."""

    async def link(self, account: Account, to_link: WantedLink) -> tuple[Link, bool]:
        """Link the Page, or add to its link: a second person's token is kept beside the first one's.

        Returns the link and whether it is new for the account.

        Raises:
            PageOfOtherAccount: and ``take_over`` was not set.
            PageTokenUnfit, SubscriptionIncomplete, FacebookRefused: nothing was changed.
        """
        async with self._turns[to_link.page_id]:
            earlier = await self._links.link(to_link.page_id)
            if earlier and earlier.account_id != account.id and not to_link.take_over:
                raise PageOfOtherAccount
            try:
                facts = await self._page_api.page(to_link.page_id, to_link.page_token)
                fields = await self._subscribe(to_link, undo=earlier is None)
                # Other admins and the CRM read it, so it is not whatever the caller says.
                to_link = replace(
                    to_link, name=await self._page_api.name(to_link.page_id, to_link.page_token) or to_link.name
                )
            except TROUBLE as trouble:
                raise refusal(trouble) from None
            try:
                link = await self._put(account, to_link, self._holder(to_link, facts), tuple(sorted(fields)))
            except StoreUnavailable:
                if earlier is None:
                    await self._page_api.undo(to_link.page_id, to_link.page_token)
                raise
            return link, earlier is None or earlier.account_id != account.id

    async def check(self, account: Account, page_id: str) -> Link:
        """Ask Facebook now; see `look_after`.

        Raises:
            PageNotLinked: the account has no such link.
            SubscriptionIncomplete, FacebookRefused: Facebook is in trouble, so nothing is known.
        """
        await self._owned(account, page_id)
        try:
            await self.look_after(page_id, also_dead=True)
        except TROUBLE as trouble:
            raise refusal(trouble) from None
        return await self._owned(account, page_id)

    async def grant(self, user_token: str) -> TokenFacts:
        """What a person granted the app, as only the app's own token may ask.

        Raises:
            PageTokenUnfit: it is not the token of a person for this app.
            FacebookRefused: the token is dead, or Facebook is in trouble.
        """
        try:
            return await self._page_api.grant(user_token)
        except TROUBLE as trouble:
            raise refusal(trouble) from None

    async def unlink(self, account: Account, page_id: str) -> Unlinked:
        """Forget the link and its tokens, and end the subscription.

        What Facebook does not confirm at once is tried again for some days; until then the rest is told.

        Raises:
            PageNotLinked: the account has no such link.
        """
        async with self._turns[page_id]:
            link = await self._owned(account, page_id)
            pending, remaining = await self._unsubscriber.begin(link)
            await self._links.remove_link(page_id, pending)
            log.info("a Page was unlinked", extra={"page": pseudonyms.of(page_id)})
            return Unlinked(page_id, remaining)

    async def retry_unsubscribe(self, pending: PendingUnsubscribe) -> None:
        """Try again to end the subscription of a Page that is not linked any more."""
        async with self._turns[pending.page_id]:
            if await self._links.link(pending.page_id) is None:
                await self._unsubscriber.go_on(pending)

    async def look_after(self, page_id: str, *, also_dead: bool) -> None:
        """Ask Facebook about every living token and the subscription: mark what died, mend what is incomplete.

        ``also_dead``: prove the others, too; one that works again is used again.

        Raises:
            TROUBLE, SubscriptionIncomplete: Facebook is in trouble, so nothing more is known.
        """
        async with self._turns[page_id]:
            link = await self._links.link(page_id)
            subscribed: dict[str, frozenset[str]] = {}
            for holder in link.holders if link else ():
                if holder.sealed_token and (holder.lives or also_dead):
                    proof = await self._examine(page_id, holder)
                    subscribed |= {holder.person_id: proof.fields} if proof.flaw is None else {}
            link = await self._links.link(page_id)
            acting = next((one for one in link.living if one.person_id in subscribed), None) if link else None
            if link and acting:
                await self._mend_subscription(link, acting, subscribed[acting.person_id])

    async def verify_holder(self, page_id: str, holder: Holder, since_ms: int) -> LinkVerdict:
        """A call with the holder's token was refused as if the token were dead: find out whether it is.

        One check answers for all calls that were refused before it began. ``since_ms``: how old it may be.
        """
        async with self._turns[page_id]:
            link = await self._links.link(page_id)
            now = link.holder(holder.person_id) if link else None
            if now is None or not now.lives or now.sealed_token != holder.sealed_token:
                return LinkVerdict.CHANGED
            token, asked_ms = self._proven.get(page_id, (b"", 0))
            if token == holder.sealed_token and asked_ms >= since_ms:
                return LinkVerdict.WORKS
            asked_ms = self._clock()
            try:
                proof = await self._examine(page_id, holder)
            except TROUBLE as trouble:
                return LinkVerdict.APP if concerns_app(trouble) else LinkVerdict.UNKNOWN
            if proof.flaw is not None:
                return LinkVerdict.CHANGED
            self._proven[page_id] = holder.sealed_token, asked_ms
            return LinkVerdict.WORKS

    async def _examine(self, page_id: str, holder: Holder) -> Proof:
        """Prove a holder's token, and keep what came of it."""
        proof = await self._page_api.link(page_id, self._vault.open_token(page_id, holder.sealed_token))
        flaw, facts = proof.flaw, proof.facts
        if flaw is not None:
            reason = Reason.of(flaw, self._clock() // 1000)
            await self._repository.change(page_id, lambda link: link.lost(holder.person_id, reason))
        elif facts is not None:
            await self._repository.change(
                page_id, lambda link: link.proven(holder.person_id, facts.expires_at, facts.data_access_expires_at)
            )
        return proof

    async def _mend_subscription(self, link: Link, holder: Holder, found: frozenset[str]) -> None:
        """See to it that the subscription is as it should be."""
        if found >= set(subscriptions.FIELDS):
            return
        token = self._vault.open_token(link.page_id, holder.sealed_token)
        fields = tuple(sorted(await self._page_api.subscribe(link.page_id, token)))
        news = None
        if not found >= set(link.subscribed_fields):
            # Facebook took it away. What a new version of the gateway wants beyond it is no news.
            news = LinkNews(
                Change.SUBSCRIPTION_MENDED, Reason.of(SubscriptionMended(page=link.name), self._clock() // 1000)
            )
        await self._repository.change(link.page_id, lambda one: replace(one, subscribed_fields=fields), news)

    async def _put(self, account: Account, to_link: WantedLink, holder: Holder, fields: tuple[str, ...]) -> Link:
        while True:
            earlier = await self._links.link(to_link.page_id)
            if earlier and earlier.account_id != account.id and not to_link.take_over:
                raise PageOfOtherAccount  # another gateway of the cluster was quicker
            own = earlier if earlier and earlier.account_id == account.id else None
            link = (
                replace(own.joined(holder), name=to_link.name or own.name, subscribed_fields=fields)
                if own
                else Link(to_link.page_id, account.id, to_link.name, holder.linked_at, fields, (holder,))
            )
            if await self._repository.put(earlier, link):
                return link

    def _holder(self, to_link: WantedLink, facts: TokenFacts) -> Holder:
        return Holder(
            person_id=facts.user_id,
            person=to_link.person,
            sealed_token=self._vault.seal_token(to_link.page_id, to_link.page_token),
            linked_at=self._clock() // 1000,
            token_expires_at=facts.expires_at,
            data_access_expires_at=facts.data_access_expires_at,
        )

    async def _subscribe(self, to_link: WantedLink, *, undo: bool) -> frozenset[str]:
        try:
            return await self._page_api.subscribe(to_link.page_id, to_link.page_token)
        except Problem:
            if undo:
                await self._page_api.undo(to_link.page_id, to_link.page_token)
            raise

    async def _owned(self, account: Account, page_id: str) -> Link:
        link = await self._links.link(page_id)
        if link is None or link.account_id != account.id:
            raise PageNotLinked(page=page_id)
        return link
