"""``fbtool gateway run``."""

import logging
from pathlib import Path
from typing import Any

import click

from fbtool.cli import output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.language import say

log = logging.getLogger("fbtool.gateway")


@click.command(
    help=str(
        say(
            "Run the gateway until Ctrl-C.\n\n"
            "Its settings are in gateway.toml in the data folder (“fbtool gateway init” writes it); environment and "
            "options come before it. It needs a Meta app: its id and its secret, which is never an argument: "
            "app.secret in the data folder or FBTOOL_APP_SECRET_FILE holds it. For the world outside, put TLS in "
            "front and give the address with --public-url. The master key comes from FBTOOL_MASTER_KEY_FILE or the "
            "settings file; without one it is made in the data folder.\n\n"
            "Ctrl-C or SIGTERM ends it in good order within ten seconds; a second one at once.\n\n"
            "Example: FBTOOL_APP_SECRET_FILE=app.secret fbtool gateway run --app-id 1840000000000001 "
            "--public-url https://gateway.example.org\n\n"
            "Exit codes: 0 stopped, 8 wrong settings, port in use or data in use."
        )
    )
)
@data_dir_option
@click.option("--host", default="", help=str(say("Where to listen.")), show_default="127.0.0.1")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=None,
    show_default="8787",
    help=str(say("Where to listen; 0 takes any free port.")),
)
@click.option("--public-url", default="", help=str(say("The https address under which the world reaches the gateway.")))
@click.option("--app-id", default="", help=str(say("The id of the Meta app.")))
@click.option("--facebook", default="", help=str(say("Use this stand-in instead of Facebook (see “fbtool sandbox”).")))
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default=None,
    show_default="text",
    help=str(say("Log lines for people, or one JSON object a line for programs.")),
)
@click.option("--verbose", is_flag=True, help=str(say("Log every delivery (counts only, never content).")))
@output.json_option
def run(data_dir: Path, verbose: bool, log_format: str | None, **options: Any) -> None:
    """Run until a signal comes."""
    from fbtool.gateway.operation.settings import Options, keyring_of, load
    from fbtool.gateway.server import Gateway
    from fbtool.gateway.telemetry import logs

    settings = load(Options(data_dir=data_dir, log_format=log_format or "", **options))
    running = Gateway(settings)

    def ready() -> None:
        if output.wants_json():
            output.document(
                {
                    "address": running.address,
                    "listening": running.listening,
                    "port": running.port,
                    "data_dir": str(data_dir),
                    "database": "postgresql" if settings.database_url else "sqlite",
                }
            )
        output.line(say("Gateway ready at {address}", address=running.address))
        if running.address != running.listening:
            output.note(say("It listens at {address}.", address=running.listening))
        if settings.database_url:
            output.note(say("Data in the shared PostgreSQL database, keys in {folder}. Ctrl-C stops it.",
                            folder=data_dir))  # fmt: skip
        else:
            output.note(say("Data in {folder}. Ctrl-C stops it.", folder=data_dir))

    with logs.written(settings.log_format, verbose=verbose):
        for file in keyring_of(data_dir).readable_by_others():
            log.warning("others on this computer may read %s: chmod 600, then replace the secret", file)
        running.run(ready)
    output.note(say("Gateway stopped."))
