"""``fbtool gateway setup``."""

from pathlib import Path

import click

from fbtool.cli import output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.language import N_, say


@click.command(
    help=N_(
        "Register the running gateway's webhook at the Meta app, so that messages arrive.\n\n"
        "Facebook calls the gateway's public address at once to verify it. Doing it again is harmless.\n\n"
        "Exit codes: 0 done, 5 no gateway runs, 6 no channel needs it, 7 Facebook refused."
    )
)
@data_dir_option
@output.json_option
def setup(data_dir: Path) -> None:
    """Let the gateway register itself."""
    from fbtool.gateway.operation.admin_client import AdminClient

    addresses = AdminClient(data_dir).register()
    output.done(addresses, say("Facebook sends messages to {address} now.", address=addresses["callback_url"]))
    output.note(
        say(
            "Enter these three at the Meta app yourself (Facebook Login, Settings); no program can:\n"
            "  Valid OAuth redirect URI    {redirect}\n"
            "  Deauthorize callback URL    {deauthorize}\n"
            "  Data deletion request URL   {deletion}",
            redirect=addresses["redirect_url"],
            deauthorize=addresses["deauthorize_url"],
            deletion=addresses["data_deletion_url"],
        )
    )
