"""``fbtool gateway rotate-key`` and ``rotate-app-secret``."""

import sys
from pathlib import Path

import click

from fbtool.cli import output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.language import N_, Sentence, say


@click.command(
    "rotate-key",
    help=N_(
        "Give the database a new master key. Stop the gateway first; it takes a second. Gateways that share a "
        "PostgreSQL database go on meanwhile; each needs the new key before it starts the next time.\n\n"
        "Conversations, links and tokens stay as they are. The old key stays beside the new one as master.key.old: "
        "remove it when the gateway has started with the new key and a new backup is made (older backups need "
        "it).\n\n"
        "If the key is handed over from outside (systemd, FBTOOL_MASTER_KEY), say with --new-key-file where the "
        "new one goes, and hand that over from then on.\n\n"
        "Exit codes: 0 done, 8 a gateway runs, or a file is in the way."
    ),
)
@data_dir_option
@click.option(
    "--new-key-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Write the new key into this file instead of replacing master.key."),
)
@output.json_option
def rotate_key(data_dir: Path, new_key_file: Path | None) -> None:
    """Wrap the data key anew."""
    from fbtool.gateway.operation.backup import NothingToSave
    from fbtool.gateway.operation.core_settings import MASTER_KEY
    from fbtool.gateway.operation.key_rotation import KeyNotInFile, Rotated, rotate_master_key
    from fbtool.gateway.operation.settings import database_url_of, given_master_key
    from fbtool.gateway.operation.settings_reader import Reader
    from fbtool.gateway.operation.setup_files import FolderUnusable
    from fbtool.gateway.store.factory import DATABASE, data_key_of

    keyring = Reader(data_dir).keys
    if keyring.handed_over(MASTER_KEY) and new_key_file is None:
        raise KeyNotInFile
    key_file = keyring.file_of(MASTER_KEY)
    shared = database_url_of(data_dir)
    if not shared and not (data_dir / DATABASE).exists():
        raise NothingToSave(folder=data_dir)
    try:
        with data_key_of(data_dir, shared) as kept:
            done = rotate_master_key(kept, key_file, given_master_key(data_dir), new_key_file)
    except OSError as error:
        raise FolderUnusable(folder=(new_key_file or key_file).parent, reason=error.strerror) from None
    if output.wants_json():
        output.document({"result": done.value, "key_file": str(new_key_file or key_file)})
    if done is Rotated.FINISHED:
        output.line(say("An earlier rotation was interrupted; it is finished now."))
    output.line(say("The database opens with the new key in {file}.", file=new_key_file or key_file))
    output.note(_after(shared=bool(shared)))


def _after(*, shared: bool) -> Sentence:
    if shared:
        return say("→ Give the new key to every other gateway of this database before its next start; those that run "
                   "go on. “fbtool gateway check” tells at each whether it has it. Then make a new dump, keep a copy "
                   "of the new key in another place, and remove the old key.")  # fmt: skip
    return say("→ Start the gateway, make a new backup, keep a copy of the new key in another place, "
               "then remove the old key.")  # fmt: skip


@click.command(
    "rotate-app-secret",
    help=N_(
        "Take a new app secret in two steps, without losing a delivery.\n\n"
        "Step 1: at developers.facebook.com, App settings, Basic, reset the secret; then run this command at once "
        "and type the new one (or name a file with --from-file). The old one is still accepted for deliveries that "
        "are under way. Restart the gateway.\n\n"
        "Step 2, an hour later or more: run it with --finish, and restart. Only the new one counts then.\n\n"
        "Exit codes: 0 done, 8 no secret was given, or it is handed over from outside."
    ),
)
@data_dir_option
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("Read the new secret from this file instead of asking."),
)
@click.option("--finish", is_flag=True, help=N_("Step 2: forget the old secret."))
@output.json_option
def rotate_app_secret(data_dir: Path, from_file: Path | None, finish: bool) -> None:
    """Do one of the two steps."""
    from fbtool.gateway.channels.facebook.settings import APP_SECRET, EARLIER_APP_SECRET, check_app_secret
    from fbtool.gateway.operation.key_rotation import SecretNotInFile, forget_earlier_secret, take_new_secret
    from fbtool.gateway.operation.settings_reader import Reader
    from fbtool.gateway.operation.setup_files import FolderUnusable

    keyring = Reader(data_dir).keys
    if keyring.handed_over(APP_SECRET):
        raise SecretNotInFile
    secret_file, earlier_file = keyring.file_of(APP_SECRET), keyring.file_of(EARLIER_APP_SECRET)
    try:
        if finish:
            changed = forget_earlier_secret(earlier_file)
            told = say("The old secret is forgotten.") if changed else say("There was no old secret.")
        else:
            take_new_secret(secret_file, earlier_file, _new_secret(from_file), check_app_secret)
            told = say("The new secret is in {file}; the old one is still accepted.", file=secret_file)
    except OSError as error:
        raise FolderUnusable(folder=secret_file.parent, reason=error.strerror) from None
    output.done({"app_secret_file": str(secret_file), "old_accepted": earlier_file.exists()}, told)
    output.note(say("→ Restart the gateway, then look with “fbtool gateway check” whether Facebook accepts it."))
    if not finish:
        output.note(say("→ In an hour or later: fbtool gateway rotate-app-secret --finish"))


def _new_secret(from_file: Path | None) -> str:
    if from_file is not None:
        return from_file.read_text("utf-8", "replace").strip()
    if not sys.stdin.isatty():
        return ""
    answer: str = click.prompt(str(say("The new app secret (not shown)")), hide_input=True, err=True)
    return answer.strip()
