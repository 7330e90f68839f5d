"""What a sign-in has changed: the lists of Pages before and after it, compared. A pure function."""

from collections.abc import Iterable
from dataclasses import dataclass

from fbtool.linking.pages.listing import Listing
from fbtool.linking.pages.sources import Source
from fbtool.linking.pages.verdicts import PageView, Verdict

_SHOWING = frozenset({Source.ACCOUNTS, Source.SINGLE_PAGES, Source.BUSINESSES})
"""The sources that give access to Pages: while one is silent, a Page's absence means nothing."""


@dataclass(frozen=True)
class Difference:
    """The Pages whose state has changed, each in one of ``gained`` and ``lost`` at most; by name."""

    gained: tuple[PageView, ...]
    """Facebook gives access to these now, and did not before."""
    lost: tuple[PageView, ...]
    """Facebook no longer gives access to these."""
    lost_although_linked: tuple[PageView, ...]
    """Those of ``lost`` whose links rest on this person: an alarm."""


def compare(before: Listing, after: Listing) -> Difference:
    """What ``after`` has that ``before`` had not, and the other way round.

    The views are those of ``after``; of a Page that vanished altogether, that of ``before``. Nothing counts as lost
    when a source failed that could have shown it.
    """
    was = {view.page_id: view for view in before.pages}
    now = {view.page_id: view for view in after.pages}
    gained = {key for key, view in now.items() if view.token and not (key in was and was[key].token)}
    lost = {key for key, view in was.items() if view.token and not (key in now and now[key].token)}
    if _failed(after, _SHOWING):
        lost = set()
    links = was if _failed(after, {Source.LINKS}) else now
    alarms = {key for key in lost & links.keys() if _rests_on_person(links[key])}
    return Difference(
        gained=_by_name(now[key] for key in gained),
        lost=_by_name(now.get(key, was[key]) for key in lost),
        lost_although_linked=_by_name(now.get(key, was[key]) for key in alarms),
    )


def _failed(listing: Listing, sources: Iterable[Source]) -> bool:
    return any(failure.source in sources for failure in listing.failures)


def _rests_on_person(view: PageView) -> bool:
    return view.link is not None and view.verdict is not Verdict.LINKED_BY_OTHER


def _by_name(views: Iterable[PageView]) -> tuple[PageView, ...]:
    return tuple(sorted(views, key=lambda view: (view.name.casefold(), view.page_id)))
