"""``fbtool accounts``: the messenger accounts that this computer is connected with, and who signed in where."""

from typing import Any

import click

from fbtool.cli import output
from fbtool.language import N_, moment, say
from fbtool.linking.local.notebook import KnownAccount, KnownPerson
from fbtool.linking.local.workplace import NotConnected, Workplace
from fbtool.linking.network.http import host_of


@click.group(
    invoke_without_command=True,
    help=N_(
        "Show the messenger accounts that this computer is connected with, and who signed in for them.\n\n"
        "Commands work with the current account, which is marked. Every command can be given another one with "
        "“fbtool --account NAME COMMAND”, and another person with “fbtool --person NAME COMMAND”.\n\n"
        "Examples:\n\n"
        "  fbtool accounts\n\n"
        "  fbtool accounts use Shop\n\n"
        "  fbtool accounts forget Shop\n\n"
        "Exit codes: 0 shown or done; 4 there is no such account here; 8 the settings or the secret store do not "
        "work."
    ),
)
@output.json_option
@click.pass_context
def accounts(ctx: click.Context) -> None:
    """List the accounts, unless a command below follows."""
    if ctx.invoked_subcommand is None:
        _list(Workplace.of_this_computer().accounts())


@accounts.command(help=N_("Make an account the current one."))
@click.argument("name", metavar="NAME")
def use(name: str) -> None:
    """Switch."""
    workplace = Workplace.of_this_computer()
    known = workplace.find_account(name)
    workplace.use(known)
    output.line(say("✓ Commands now work with the messenger account “{name}”.", name=known.name))


@accounts.command(help=N_("Forget an account and its sign-ins on this computer. Linked Pages stay linked."))
@click.argument("name", metavar="NAME")
def forget(name: str) -> None:
    """Forget."""
    workplace = Workplace.of_this_computer()
    known = workplace.find_account(name)
    workplace.forget(known)
    output.line(say("✓ This computer has forgotten “{name}”. Linked Pages stay linked.", name=known.name))


def _list(known: tuple[KnownAccount, ...]) -> None:
    if output.wants_json():
        output.document({"accounts": [_fields(one, current=one is known[0]) for one in known]})
        return
    if not known:
        raise NotConnected
    rows = [
        (
            "→" if one is known[0] else "",
            one.name,
            one.id,
            host_of(one.address),
            "\n".join(_shown(person) for person in one.people) or "—",
        )
        for one in known
    ]
    output.table(["", say("Messenger account"), say("Id"), say("Gateway"), say("Signed in")], rows)


def _shown(person: KnownPerson) -> str:
    if person.valid:
        return person.name
    return str(say("{name} (over since {until})", name=person.name, until=moment(person.expires_at)))


def people_fields(people: tuple[KnownPerson, ...]) -> list[dict[str, Any]]:
    """People for programs."""
    return [{"id": one.id, "name": one.name, "expires_at": one.expires_at, "valid": one.valid} for one in people]


def _fields(known: KnownAccount, *, current: bool) -> dict[str, Any]:
    return {
        "id": known.id,
        "name": known.name,
        "gateway": known.address,
        "current": current,
        "people": people_fields(known.people),
    }
