"""What several commands of ``fbtool gateway`` take."""

import os
import shlex
from pathlib import Path

import click

from fbtool.language import N_, say


def _default_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("fbtool", appauthor=False) / "gateway"


data_dir = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="FBTOOL_DATA_DIR",
    default=_default_folder,
    show_default=str(say("your data folder")),
    help=N_("Where the gateway keeps its database and keys."),
)


def command(name: str, folder: Path) -> str:
    """A command of ``fbtool gateway`` as it has to be typed to mean this data folder."""
    if folder == Path(os.environ.get("FBTOOL_DATA_DIR") or _default_folder()):
        return f"fbtool gateway {name}"
    named = f'"{folder}"' if os.name == "nt" else shlex.quote(str(folder))
    return f"fbtool gateway {name} --data-dir {named}"
