"""``fbtool gateway backup`` and ``restore``."""

from pathlib import Path

import click

from fbtool.cli import output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.language import N_, say


@click.command(
    help=N_(
        "Write a consistent copy of the gateway's database into FILE. Works while the gateway runs.\n\n"
        "Messages, answers and tokens in it are encrypted; names of accounts, Pages and the people who linked them "
        "can be read. What a restored gateway needs besides is not in it: keep the master key, gateway.toml and "
        "the app's secret in another place. With PostgreSQL use pg_dump.\n\n"
        "Example: fbtool gateway backup gateway-2027-01-31.sqlite\n\n"
        "Exit codes: 0 done, 8 there is nothing to save, or FILE cannot be written."
    )
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@data_dir_option
@output.json_option
def backup(file: Path, data_dir: Path) -> None:
    """Copy."""
    from fbtool.gateway.operation.admin_client import AdminClient
    from fbtool.gateway.operation.backup import FileExists, write

    if file.exists():
        raise FileExists(file=file)
    copy = AdminClient(data_dir).backup()
    write(file, copy)
    saved = {"file": str(file), "bytes": len(copy)}
    output.done(saved, say("Saved {count} bytes in {file}.", count=len(copy), file=file))
    output.note(say("The copy opens only with the master key, which is not in it. Do you keep copies of that key, of "
                    "gateway.toml and of the app's secret in another place?"))  # fmt: skip


@click.command(
    help=N_(
        "Put a backup into a data folder that holds no database. No gateway may run there.\n\n"
        "The folder has to have the master key that the backup was made with (master.key, or as the settings say). "
        "Answers that were on their way are not sent, for they may have gone out after the backup; the CRM is told "
        "that their fate is unclear. Events acknowledged after the backup are handed out again.\n\n"
        "Exit codes: 0 done, 8 there is a database already, the backup is damaged, or the master key does not fit."
    )
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_dir_option
@output.json_option
def restore(file: Path, data_dir: Path) -> None:
    """Put back."""
    from fbtool.gateway.operation import backup as backups
    from fbtool.gateway.operation.settings import database_url_of, given_master_key
    from fbtool.gateway.store.factory import DATABASE

    if database_url_of(data_dir):
        raise backups.DataInPostgres
    backups.restore(file, data_dir / DATABASE, given_master_key(data_dir))
    told = say("Restored into {folder}. Start it with “fbtool gateway run”.", folder=data_dir)
    output.done({"data_dir": str(data_dir)}, told)
