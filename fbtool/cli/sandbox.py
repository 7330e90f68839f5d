"""``fbtool sandbox``: the stand-in for Facebook."""

from pathlib import Path

import click

from fbtool.cli import output
from fbtool.cli.lazy import Entry, LazyGroup
from fbtool.language import N_, say

sandbox = LazyGroup(
    "sandbox",
    entries={
        "run": Entry("fbtool.cli.sandbox:run", N_("Run the stand-in until Ctrl-C.")),
        "conformance": Entry(
            "fbtool.cli.conformance:conformance",
            N_("Play Facebook against any Messenger webhook and judge it."),
            "sandbox",
        ),
    },
    help=N_("A stand-in for Facebook on this computer: people, Pages, login dialog, Graph API, customers, webhooks."),
)


@click.command(
    help=N_(
        "Run the stand-in for Facebook until Ctrl-C.\n\n"
        "Open its address in a browser: the front page shows who lives there, their passwords, the app's secret, "
        "and the customers' chats. Everything is forgotten when it stops.\n\n"
        "Example: fbtool sandbox run --port 8700\n\n"
        "Exit codes: 0 stopped, 8 port in use or world file unreadable."
    )
)
@click.option(
    "--world",
    default="small-shop",
    show_default=True,
    help=N_("Who lives there: the name of a world that comes with fbtool, or a YAML file."),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=N_("Where to listen."))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8700,
    show_default=True,
    help=N_("Where to listen; 0 takes any free port."),
)
@output.json_option
def run(world: str, host: str, port: int) -> None:
    """Run until a signal comes."""
    from fbtool.sandbox.server import SandboxServer
    from fbtool.sandbox.world.loader import load, shipped

    inhabited = load(Path(world)) if Path(world).suffix in {".yaml", ".yml"} else shipped(world)
    app = inhabited.apps[0]

    def announce(address: str) -> None:
        if output.wants_json():
            output.document({"address": address, "world": inhabited.name, "app_id": app.id, "app_secret": app.secret})
        output.line(say("Sandbox ready at {address}", address=address))
        output.note(say("World “{world}”. Open the address in a browser; Ctrl-C stops it.", world=inhabited.name))

    SandboxServer(inhabited, host, port).run(announce)
    output.note(say("Sandbox stopped."))
