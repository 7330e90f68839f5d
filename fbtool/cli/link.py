"""``fbtool link`` and ``fbtool unlink``."""

import sys
from collections.abc import Sequence

import click

from fbtool.cli import output
from fbtool.cli.listing import fetch, show_gaps
from fbtool.cli.outcomes import report
from fbtool.cli.working import stoppable
from fbtool.language import N_, say
from fbtool.linking.links.linker import PageNotReady, find_pages, link_pages, require_linkable, unlink_pages
from fbtool.linking.local.session import open_account
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.pages.verdicts import PageView, Verdict
from fbtool.problem import Kind


@click.command(
    help=N_(
        "Link Pages to the messenger account.\n\n"
        "PAGE is the name, the id or the address of a Page, as “fbtool pages” shows it. Linking again is "
        "harmless: it renews "
        "permission and subscription. If one Page fails, the others are linked all the same.\n\n"
        "Examples:\n\n"
        "  fbtool link 'Café Muster'\n\n"
        "  fbtool link --all-ready --dry-run\n\n"
        "  fbtool link --all-ready\n\n"
        "Exit codes: 0 all linked; 3 only some were linked, or a Page is not ready; 4 not connected or not signed "
        "in; 5 a server cannot be reached; 6 the gateway refuses; 7 Facebook refuses; 130 stopped with Ctrl-C."
    )
)
@click.argument("pages", nargs=-1, metavar=N_("[PAGE]..."))
@click.option("--all-ready", is_flag=True, help=N_("Link every Page that is ready."))
@click.option(
    "--take-over",
    is_flag=True,
    help=N_("Take a Page even if it is linked to another messenger account of the gateway."),
)
@click.option("--dry-run", is_flag=True, help=N_("Only say what would be done."))
@output.json_option
def link(pages: tuple[str, ...], all_ready: bool, take_over: bool, dry_run: bool) -> int:
    """Link what was named."""
    if bool(pages) == all_ready:
        raise click.UsageError(str(say("Name one or more Pages, or use --all-ready.")))
    with open_account(Workplace.of_this_computer()) as session:
        signed_in = session.sign_in()
        listing = fetch(session, signed_in)
        show_gaps(listing)
        if all_ready:
            chosen = [view for view in listing.pages if view.verdict is Verdict.READY]
        else:
            chosen = find_pages(listing.pages, pages)
        if not chosen:
            output.note(say("No Page is ready to be linked; “fbtool pages” shows why."))
        if dry_run:
            return _preview(chosen)
        with stoppable() as stop:
            person = signed_in.person.name
            return report(link_pages(session.gateway, chosen, person, take_over=take_over, cancel=stop))


def _preview(chosen: Sequence[PageView]) -> int:
    """Say what linking would do."""
    found = [(view, _hindrance(view)) for view in chosen]
    if output.wants_json():
        output.document({"preview": [_fields(view, hindrance) for view, hindrance in found]})
    for view, hindrance in found:
        name = view.name or view.page_id
        if hindrance is None:
            new = say("{name}: would be linked", name=name)
            output.line(say("{name}: is linked already; would be renewed", name=name) if view.link else new)
            continue
        told = hindrance.told()
        output.line(f"✗ {name}: {told.what}")
        output.line(f"  → {told.remedy}")
    return Kind.ATTENTION.value if any(hindrance for _, hindrance in found) else 0


def _hindrance(view: PageView) -> PageNotReady | None:
    try:
        require_linkable(view)
    except PageNotReady as problem:
        return problem
    return None


def _fields(view: PageView, hindrance: PageNotReady | None) -> dict[str, object]:
    would = None if hindrance else "refreshed" if view.link else "linked"
    problem = output.problem_fields(hindrance) if hindrance else None
    return {"id": view.page_id, "name": view.name, "would_be": would, "problem": problem, "step": view.step.value}


@click.command(
    help=N_(
        "End the link of Pages.\n\n"
        "PAGE is the name, the id or the address of a linked Page, as “fbtool status” shows it. Facebook then "
        "sends nothing "
        "more for it, and the gateway forgets the permission. Conversations in the customer-service system "
        "stay.\n\n"
        "Examples:\n\n"
        "  fbtool unlink 'Café Muster'\n\n"
        "  fbtool unlink --yes 104857600000001\n\n"
        "Exit codes: 0 all unlinked; 3 only some were unlinked, or no such Page is linked; 4 not connected; 5 the "
        "gateway cannot be reached; 6 it refuses; 130 not confirmed."
    )
)
@click.argument("pages", nargs=-1, required=True, metavar=N_("PAGE..."))
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@output.json_option
def unlink(pages: tuple[str, ...], yes: bool) -> int:
    """Unlink what was named."""
    with open_account(Workplace.of_this_computer()) as session:
        chosen = find_pages(session.gateway.links(), pages)
        if sys.stdin.isatty() and not yes:
            names = ", ".join(page.name or page.page_id for page in chosen)
            click.confirm(str(say("End the link of {names}?", names=names)), abort=True, err=True)
        with stoppable() as stop:
            return report(unlink_pages(session.gateway, chosen, cancel=stop))
