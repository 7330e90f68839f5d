"""``fbtool status``: the connection and the state of every link, without a sign-in."""

from collections.abc import Mapping, Sequence
from typing import Any

import click
import msgspec
from rich.text import Text

from fbtool.cli import output
from fbtool.cli.accounts import people_fields
from fbtool.language import N_, moment, say
from fbtool.linking.links.linker import find_pages
from fbtool.linking.local.notebook import KnownPerson
from fbtool.linking.local.session import AccountSession, open_account
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.network import clock
from fbtool.linking.network.gateway_documents import LastMessages, PageLink
from fbtool.linking.network.http import host_of
from fbtool.linking.pages.judging_links import judge_link
from fbtool.linking.pages.verdicts import Diagnosis
from fbtool.problem import Kind

_Judged = Sequence[tuple[PageLink, Diagnosis]]
_Last = Mapping[str, LastMessages]
"""Of Pages that were named, by their ids."""


@click.command(
    help=N_(
        "Show the connection and the state of every link.\n\n"
        "The gateway is asked, not Facebook, so nobody needs to be signed in. Good for a check every night. With "
        "PAGE, the name, the id or the address of a linked Page, only these are shown, and when each last "
        "received and sent a "
        "message.\n\n"
        "Examples:\n\n"
        "  fbtool status\n\n"
        "  fbtool status 'Café Muster'\n\n"
        "  fbtool status --json\n\n"
        "A link whose permission ends within 14 days needs attention, too.\n\n"
        "Exit codes: 0 all in order; 3 a link needs attention, or no such Page is linked; 4 not connected; 5 the "
        "gateway cannot be reached; 6 it refuses."
    )
)
@click.argument("pages", nargs=-1, metavar=N_("[PAGE]..."))
@output.json_option
def status(pages: tuple[str, ...]) -> int:
    """Show the state."""
    with open_account(Workplace.of_this_computer()) as session:
        now, links = clock.now(), session.gateway.links()
        chosen = find_pages(links, pages) if pages else links
        judged = [(link, judge_link(link, now)) for link in chosen]
        # The gateway has to look it up for each Page, so not for all of them every night.
        last = {link.page_id: session.gateway.last_messages(link.page_id) for link in chosen} if pages else {}
        people = session.people()
    if output.wants_json():
        output.document(_fields(session, people, judged, last))
    else:
        _show_session(session, people)
        _show_links(judged)
        _show_last(judged, last)
    return Kind.ATTENTION.value if _any_alarm(judged) else 0


def _any_alarm(judged: _Judged) -> bool:
    return any(found.verdict.alarming for _, found in judged)


def _show_session(session: AccountSession, people: tuple[KnownPerson, ...]) -> None:
    host, version = host_of(session.connection.address), session.account.gateway.version
    output.line(say("Messenger account: {name}", name=session.account.name))
    output.line(say("Gateway: {host}, version {version}", host=host, version=version))
    for person in people:
        until = moment(person.expires_at)
        if not person.expires_at:
            output.line(say("Signed in: {name}", name=person.name))
        elif person.valid:
            output.line(say("Signed in: {name}, until {until}", name=person.name, until=until))
        else:
            output.line(
                say("Sign-in over: {name}, since {until}. Linked Pages go on working.", name=person.name, until=until)
            )
    if not people:
        output.line(say("Signed in: nobody"))


def _show_links(judged: _Judged) -> None:
    if not judged:
        output.line(say("No Page is linked yet."))
        return
    rows = [
        (
            link.name or "—",
            link.page_id,
            Text(str(found.verdict.words), "yellow" if found.verdict.alarming else "green"),
            ", ".join(holder.person for holder in link.holders if holder.person) or link.person or "—",
        )
        for link, found in judged
    ]
    output.table([say("Page"), say("Id"), say("State"), say("Linked by")], rows)
    for link, found in judged:
        if not found.verdict.alarming:
            continue
        output.line(f"! {link.name or link.page_id}: {str(found.evidence) or found.verdict.words}")
        if link.reason:
            output.line(say("  Since {when}.", when=moment(link.reason.since)))
        output.line(f"  → {found.remedy}")


def _show_last(judged: _Judged, last: _Last) -> None:
    for link, _ in judged:
        if link.page_id in last:
            output.line(f"{link.name or link.page_id}:")
            for name, value in last[link.page_id].told():
                output.line(f"  {name}: {value}")


def _fields(session: AccountSession, people: tuple[KnownPerson, ...], judged: _Judged, last: _Last) -> dict[str, Any]:
    return {
        "account": {"id": session.account.id, "name": session.account.name, "channel": session.account.channel},
        "gateway": {"address": session.connection.address, "version": session.account.gateway.version},
        "people": people_fields(people),
        "links": [
            {
                "id": link.page_id,
                "name": link.name,
                "verdict": found.verdict.value,
                "evidence": str(found.evidence),
                "remedy": str(found.remedy),
                "step": found.step.value,
                "since": link.reason.since if link.reason else None,
                "linked_by": link.person,
                "holders": [
                    {"id": holder.person_id, "name": holder.person, "works": holder.reason is None}
                    for holder in link.holders
                ],
                "linked_at": link.linked_at,
                "clocks": {"token_ends": link.token_expires_at, "data_access_ends": link.data_access_expires_at},
                **_last_fields(last.get(link.page_id)),
            }
            for link, found in judged
        ],
        "needs_attention": _any_alarm(judged),
    }


def _last_fields(last: LastMessages | None) -> dict[str, Any]:
    """What the gateway says, in its own words; what it does not say is left out."""
    return msgspec.to_builtins(last) if last else {}
