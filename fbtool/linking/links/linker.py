"""Linking and unlinking, one Page or many. One failure never stops the others; what is done stays done."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from functools import partial
from threading import Event as Flag
from typing import Protocol, TypeVar

from fbtool.language import N_, Sentence, say
from fbtool.linking.names import is_called, letters_of, page_address, similar, unquoted
from fbtool.linking.network.gateway import GatewayClient, GatewayRefused
from fbtool.linking.network.gateway_documents import PageLink
from fbtool.linking.network.workers import AT_ONCE, ClientPool, Workers, WorkStopped
from fbtool.linking.pages.diagnosis import class_of_reason
from fbtool.linking.pages.verdicts import PageView, Step, Verdict
from fbtool.problem import Kind, Problem


class PageUnknown(Problem):
    """No Page fits."""

    code = "page_unknown"
    kind = Kind.ATTENTION
    what = N_("There is no Page “{wanted}” here. Nothing was changed.")
    meaning = "{hint}"
    remedy = N_("Write the name or the id as the list of Pages shows it (command: fbtool pages).")


class PageAmbiguous(Problem):
    """Several Pages fit."""

    code = "page_ambiguous"
    kind = Kind.ATTENTION
    what = N_("Several Pages are called “{wanted}”. Nothing was changed.")
    meaning = N_("Their ids: {ids}.")
    remedy = N_("Give the id of the one you mean.")


class PageNotReady(Problem):
    """The Page cannot be linked as things are."""

    code = "page_not_ready"
    kind = Kind.ATTENTION
    what = N_("This Page cannot be linked like this; its state: {verdict}.")
    meaning = "{evidence}"
    remedy = "{remedy}"


class Result(Enum):
    """What became of one Page. The value is stable, for programs."""

    LINKED = "linked"
    REFRESHED = "refreshed"
    UNLINKED = "unlinked"
    FAILED = "failed"
    STOPPED = "stopped"
    """Not begun, because somebody has stopped the work."""
    UNCHANGED = "unchanged"
    """Nothing had to be done."""
    REPEATED = "repeated"
    """Named once more; what became of it is told where it was named first."""

    @property
    def idle(self) -> bool:
        """Whether nothing was to be done, so that nothing could fail."""
        return self in {Result.UNCHANGED, Result.REPEATED}


@dataclass(frozen=True)
class Outcome:
    """What became of one Page, and why."""

    page_id: str
    name: str
    result: Result
    problem: Problem | None = None
    note: str = ""
    """What is left to do, in the gateway's words."""
    verdict: Verdict | None = None
    """What a failure says about the Page, where it says more than was known."""
    step: Step = Step.NOTHING
    """The smallest step that can help after a failure."""


def link_pages(
    gateway: GatewayClient,
    pages: Iterable[PageView],
    person: str,
    *,
    take_over: bool = False,
    at_once: int = AT_ONCE,
    cancel: Flag | None = None,
) -> Iterator[Outcome]:
    """Link the Pages, or refresh links that exist, ``at_once`` at a time; each outcome comes when it is there.

    After ``cancel`` what has begun is ended, and the rest comes as `Result.STOPPED`. Who stops asking for outcomes
    stops the work, too; the links that are under way then still come about.
    """
    work = [(page.page_id, page.name, partial(_link, page, person, take_over)) for page in pages]
    return _carry_out(gateway, work, at_once, cancel)


def unlink_pages(
    gateway: GatewayClient, links: Iterable[PageLink], *, at_once: int = AT_ONCE, cancel: Flag | None = None
) -> Iterator[Outcome]:
    """End the links; as `link_pages`."""
    return _carry_out(gateway, [(link.page_id, link.name, partial(_unlink, link)) for link in links], at_once, cancel)


_Work = tuple[str, str, Callable[[GatewayClient], Outcome]]
"""The Page's id and name, and what to do."""


def _carry_out(gateway: GatewayClient, work: Sequence[_Work], at_once: int, cancel: Flag | None) -> Iterator[Outcome]:
    waiting = {page_id: name for page_id, name, _ in work}
    ended: list[Outcome] = []

    def hear(outcome: Outcome | Problem) -> None:
        if isinstance(outcome, Problem):
            raise outcome  # every job makes an outcome of its problems
        del waiting[outcome.page_id]
        ended.append(outcome)

    workers = Workers(at_once, cancel)
    with closing(ClientPool(gateway)) as gateways:
        for _, _, job in work:
            workers.start(partial(gateways.use, job), hear)
        try:
            while workers.step():
                yield from _taken(ended)
        except WorkStopped as stopped:
            workers.drop_waiting()
            yield from _taken(ended)
            for page_id, name in waiting.items():
                yield Outcome(page_id, name, Result.STOPPED, stopped)


def _taken(ended: list[Outcome]) -> list[Outcome]:
    taken = ended.copy()
    ended.clear()
    return taken


def _link(page: PageView, person: str, take_over: bool, gateway: GatewayClient) -> Outcome:
    try:
        require_linkable(page)
        _, new = gateway.link(page.page_id, page.token, name=page.name, person=person, take_over=take_over)
    except PageNotReady as problem:
        return Outcome(page.page_id, page.name, Result.FAILED, problem, verdict=page.verdict, step=page.step)
    except GatewayRefused as refused:
        verdict, step = class_of_reason(refused.code) or (None, Step.OPERATOR)
        return Outcome(page.page_id, page.name, Result.FAILED, refused, verdict=verdict, step=step)
    except Problem as problem:
        return Outcome(page.page_id, page.name, Result.FAILED, problem)
    return Outcome(page.page_id, page.name, Result.LINKED if new else Result.REFRESHED)


def require_linkable(page: PageView) -> None:
    """Make sure that linking the Page can succeed.

    Raises:
        PageNotReady: it is out of reach, or something is missing.
    """
    if not page.token or (page.link is None and page.verdict is not Verdict.READY):
        remedy = page.remedy if page.remedy.text else say("Sign in as somebody who can manage this Page.")
        raise PageNotReady(verdict=page.verdict.words, evidence=page.evidence, remedy=remedy)


def _unlink(link: PageLink, gateway: GatewayClient) -> Outcome:
    try:
        ended = gateway.unlink(link.page_id)
    except Problem as problem:
        return Outcome(link.page_id, link.name, Result.FAILED, problem)
    return Outcome(link.page_id, link.name, Result.UNLINKED, note=ended.note)


class Named(Protocol):
    """Something about a Page."""

    @property
    def page_id(self) -> str:
        """The Page's id at Facebook."""

    @property
    def name(self) -> str:
        """The Page's name."""


P = TypeVar("P", bound=Named)


def find_pages(pages: Sequence[P], wanted: Iterable[str]) -> list[P]:
    """The Pages that are called so or have these ids, each once.

    Raises:
        PageUnknown: none fits; near names are given.
        PageAmbiguous: a name fits several Pages.
    """
    found: dict[str, P] = {}
    for name in wanted:
        page = _find(pages, name)
        found[page.page_id] = page
    return list(found.values())


def _find(pages: Sequence[P], wanted: str) -> P:
    found = _meant(pages, wanted)
    if not found:
        raise PageUnknown(wanted=wanted, hint=_hint(pages, wanted))
    if len(found) > 1:
        raise PageAmbiguous(wanted=wanted, ids=", ".join(page.page_id for page in found))
    return found[0]


def _meant(pages: Sequence[P], wanted: str) -> list[P]:
    """The Pages with this id, else those of this name, else those at this address."""
    by_id = [page for page in pages if page.page_id == unquoted(wanted)]
    by_name = by_id or [page for page in pages if is_called(page.name, wanted)]
    address = None if by_name else page_address(wanted)
    if address is None:
        return by_name
    if address.page_id:
        return [page for page in pages if page.page_id == address.page_id]
    # No source tells the user names of Pages; people make them of the name.
    return [page for page in pages if address.username and letters_of(page.name) == letters_of(address.username)]


def _hint(pages: Sequence[P], wanted: str) -> Sentence:
    near = similar((page.name for page in pages), wanted)
    return say("Similar names: {names}.", names=", ".join(near)) if near else Sentence("")
