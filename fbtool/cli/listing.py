"""The list of Pages as several commands need it: fetched with progress, and its gaps told."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from fbtool.cli import output
from fbtool.cli.working import counting
from fbtool.language import Sentence, say, say_n
from fbtool.linking.local.session import AccountSession
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.pages.diagnosis import remedy_at_hand
from fbtool.linking.pages.listing import Listing, list_pages
from fbtool.linking.pages.verdicts import Step
from fbtool.problem import Problem

_FOR_A_PAGE = {
    Step.LINK_AGAIN: "fbtool link PAGE",
    Step.SIGN_IN: "fbtool repair",
    Step.ASK_AGAIN: "fbtool repair PAGE",
    Step.EDIT_SETTINGS: "fbtool repair PAGE",
    Step.BUSINESS_ACCESS: "fbtool repair PAGE",
    Step.RECONNECT: "fbtool repair PAGE --reconnect",
}
_FOR_THE_LIST = {
    Step.SIGN_IN: "fbtool login",
    Step.ASK_AGAIN: "fbtool login",
    Step.EDIT_SETTINGS: "fbtool login --edit-settings",
}


def show_remedy(remedy: Sentence, step: Step, *, of_a_page: bool) -> None:
    """Print what to do for a Page or for the list as a whole, with the command that does it, if there is one."""
    if not remedy.text:
        return
    command = (_FOR_A_PAGE if of_a_page else _FOR_THE_LIST).get(step)
    if command is not None:
        remedy = say("{remedy} Command: {command}", remedy=remedy, command=command)
    output.line(f"  → {remedy}")


def fetch(session: AccountSession, signed_in: SignIn) -> Listing:
    """List the Pages; raises as `list_pages`."""
    with GraphClient(session.platform) as graph, looking() as count:
        return list_pages(graph, session.gateway, signed_in, count)


def looking() -> AbstractContextManager[Callable[[int], None]]:
    """Shows how many Pages are known so far, while they are listed."""
    return counting(_words)


def show_gaps(listing: Listing) -> None:
    """Say which sources did not answer, and what the list lacks without them."""
    for failure in listing.failures:
        output.line(f"! {failure.sentence}")
        output.line(f"  {failure.source.meaning}")
        show_remedy(remedy_at_hand(failure.problem), Step.NOTHING, of_a_page=False)
        if failure.trace_id:
            output.line(say("  Facebook's reference for its support: {trace}", trace=failure.trace_id))


def problem_fields(problem: Problem) -> dict[str, str]:
    """A problem for programs, with the remedy for whoever waits for the answer."""
    return output.problem_fields(problem) | {"remedy": str(remedy_at_hand(problem))}


def gap_fields(listing: Listing) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "source": failure.source.value,
            "portfolio": failure.portfolio,
            "meaning": str(failure.source.meaning),
            "problem": problem_fields(failure.problem),
            "trace_id": failure.trace_id,
        }
        for failure in listing.failures
    ]


def _words(count: int) -> Sentence:
    if not count:
        return say("Asking Facebook and the gateway …")
    return say_n("{count} Page found …", "{count} Pages found …", count)
