"""``fbtool gateway managers``: who may make messenger accounts and manage those."""

from pathlib import Path

import click

from fbtool.cli import output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.cli.lazy import Entry, LazyGroup
from fbtool.gateway.operation import manager_commands
from fbtool.gateway.operation.admin_client import AdminClient
from fbtool.gateway.operation.manager_commands import NewManager
from fbtool.language import N_, say, say_n

managers = LazyGroup(
    "managers",
    entries={
        "add": Entry("fbtool.cli.gateway.managers:add", N_("Create a manager and print its token.")),
        "list": Entry("fbtool.cli.gateway.managers:list_", N_("List all managers.")),
        "remove": Entry("fbtool.cli.gateway.managers:remove", N_("End a manager's token; its accounts stay.")),
    },
    help=N_(
        "Manage who may make messenger accounts of their own. Works while the gateway runs, and while it does not."
    ),
)


@click.command(
    help=str(
        say(
            "Create a manager and print its token, which is shown only now.\n\n"
            "The token makes messenger accounts and manages those that were made with it; it sees no others. This is "
            "what a desk gets: the admin token stays at this computer. Example: fbtool gateway managers add Desk"
        )
    )
)
@click.argument("name")
@data_dir_option
@output.json_option
def add(name: str, data_dir: Path) -> None:
    """Make the manager."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = AdminClient(data_dir).do(manager_commands.add, body=NewManager(name))
    if output.wants_json():
        output.document(made)
        return
    output.note(say("Manager “{name}”. Its token, shown only now:", name=made["name"]))
    click.echo(made["token"])


@click.command("list", help=N_("List all managers."))
@data_dir_option
@output.json_option
def list_(data_dir: Path) -> None:
    """Show a table."""
    found = AdminClient(data_dir).do(manager_commands.list_all)["managers"]
    if output.wants_json():
        output.document({"managers": found})
        return
    if not found:
        output.line(say("There is no manager yet. “fbtool gateway managers add NAME” makes one."))
        return
    output.table(
        [say("Name"), say("Id"), say("Accounts")], [[one["name"], one["id"], str(one["accounts"])] for one in found]
    )
    output.note(say_n("{count} manager", "{count} managers", len(found)))


@click.command(help=N_("End a manager's token at once. The accounts that it made go on, in your hands."))
@click.argument("name")
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@data_dir_option
@output.json_option
def remove(name: str, yes: bool, data_dir: Path) -> None:
    """Remove."""
    if not yes and not output.wants_json():
        click.confirm(str(say("Remove the manager “{name}”?", name=name)), abort=True, err=True)
    removed = AdminClient(data_dir).do(manager_commands.remove, name)
    output.done(removed, say("“{name}” is removed.", name=removed["name"]))
