"""``fbtool gateway reload``."""

from pathlib import Path

import click

from fbtool.cli import output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.language import N_, say


@click.command(
    "reload",
    help=N_(
        "Let the running gateway read its settings again, and take what can change without a restart.\n\n"
        "That is which channels it offers (server.channels). What needs a restart is named. If anything is wrong "
        "with the settings, all mistakes are told and nothing changes. Options and environment are those of the "
        "gateway's start.\n\n"
        "Exit codes: 0 done, 5 no gateway runs, 6 the settings are wrong."
    ),
)
@data_dir_option
@output.json_option
def reload(data_dir: Path) -> None:
    """Let the gateway read them."""
    from fbtool.gateway.operation.admin_client import AdminClient

    done = AdminClient(data_dir).reload()
    if output.wants_json():
        output.document(done)
    if done["changed"]:
        output.line(say("Taken: {names}.", names=", ".join(done["changed"])))
        output.line(say("Offered channels: {names}.", names=", ".join(done["channels"])))
    if done["restart"]:
        output.note(say("→ Restart the gateway; until then it does not know the new {names}.",
                        names=", ".join(done["restart"])))  # fmt: skip
    if not done["changed"] and not done["restart"]:
        output.line(say("No setting has changed."))
