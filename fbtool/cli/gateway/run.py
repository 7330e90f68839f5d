"""``fbtool gateway run``."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from fbtool.cli import output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.gateway.channels import installed
from fbtool.gateway.operation.core_settings import SETTINGS
from fbtool.gateway.setting import Setting
from fbtool.language import N_, Sentence, say

log = logging.getLogger("fbtool.gateway")

_OFFERED = [setting for setting in (*SETTINGS, *installed.settings()) if setting.option]


def _parameter(setting: Setting) -> str:
    return setting.place.replace(".", "_")


def _settings(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each setting that can be given as one."""
    for setting in reversed(_OFFERED):
        command = click.option(
            setting.option,
            _parameter(setting),
            type=click.Choice(setting.choices) if setting.choices else type(setting.default),
            help=str(Sentence(setting.why)),
            show_default=str(setting.default) or None,
        )(command)
    return command


@click.command(
    help=N_(
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
@data_dir_option
@_settings
@click.option("--verbose", is_flag=True, help=N_("Log every delivery (counts only, never content)."))
@output.json_option
def run(data_dir: Path, verbose: bool, **options: Any) -> None:
    """Run until a signal comes."""
    from fbtool.gateway.operation.settings import load
    from fbtool.gateway.operation.settings_reader import Reader
    from fbtool.gateway.server import Gateway
    from fbtool.gateway.telemetry import logs

    said = {setting.place: options[_parameter(setting)] for setting in _OFFERED}
    settings = load(data_dir, options={place: str(value) for place, value in said.items() if value is not None})
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
        for file in Reader(data_dir).keys.readable_by_others():
            log.warning("others on this computer may read %s: chmod 600, then replace the secret", file)
        running.run(ready)
    output.note(say("Gateway stopped."))
