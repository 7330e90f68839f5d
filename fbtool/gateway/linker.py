"""Linking a Page: prove the token, subscribe, read back, keep. All or nothing.

The steps at Facebook come first and the own database last, so that an interruption leaves at most a
subscription without a link: its deliveries are ignored and the next attempt takes it over.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from dataclasses import dataclass

from fbtool.facebook import permissions, subscriptions, tokens
from fbtool.facebook.catalogue import Reaction
from fbtool.facebook.errors import AnswerUnreadable, GraphError
from fbtool.facebook.graph import App
from fbtool.gateway.accounts import Account
from fbtool.gateway.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.links import Link, Reason
from fbtool.gateway.problems import (
    FacebookRefused,
    PageNotLinked,
    PageOfOtherAccount,
    PageTokenUnfit,
    StoreUnavailable,
    SubscriptionIncomplete,
)
from fbtool.gateway.store import Store
from fbtool.gateway.transit import Transit, now_ms
from fbtool.gateway.vault import Vault
from fbtool.language import Sentence, say
from fbtool.problem import Problem

_TROUBLE = (GraphError, AnswerUnreadable, FacebookUnreachable, FacebookSilent)
_NEEDS_PERSON = {Reaction.SIGN_IN, Reaction.PERMISSION}


@dataclass(frozen=True)
class Wish:
    """What somebody wants to link."""

    page_id: str
    page_token: str
    name: str
    person: str
    take_over: bool

    def __repr__(self) -> str:
        return f"Wish(page_id={self.page_id!r}, take_over={self.take_over})"


@dataclass(frozen=True)
class Unlinked:
    """The end of a link."""

    page_id: str
    remaining: Problem | None
    """Why Facebook could not confirm the end of the subscription; None if it did."""


class Linker:
    """Links, checks and unlinks Pages. One Page is handled by one caller at a time."""

    def __init__(self, store: Store, vault: Vault, graph: Graph, transit: Transit, app: App) -> None:
        self._store = store
        self._vault = vault
        self._graph = graph
        self._transit = transit
        self._app = app
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def link(self, account: Account, wish: Wish) -> tuple[Link, bool]:
        """Link the Page, or refresh its token and subscription. Returns the link and whether it is new.

        Raises:
            PageOfOtherAccount: and ``take_over`` was not set.
            PageTokenUnfit, SubscriptionIncomplete, FacebookRefused: nothing was changed.
        """
        async with self._turns[wish.page_id]:
            earlier = await self._store.link(wish.page_id)
            if earlier and earlier.account_id != account.id and not wish.take_over:
                raise PageOfOtherAccount
            try:
                facts = await self._prove(wish)
                fields = await self._subscribe(wish, undo=earlier is None)
            except _TROUBLE as trouble:
                raise _refusal(trouble) from None
            link = Link(
                page_id=wish.page_id,
                account_id=account.id,
                name=wish.name,
                person=wish.person,
                person_id=facts.user_id,
                sealed_token=self._vault.seal_token(wish.page_id, wish.page_token),
                linked_at=int(time.time()),
                token_expires_at=facts.expires_at,
                data_access_expires_at=facts.data_access_expires_at,
                subscribed_fields=tuple(sorted(fields)),
            ).relinked(earlier)
            try:
                await self._store.put_link(link)
            except StoreUnavailable:
                if earlier is None:
                    await self._undo(wish)
                raise
            if earlier and earlier.reason:
                await self._tell_repaired(link)
            return link, earlier is None or earlier.account_id != account.id

    async def check(self, account: Account, page_id: str) -> Link:
        """Ask Facebook now. A dead token marks the link; an incomplete subscription is mended.

        Raises:
            PageNotLinked: the account has no such link.
            FacebookRefused: Facebook is in trouble, so nothing is known.
        """
        async with self._turns[page_id]:
            link = await self._owned(account, page_id)
            token = self._vault.open_token(page_id, link.sealed_token)
            wish = Wish(page_id, token, link.name, link.person, take_over=False)
            try:
                await self._prove(wish)
                await self._subscribe(wish, undo=False)
            except PageTokenUnfit as unfit:
                await self.needs_person(link, unfit)
            except GraphError as error:
                if error.reaction not in _NEEDS_PERSON:
                    raise _refusal(error) from None
                await self.needs_person(link, error)
            except _TROUBLE as trouble:
                raise _refusal(trouble) from None
            return await self._owned(account, page_id)

    async def grant(self, user_token: str) -> tokens.TokenFacts:
        """What a person granted the app, as only the app's own token may ask.

        Raises:
            PageTokenUnfit: it is not the token of a person for this app.
            FacebookRefused: the token is dead, or Facebook is in trouble.
        """
        try:
            facts = await self._graph.run(tokens.inspect(self._app, user_token))
            if not facts.is_valid and facts.error_code:
                raise GraphError(facts.error_code, facts.error_subcode or None)
        except _TROUBLE as trouble:
            raise _refusal(trouble) from None
        if facts.app_id != self._app.id:
            raise PageTokenUnfit(reason=say("the token belongs to another app"))
        if not facts.is_valid:
            raise PageTokenUnfit(reason=say("the token is not valid"))
        return facts

    async def unlink(self, account: Account, page_id: str) -> Unlinked:
        """End the subscription, prove it, and forget the token.

        A dead token cannot end its subscription; the link is removed all the same and the rest is told.

        Raises:
            PageNotLinked: the account has no such link.
            FacebookRefused: Facebook is in trouble; nothing was changed, so that it can be tried again.
        """
        async with self._turns[page_id]:
            link = await self._owned(account, page_id)
            token = self._vault.open_token(page_id, link.sealed_token)
            remaining: Problem | None = None
            try:
                await self._graph.run(subscriptions.unsubscribe(page_id, token))
                if await self._graph.run(subscriptions.subscription(page_id, token, self._app.id)):
                    raise SubscriptionIncomplete(fields="unsubscribe")
            except GraphError as error:
                if error.reaction not in _NEEDS_PERSON:
                    raise _refusal(error) from None
                remaining = error
            except _TROUBLE as trouble:
                raise _refusal(trouble) from None
            await self._store.remove_link(page_id)
            return Unlinked(page_id, remaining)

    async def needs_person(self, link: Link, problem: Problem) -> None:
        """Mark that a person has to sign in again, and tell the CRM once."""
        reason = Reason.of(problem, int(time.time()))
        content = {"page_name": link.name, "state": "needs_reauthorization", "problem": reason.code}
        event = self._transit.event(
            link.page_id,
            "link",
            {**content, "told": reason.told_as_lists()},
            identity=f"{reason.code} {link.page_id} {reason.since}",
            time_ms=reason.since * 1000,
        )
        if await self._store.mark_link(link, reason, event, now_ms()):
            self._transit.ring(link.account_id)

    async def _prove(self, wish: Wish) -> tokens.TokenFacts:
        facts = await self._graph.run(tokens.inspect(self._app, wish.page_token))
        missing = [scope for scope in permissions.NEEDED if not facts.allows(scope, wish.page_id)]
        unfit: Sentence | None = None
        if not facts.is_valid and facts.error_code:
            raise GraphError(facts.error_code, facts.error_subcode or None)
        if not facts.is_valid:
            unfit = say("the token is not valid")
        elif facts.app_id != self._app.id:
            unfit = say("the token belongs to another app")
        elif facts.type != "PAGE" or facts.profile_id != wish.page_id:
            unfit = say("the token is not the token of this Page")
        elif missing:
            unfit = say("missing: {scopes}", scopes=", ".join(missing))
        if unfit is not None:
            raise PageTokenUnfit(reason=unfit)
        return facts

    async def _subscribe(self, wish: Wish, *, undo: bool) -> frozenset[str]:
        await self._graph.run(subscriptions.subscribe(wish.page_id, wish.page_token))
        fields = await self._graph.run(subscriptions.subscription(wish.page_id, wish.page_token, self._app.id))
        lacking = set(subscriptions.FIELDS) - fields
        if lacking:
            if undo:
                await self._undo(wish)
            raise SubscriptionIncomplete(fields=", ".join(sorted(lacking)))
        return fields

    async def _undo(self, wish: Wish) -> None:
        with contextlib.suppress(*_TROUBLE):
            await self._graph.run(subscriptions.unsubscribe(wish.page_id, wish.page_token))

    async def _owned(self, account: Account, page_id: str) -> Link:
        link = await self._store.link(page_id)
        if link is None or link.account_id != account.id:
            raise PageNotLinked(page=page_id)
        return link

    async def _tell_repaired(self, link: Link) -> None:
        now = now_ms()
        content = {"page_name": link.name, "state": "active"}
        event = self._transit.event(link.page_id, "link", content, identity=f"active {link.page_id} {now}", time_ms=now)
        await self._store.accept([event], now)
        self._transit.ring(link.account_id)


def _refusal(trouble: Problem) -> FacebookRefused:
    return FacebookRefused(trouble, trouble.trace_id if isinstance(trouble, GraphError) else "")
