"""What several commands of ``fbtool gateway`` take."""

from pathlib import Path

import click

from fbtool.language import say


def _default_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("fbtool", appauthor=False) / "gateway"


data_dir = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="FBTOOL_DATA_DIR",
    default=_default_folder,
    show_default=str(say("your data folder")),
    help=str(say("Where the gateway keeps its database and keys.")),
)
