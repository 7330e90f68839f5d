"""All that can be known of a person's Pages, gathered from every source at once. A source that fails is named.

Two rounds: first the four sources that need nothing of each other (and the portfolios, once the permission is
known), then single reads of the Pages that were ticked or linked but have come without a token. Copies of one Page are
made into one, whatever their order.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from threading import Event as Flag
from typing import TypeVar

import msgspec

from fbtool.facebook import pages, tokens
from fbtool.facebook.batch import MOST, Outcome, batch
from fbtool.facebook.errors import AnswerUnreadable
from fbtool.facebook.graph import Call
from fbtool.facebook.pages import Business, Page
from fbtool.facebook.paging import Part
from fbtool.facebook.permissions import BUSINESSES
from fbtool.facebook.tokens import Person
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.gateway_documents import Grant, PageLink
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.network.workers import ClientPool, Workers
from fbtool.linking.pages.consent import GRANTED, Consent, Portfolios
from fbtool.linking.pages.judging import Facts
from fbtool.linking.pages.sources import Failure, Source
from fbtool.meta.catalogue import Reaction
from fbtool.meta.errors import GraphError
from fbtool.problem import Problem

T = TypeVar("T")
_List = Callable[[str], Call[Part[Page]]]
"""Makes the call for the part of a list after a cursor."""


class Gathering:
    """One look at everything. All state is of the thread that calls `run`; only the calls are elsewhere."""

    def __init__(self, graphs: ClientPool[GraphClient], gateways: ClientPool[GatewayClient], token: str) -> None:
        self._graphs, self._gateways, self._token = graphs, gateways, token
        self._workers = Workers()
        self._on_progress: Callable[[int], None] = lambda count: None
        self._permissions: dict[str, str] | None = None
        self._grant: Grant | None = None
        self._links: dict[str, PageLink] = {}
        self._accounts: dict[str, Page] = {}
        self._accounts_read = False
        self._others: list[Page] = []
        """Copies from portfolios and single reads."""
        self._portfolio_of: dict[str, str] = {}
        self._portfolios = Portfolios.UNKNOWN
        self._portfolio_ids: set[str] = set()
        self._refusals: dict[str, Problem] = {}
        self.failures: list[Failure] = []
        """The sources that did not answer."""

    def run(self, on_progress: Callable[[int], None], cancel: Flag | None) -> None:
        """Ask all sources. ``on_progress`` hears how many Pages are known so far.

        Raises:
            WorkStopped: ``cancel`` was set.
        """
        self._workers, self._on_progress = Workers(cancel=cancel), on_progress
        self._ask(tokens.permissions(self._token), self._hear_permissions)
        self._read_list(partial(pages.accounts, self._token), self._hear_accounts, Source.ACCOUNTS)
        self._workers.start(lambda: self._gateways.use(lambda it: it.grant(self._token)), self._hear_grant)
        self._workers.start(lambda: self._gateways.use(GatewayClient.links), self._hear_links)
        self._workers.finish()
        if self._accounts_read and not self._accounts and self.consent(Person(""), 0).expects_pages():
            # Empty lists come and go at Facebook for minutes (seen); for people with portfolios only they are right.
            self._read_list(partial(pages.accounts, self._token), self._hear_accounts, Source.ACCOUNTS)
        self._read_singly(self._ids_without_token())
        self._workers.finish()

    def consent(self, person: Person, now: float) -> Consent:
        """What ``person`` allowed, as far as it was found out; ``now`` in unix seconds."""
        return Consent(
            person=person,
            permissions=self._permissions,
            grant=self._grant,
            portfolios=self._portfolios,
            listed_all=self._accounts_read and not self._failed(Source.SINGLE_PAGES),
            now=now,
        )

    def facts(self) -> list[Facts]:
        """What is known of each Page, each once, in no order."""
        merged = merge([*self._accounts.values(), *self._others])
        return [
            Facts(
                page_id=page_id,
                page=merged.get(page_id),
                link=self._links.get(page_id),
                in_accounts=page_id in self._accounts,
                portfolio=self._portfolio_of.get(page_id, ""),
                refusal=self._refusals.get(page_id),
            )
            for page_id in merged.keys() | self._links.keys() | self._refusals.keys()
        ]

    def problem_of_sign_in(self) -> GraphError | None:
        """Facebook's word that the person's token is dead, if it said so."""
        for failure in self.failures:
            problem = failure.problem
            if isinstance(problem, GraphError) and problem.reaction is Reaction.SIGN_IN:
                return problem
        return None

    def _ask(self, call: Call[T], then: Callable[[T | Problem], None]) -> None:
        self._workers.start(lambda: self._graphs.use(lambda graph: graph.run(call)), then)

    def _fail(self, source: Source, problem: Problem, portfolio: str = "") -> None:
        self.failures.append(Failure(source, problem, portfolio))

    def _failed(self, source: Source) -> bool:
        return any(failure.source is source for failure in self.failures)

    def _tell_progress(self) -> None:
        self._on_progress(len(self._accounts.keys() | {page.id for page in self._others}))

    def _hear_permissions(self, answer: dict[str, str] | Problem) -> None:
        if isinstance(answer, Problem):
            self._fail(Source.PERMISSIONS, answer)
            return
        self._permissions = answer
        if answer.get(BUSINESSES) != GRANTED:
            self._portfolios = Portfolios.NOT_ALLOWED
            return
        self._portfolios = Portfolios.NONE_TICKED
        self._ask(pages.businesses(self._token), partial(self._hear_businesses, ""))

    def _hear_grant(self, answer: Grant | Problem) -> None:
        if isinstance(answer, Problem):
            self._fail(Source.GRANT, answer)
        else:
            self._grant = answer

    def _hear_links(self, answer: tuple[PageLink, ...] | Problem) -> None:
        if isinstance(answer, Problem):
            self._fail(Source.LINKS, answer)
        else:
            self._links = {link.page_id: link for link in answer}

    def _read_list(
        self, part_after: _List, hear: Callable[[Sequence[Page], bool], None], source: Source, portfolio: str = ""
    ) -> None:
        """Read a list to its end, part by part; ``hear`` gets each part and whether it was the last."""

        def next_part(after: str, answer: Part[Page] | Problem) -> None:
            if isinstance(answer, Problem):
                self._fail(source, answer, portfolio)
                return
            # The same cursor twice would go round for ever.
            is_last = not answer.after or answer.after == after
            hear(answer.items, is_last)
            self._tell_progress()
            if not is_last:
                self._ask(part_after(answer.after), partial(next_part, answer.after))

        self._ask(part_after(""), partial(next_part, ""))

    def _hear_accounts(self, found: Sequence[Page], is_last: bool) -> None:
        self._accounts.update((page.id, page) for page in found)
        self._accounts_read = is_last

    def _hear_businesses(self, after: str, answer: Part[Business] | Problem) -> None:
        if isinstance(answer, Problem):
            self._portfolios = Portfolios.UNKNOWN
            self._fail(Source.BUSINESSES, answer)
            return
        for business in answer.items:
            self._read_portfolio(business)
        if answer.after and answer.after != after:
            self._ask(pages.businesses(self._token, answer.after), partial(self._hear_businesses, answer.after))

    def _read_portfolio(self, business: Business) -> None:
        if business.id in self._portfolio_ids:
            return
        self._portfolio_ids.add(business.id)
        self._portfolios = Portfolios.READ
        name = business.name or business.id

        def hear(found: Sequence[Page], _is_last: bool) -> None:
            self._others.extend(found)
            for page in found:
                # A Page can be one portfolio's own and another's client; the smaller name, so that no order matters.
                self._portfolio_of[page.id] = min(name, self._portfolio_of.get(page.id, name))

        for pages_of in (pages.owned, pages.clients):
            self._read_list(partial(pages_of, business.id, self._token), hear, Source.BUSINESSES, name)

    def _ids_without_token(self) -> list[str]:
        merged = merge([*self._accounts.values(), *self._others])
        consent = self.consent(Person(""), 0)
        wanted = consent.targets() | merged.keys() | self._links.keys()
        # What was certainly not ticked cannot be read either.
        return sorted(
            page_id
            for page_id in wanted
            if not (page_id in merged and merged[page_id].access_token) and consent.ticked(page_id) is not False
        )

    def _read_singly(self, ids: Sequence[str], *, again: bool = True) -> None:
        for start in range(0, len(ids), MOST):
            some = ids[start : start + MOST]
            calls = [pages.single(page_id, self._token) for page_id in some]
            # Each call in the batch would repeat the token that the batch carries anyway.
            bare = [replace(call, token="") for call in calls]
            self._ask(batch(bare, self._token), partial(self._hear_singles, some, again))

    def _hear_singles(self, ids: Sequence[str], again: bool, answer: list[Outcome[Page]] | Problem) -> None:
        if isinstance(answer, Problem):
            self._fail(Source.SINGLE_PAGES, answer)
            return
        cut = []
        for page_id, outcome in zip(ids, answer, strict=True):
            if outcome is None:
                cut.append(page_id)
            elif isinstance(outcome, Page):
                self._others.append(outcome)
            else:
                self._refusals[page_id] = outcome
        self._tell_progress()
        if cut and again:
            self._read_singly(cut, again=False)
        elif cut:
            self._refusals.update((page_id, AnswerUnreadable(status=200)) for page_id in cut)


def merge(copies: Iterable[Page]) -> dict[str, Page]:
    """Each Page once, by id: the copy with a token first, with what only the others know filled in."""
    by_id: dict[str, list[Page]] = {}
    for page in copies:
        by_id.setdefault(page.id, []).append(page)
    return {page_id: _one(found) for page_id, found in by_id.items()}


def _one(copies: list[Page]) -> Page:
    if len(copies) == 1:
        return copies[0]
    ordered = sorted(copies, key=_worth, reverse=True)
    return Page(
        id=ordered[0].id,
        name=next((page.name for page in ordered if page.name), ""),
        category=next((page.category for page in ordered if page.category), ""),
        tasks=next((page.tasks for page in ordered if page.tasks), ()),
        access_token=ordered[0].access_token,
        # A list that leaves the field out says "published" by default; only "no" is news.
        is_published=all(page.is_published for page in ordered),
        picture=next((page.picture for page in ordered if page.picture_url), ordered[0].picture),
    )


def _worth(page: Page) -> tuple[bool, int, bytes]:
    """Better copies are greater; the last part only makes the order total."""
    return bool(page.access_token), len(page.tasks), msgspec.json.encode(page)
