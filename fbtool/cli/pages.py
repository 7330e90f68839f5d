"""``fbtool pages``: the Pages and what is missing for each."""

from collections.abc import Sequence
from typing import Any

import click
from rich.text import Text

from fbtool.cli import output
from fbtool.cli.listing import fetch, gap_fields, show_gaps, show_remedy
from fbtool.language import LANGUAGES, N_, say
from fbtool.linking.local.session import open_account
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.pages.listing import Listing
from fbtool.linking.pages.verdicts import PageView, Verdict
from fbtool.problem import Kind

_STYLES = {Verdict.LINKED: "green", Verdict.LINKED_BY_OTHER: "green", Verdict.READY: "cyan"}
_NAMED_AT_MOST = 10
"""Pages named before one sentence that holds for many."""


@click.command(
    help=N_(
        "List your Pages and what is missing for each.\n\n"
        "Shown are all Pages that Facebook knows of for the person who signed in, also through business "
        "portfolios, and all Pages linked to the messenger account. Below the table stands what to do for those "
        "that are not in order.\n\n"
        "Examples:\n\n"
        "  fbtool pages\n\n"
        "  fbtool pages --state ready\n\n"
        "  fbtool pages --json\n\n"
        "Exit codes: 0 all in order; 3 a permission is missing, a link does not work, or not everything could be "
        "read; 4 not connected or not signed in; 5 a server cannot be reached; 6 the gateway refuses; 7 Facebook "
        "refuses."
    )
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([verdict.value for verdict in Verdict]),
    metavar=N_("STATE"),
    help=N_("Show only Pages in this state (as --json names it); can be given several times."),
)
@output.json_option
def pages(states: tuple[str, ...]) -> int:
    """Show the table."""
    with open_account(Workplace.of_this_computer()) as session:
        listing = fetch(session, session.sign_in())
    chosen = [view for view in listing.pages if not states or view.verdict.value in states]
    if output.wants_json():
        output.document(_fields(listing, chosen))
    else:
        _show(listing, chosen)
    return Kind.ATTENTION.value if listing.needs_attention else 0


def _show(listing: Listing, chosen: Sequence[PageView]) -> None:
    if chosen:
        rows = [
            (view.name or "—", view.page_id, Text(str(view.verdict.words), _STYLES.get(view.verdict, "yellow")))
            for view in chosen
        ]
        output.table([say("Page"), say("Id"), say("State")], rows)
    elif listing.pages:
        output.line(say("No Page is in this state."))
    _show_advice(listing, chosen)
    show_gaps(listing)
    if not listing.advice:
        output.note(say("Is a Page missing? This finds out why and leads to it: fbtool repair PAGE"))
    if any(view.verdict is Verdict.READY for view in chosen):
        output.note(say("Next: fbtool link --all-ready, or fbtool link PAGE"))


def _show_advice(listing: Listing, chosen: Sequence[PageView]) -> None:
    for advice in listing.advice:
        output.line(f"! {advice.evidence}")
        show_remedy(advice.remedy, advice.step, of_a_page=False)
    told = {(str(advice.evidence), str(advice.remedy)) for advice in listing.advice}
    for (evidence, remedy), views in _alike(chosen).items():
        # What holds for the list as a whole was said above.
        if (evidence, remedy) in told:
            continue
        names = _names(views)
        output.line(f"! {names}: {evidence}" if evidence else f"! {names}")
        show_remedy(views[0].remedy, views[0].step, of_a_page=True)
        for view in views[:_NAMED_AT_MOST]:
            if view.message.text:
                output.line(say("  To forward: {message}", message=view.message))


def _alike(views: Sequence[PageView]) -> dict[tuple[str, str], list[PageView]]:
    """(Evidence, remedy) → the Pages they hold for, so that nothing is said a hundred times."""
    found: dict[tuple[str, str], list[PageView]] = {}
    for view in views:
        said = (str(view.evidence), str(view.remedy))
        if any(said):
            found.setdefault(said, []).append(view)
    return found


def _names(views: Sequence[PageView]) -> str:
    names = ", ".join(view.name or view.page_id for view in views[:_NAMED_AT_MOST])
    more = len(views) - _NAMED_AT_MOST
    return str(say("{names} and {count} more", names=names, count=more)) if more > 0 else names


def _fields(listing: Listing, chosen: Sequence[PageView]) -> dict[str, Any]:
    grant = listing.grant
    return {
        "person": {"id": listing.person.id, "name": listing.person.name},
        "missing_permissions": list(listing.missing_permissions),
        "clocks": {
            "sign_in_ends": grant.expires_at if grant else None,
            "data_access_ends": grant.data_access_expires_at if grant else None,
        },
        "advice": [
            {"evidence": str(advice.evidence), "remedy": str(advice.remedy), "step": advice.step.value}
            for advice in listing.advice
        ],
        "not_read": gap_fields(listing),
        "pages": [_page_fields(view) for view in chosen],
        "needs_attention": listing.needs_attention,
    }


def _page_fields(view: PageView) -> dict[str, Any]:
    link = view.link
    return {
        "id": view.page_id,
        "name": view.name,
        "category": view.category,
        "portfolio": view.portfolio,
        "verdict": view.verdict.value,
        "evidence": str(view.evidence),
        "remedy": str(view.remedy),
        "step": view.step.value,
        "message": {name: view.message.spoken(name) for name in LANGUAGES} if view.message.text else None,
        "linked_by": link.person if link else None,
        "clocks": {
            "token_ends": link.token_expires_at if link else None,
            "data_access_ends": link.data_access_expires_at if link else None,
        },
    }
