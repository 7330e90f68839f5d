"""What the gateway asks Facebook about a Page: whether a token is good, and what the app is subscribed to."""

import contextlib
from dataclasses import dataclass

from fbtool.facebook import pages, permissions, profiles, subscriptions, tokens
from fbtool.facebook.errors import AnswerUnreadable, FacebookError
from fbtool.facebook.graph import App
from fbtool.facebook.tokens import TokenFacts
from fbtool.gateway.channels.facebook.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.channels.facebook.problems import FacebookRefused, PageTokenUnfit, SubscriptionIncomplete
from fbtool.language import Sentence, say
from fbtool.meta.catalogue import Reaction, Scope
from fbtool.meta.errors import GraphError
from fbtool.problem import Problem

TROUBLE = (GraphError, AnswerUnreadable, FacebookUnreachable, FacebookSilent)
"""Everything that a call to Facebook may raise."""


def needs_person(problem: Problem) -> bool:
    """Whether it says that the token is what is wrong, so that only a person can help."""
    return isinstance(problem, PageTokenUnfit) or (isinstance(problem, GraphError) and problem.scope is Scope.LINK)


def concerns_app(problem: Problem) -> bool:
    """Whether Facebook does not accept the app itself, whatever it asks for; a limit of the app's is none of that."""
    return isinstance(problem, GraphError) and problem.scope is Scope.APP and problem.reaction is Reaction.CONFIGURATION


def refusal(trouble: Problem) -> FacebookRefused:
    """Facebook's no as the gateway's answer."""
    return FacebookRefused(trouble, trouble.trace_id if isinstance(trouble, GraphError) else "")


@dataclass(frozen=True)
class Proof:
    """What a check in the Page's name found."""

    flaw: Problem | None
    """Why the token does not work for the Page; None: it does."""
    facts: TokenFacts | None = None
    fields: frozenset[str] = frozenset()
    """What the app is subscribed to. Both are known if there is no flaw."""


class PageApi:
    """Asks Facebook. Every method raises `TROUBLE`."""

    def __init__(self, graph: Graph, app: App) -> None:
        self._graph = graph
        self._app = app

    async def page(self, page_id: str, token: str) -> TokenFacts:
        """Prove that the token is this Page's, for this app, valid, with all permissions.

        Raises:
            PageTokenUnfit: it is not.
        """
        facts = await self._graph.run(tokens.inspect(self._app, token))
        flaw = self._flaw(facts, page_id)
        if flaw is not None:
            raise flaw
        return facts

    async def link(self, page_id: str, token: str) -> Proof:
        """Find out whether the token works for the Page: by Facebook's facts about it, and by reading as the Page.

        The facts do not tell of a lost role, and no other call proves anything: what was refused for one customer may
        go for all others. What cannot be asked proves nothing either.
        """
        facts, unasked = None, None
        try:
            facts = await self._graph.run(tokens.inspect(self._app, token))
        except TROUBLE as trouble:
            if isinstance(trouble, GraphError) and trouble.is_about_a_person:
                return Proof(trouble)
            unasked = trouble  # of the app's own call: it says nothing about the token that was asked about
        if facts is not None and (flaw := self._flaw(facts, page_id)) is not None:
            return Proof(flaw)
        try:
            fields = await self.fields(page_id, token)
            await self._messaging(page_id, token)
        except GraphError as refused:
            if not needs_person(refused):
                raise
            return Proof(refused)
        if unasked is not None:
            raise unasked
        return Proof(None, facts, fields)

    async def _messaging(self, page_id: str, token: str) -> None:
        """Read something for which Facebook demands the right to write messages."""
        try:
            await self._graph.run(profiles.page_profile(page_id, token))
        except (GraphError, AnswerUnreadable) as trouble:
            if needs_person(trouble):
                raise  # any other no is about this read

    def _flaw(self, facts: TokenFacts, page_id: str) -> Problem | None:
        missing = [scope for scope in permissions.NEEDED if not facts.allows(scope, page_id)]
        unfit: Sentence | None = None
        if not facts.is_valid and facts.error_code:
            return FacebookError(facts.error_code, facts.error_subcode or None)
        if not facts.is_valid:
            unfit = say("the token is not valid")
        elif facts.app_id != self._app.id:
            unfit = say("the token belongs to another app")
        elif facts.type != "PAGE" or facts.profile_id != page_id:
            unfit = say("the token is not the token of this Page")
        elif missing:
            unfit = say("missing: {scopes}", scopes=", ".join(missing))
        return PageTokenUnfit(reason=unfit) if unfit is not None else None

    async def name(self, page_id: str, token: str) -> str:
        """The Page's name at Facebook; empty where Facebook does not tell it now."""
        try:
            return await self._graph.run(pages.name(page_id, token))
        except TROUBLE:
            # Nothing hangs on it: the token was proven another way.
            return ""

    async def grant(self, user_token: str) -> TokenFacts:
        """What a person granted the app.

        Raises:
            PageTokenUnfit: it is not the token of a person for this app.
        """
        facts = await self._graph.run(tokens.inspect(self._app, user_token))
        if not facts.is_valid and facts.error_code:
            raise FacebookError(facts.error_code, facts.error_subcode or None)
        if facts.app_id != self._app.id:
            raise PageTokenUnfit(reason=say("the token belongs to another app"))
        if not facts.is_valid:
            raise PageTokenUnfit(reason=say("the token is not valid"))
        return facts

    async def fields(self, page_id: str, token: str) -> frozenset[str]:
        """What the app is subscribed to for the Page. Only a token that still acts for the Page may ask."""
        return await self._graph.run(subscriptions.subscription(page_id, token, self._app.id))

    async def subscribe(self, page_id: str, token: str) -> frozenset[str]:
        """Subscribe to everything that is wanted, and read it back.

        Raises:
            SubscriptionIncomplete: Facebook confirmed it and lists less.
        """
        await self._graph.run(subscriptions.subscribe(page_id, token))
        fields = await self.fields(page_id, token)
        lacking = set(subscriptions.FIELDS) - fields
        if lacking:
            raise SubscriptionIncomplete(fields=", ".join(sorted(lacking)))
        return fields

    async def unsubscribe(self, page_id: str, token: str) -> None:
        """End the subscription and read that back.

        Raises:
            SubscriptionIncomplete: Facebook confirmed it and still lists the app.
        """
        await self._graph.run(subscriptions.unsubscribe(page_id, token))
        fields = await self.fields(page_id, token)
        if fields:
            raise SubscriptionIncomplete(fields=", ".join(sorted(fields)))

    async def unsubscribe_as_app(self, page_id: str) -> None:
        """End the subscription with the app's own token, which needs no person.

        That this is enough is long-standing knowledge, not documented; what came of it cannot be read back.
        """
        await self._graph.run(subscriptions.unsubscribe(page_id, self._app.token))

    async def undo(self, page_id: str, token: str) -> None:
        """Take a subscription back as well as it goes."""
        with contextlib.suppress(*TROUBLE):
            await self._graph.run(subscriptions.unsubscribe(page_id, token))
