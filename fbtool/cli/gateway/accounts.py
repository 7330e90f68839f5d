"""``fbtool gateway accounts``: the messenger accounts."""

from pathlib import Path
from typing import Any

import click

from fbtool.cli import output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.cli.lazy import Entry, LazyGroup
from fbtool.gateway.operation import account_commands
from fbtool.gateway.operation.account_commands import AccountFields, NewAccount, Rotation
from fbtool.gateway.operation.admin_client import AdminClient
from fbtool.language import N_, moment, say, say_n

accounts = LazyGroup(
    "accounts",
    entries={
        "add": Entry(
            "fbtool.cli.gateway.accounts:add", N_("Create a messenger account and print its connection code.")
        ),
        "change": Entry("fbtool.cli.gateway.accounts:change", N_("Change an account's name, greeting or picture.")),
        "list": Entry("fbtool.cli.gateway.accounts:list_", N_("List all messenger accounts.")),
        "rotate": Entry("fbtool.cli.gateway.accounts:rotate", N_("Replace an account's token; links stay.")),
        "disable": Entry("fbtool.cli.gateway.accounts:disable", N_("Switch an account off; its messages wait.")),
        "enable": Entry("fbtool.cli.gateway.accounts:enable", N_("Switch an account on again.")),
        "remove": Entry("fbtool.cli.gateway.accounts:remove", N_("Remove an account that has no links.")),
    },
    help=N_("Manage messenger accounts. Works while the gateway runs, and while it does not."),
)

_public_url = click.option(
    "--public-url",
    envvar="FBTOOL_PUBLIC_URL",
    default="",
    help=N_("The gateway's address for the connection code, while the gateway does not run."),
)

_greeting = click.option(
    "--greeting", help=N_("Sent once to each customer, right after their first message; empty: none.")
)
_avatar_url = click.option("--avatar-url", help=N_("The https address of the account's picture; empty: none."))


@click.command(
    help=N_(
        "Create a messenger account and print its connection code, which an admin pastes into the tool.\n\n"
        "The code contains the account's token and is shown only now. "
        'Example: fbtool gateway accounts add "Customer service"'
    )
)
@click.argument("name")
@click.option(
    "--channel", default="", help=N_("The channel it serves; without it the first one that the gateway offers.")
)
@_greeting
@_avatar_url
@_public_url
@data_dir_option
@output.json_option
def add(name: str, channel: str, data_dir: Path, public_url: str, **shown: str | None) -> None:
    """Make the account."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    wanted = NewAccount(name=name, channel=channel, **shown)
    _show_token(AdminClient(data_dir, public_url).do(account_commands.add, body=wanted))


@click.command(
    help=N_(
        "Change an account's name, greeting or picture; what you do not give stays. Its token and links stay.\n\n"
        "The greeting is sent once to each customer, right after their first message. Say in it that it is an "
        "automatic message: German law wants that. An empty greeting ends it.\n\n"
        'Example: fbtool gateway accounts change "Customer service" --greeting '
        '"Hello! This is an automatic message. We answer within the hour."'
    )
)
@click.argument("name")
@click.option("--name", "new_name", help=N_("The account's new name."))
@_greeting
@_avatar_url
@data_dir_option
@output.json_option
def change(name: str, new_name: str | None, data_dir: Path, **shown: str | None) -> None:
    """Change what it shows."""
    wanted = AccountFields(name=new_name, **shown)
    changed = AdminClient(data_dir).do(account_commands.change, name, wanted)
    output.done(changed, say("“{name}” is changed.", name=changed["name"]))


@click.command("list", help=N_("List all messenger accounts."))
@data_dir_option
@output.json_option
def list_(data_dir: Path) -> None:
    """Show a table."""
    found = AdminClient(data_dir).do(account_commands.list_all)["accounts"]
    if output.wants_json():
        output.document({"accounts": found})
        return
    if not found:
        output.line(say("There is no messenger account yet. “fbtool gateway accounts add NAME” makes one."))
        return
    output.table(
        [say("Name"), say("Id"), say("Channel"), say("Active"), say("Tokens")],
        [
            [a["name"], a["id"], a["channel"], str(say("yes") if a["active"] else say("no")), _tokens(a["tokens"])]
            for a in found
        ],
    )
    output.note(say_n("{count} messenger account", "{count} messenger accounts", len(found)))


@click.command(
    help=N_(
        "Replace an account's token and print the new connection code. The earlier token goes on for ten minutes, "
        "so that its users can be given the new one meanwhile.\n\n"
        "If the earlier one may be in the wrong hands, end it at once with --now; what is open with it ends too."
    )
)
@click.argument("name")
@click.option("--now", is_flag=True, help=N_("End the earlier token, and what is open with it, at once."))
@click.option("--widget", is_flag=True, help=N_("Replace the widget token instead of the account's."))
@_public_url
@data_dir_option
@output.json_option
def rotate(name: str, now: bool, widget: bool, public_url: str, data_dir: Path) -> None:
    """Make a new token."""
    wanted = Rotation("widget" if widget else "account", now)
    _show_token(AdminClient(data_dir, public_url).do(account_commands.rotate, name, wanted))


@click.command(help=N_("Switch an account off: its CRM and its tool are refused, its messages wait."))
@click.argument("name")
@data_dir_option
@output.json_option
def disable(name: str, data_dir: Path) -> None:
    """Switch off."""
    output.done(AdminClient(data_dir).do(account_commands.disable, name), say("“{name}” is switched off.", name=name))


@click.command(help=N_("Switch an account on again."))
@click.argument("name")
@data_dir_option
@output.json_option
def enable(name: str, data_dir: Path) -> None:
    """Switch on."""
    output.done(AdminClient(data_dir).do(account_commands.enable, name), say("“{name}” is switched on.", name=name))


@click.command(help=N_("Remove an account and what waits for it. Refused while Pages are linked to it."))
@click.argument("name")
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@data_dir_option
@output.json_option
def remove(name: str, yes: bool, data_dir: Path) -> None:
    """Remove."""
    if not yes and not output.wants_json():
        click.confirm(str(say("Remove “{name}” and everything that waits for it?", name=name)), abort=True, err=True)
    output.done(AdminClient(data_dir).do(account_commands.remove, name), say("“{name}” is removed.", name=name))


def _show_token(account: dict[str, Any]) -> None:
    if output.wants_json():
        output.document(account)
        return
    # A connection code is for the tool, which links Pages; an account with a widget token has none.
    code = "" if "widget_token" in account else account.get("connection_code")
    output.note(say("Messenger account “{name}” ({channel}).", name=account["name"], channel=account["channel"]))
    if code:
        output.note(say("Its connection code, shown only now; paste it into the tool:"))
    elif "token" in account and "widget_token" in account:
        output.note(say("Its token, shown only now; the customer-service system (CRM) needs it:"))
    elif "token" in account:
        output.note(say("Its token, shown only now (start the gateway or give --public-url for a connection code):"))
    if "token" in account:
        click.echo(code or account["token"])
    if "widget_token" in account:
        output.note(say("Its widget token, shown only now; it opens the settings of the web chat and nothing else:"))
        click.echo(account["widget_token"])
        output.note(say("→ Give it to who sets up the chat, on the gateway's page /webchat/configurator."))
    if until := account.get("earlier_until"):
        output.note(say("The earlier token goes on until {time}.", time=moment(until / 1000)))
    elif "earlier_until" in account:
        output.note(say("The earlier token has ended."))


def _tokens(tokens: list[dict[str, Any]]) -> str:
    """Which tokens there are, and until when those go on that were replaced."""
    kinds = {"account": str(say("account token")), "widget": str(say("widget token"))}
    tokens = [one | {"kind": kinds[one["kind"]]} for one in tokens]
    return ", ".join(
        str(say("{kind} until {time}", kind=one["kind"], time=moment(one["ends"] / 1000)))
        if one["ends"]
        else one["kind"]
        for one in tokens
    )
