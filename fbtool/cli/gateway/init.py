"""``fbtool gateway init``."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from fbtool.cli import output
from fbtool.cli.gateway.options import command
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.gateway.channels import installed
from fbtool.gateway.channels.facebook import NAME as FACEBOOK
from fbtool.language import N_, Sentence, say
from fbtool.problem import Problem


@click.command(
    help=N_(
        "Write a commented settings file and the keys into the data folder.\n\n"
        "On a terminal it asks for what it cannot know: the Meta app's id and secret and the public address. "
        "Without a terminal give --app-id and --public-url, and the secret in FBTOOL_APP_SECRET or the file that "
        "FBTOOL_APP_SECRET_FILE names; it is copied into a file that only you may read. Nothing that exists is "
        "overwritten.\n\n"
        "Example: fbtool gateway init --app-id 1840000000000001 --public-url https://gateway.example.org\n\n"
        "Example, for web chats alone, without Facebook: fbtool gateway init --channel webchat --public-url "
        "https://gateway.example.org\n\n"
        "Exit codes: 0 done, 8 there is a gateway already, or the folder cannot be used."
    )
)
@data_dir_option
@click.option(
    "--channel",
    "channels",
    type=click.Choice(installed.names()),
    multiple=True,
    default=[FACEBOOK],
    show_default=True,
    help=N_("A channel that it offers; can be given several times."),
)
@click.option("--app-id", envvar="FBTOOL_APP_ID", default="", help=N_("The id of the Meta app."))
@click.option(
    "--public-url",
    envvar="FBTOOL_PUBLIC_URL",
    default="",
    help=N_("The https address under which the world reaches the gateway."),
)
@output.json_option
def init(data_dir: Path, channels: tuple[str, ...], app_id: str, public_url: str) -> None:
    """Ask, write, and say what comes next."""
    from fbtool.connection_code import checked_address
    from fbtool.gateway.channels.facebook.settings import APP_SECRET, check_app_id, check_app_secret, for_setup
    from fbtool.gateway.operation.settings_file import FILE
    from fbtool.gateway.operation.setup_files import AlreadySetUp, set_up

    if (data_dir / FILE).exists():
        raise AlreadySetUp(folder=data_dir)
    asks = sys.stdin.isatty() and not output.wants_json()
    needs_app = FACEBOOK in channels
    app_secret = _given_secret() if needs_app else ""
    if asks and needs_app:
        app_id = app_id or _ask(say("The id of the Meta app (a number; empty: later)"), check_app_id)
        question = say("The secret of the Meta app (not shown; empty: later)")
        app_secret = app_secret or _ask(question, check_app_secret, hidden=True)
    if asks:
        public_url = public_url or _ask(
            say("The public https address of this gateway (empty: this computer only)"), checked_address
        )
    of_app = for_setup(app_id, app_secret) if needs_app else ({}, {})
    founded = set_up(data_dir, public_url, list(dict.fromkeys(channels)), *of_app)
    secret_file = data_dir / APP_SECRET.credential
    secret_missing = needs_app and not secret_file.exists()
    if output.wants_json():
        made = [str(file) for file in founded.made]
        output.document({"settings": str(founded.settings), "made": made, "app_secret_missing": secret_missing})
        return
    output.line(say("Settings: {file}", file=founded.settings))
    for file in founded.made:
        output.line(say("Key, only for your eyes: {file}", file=file))
    if founded.key_missing:
        output.note(say("! {folder} already holds a database, which opens only with its own master key. So no new one "
                        "was made: put the old one back as master.key, or name it with FBTOOL_MASTER_KEY_FILE.",
                        folder=data_dir))  # fmt: skip
    else:
        output.note(say("Keep a copy of master.key in another place: without it no backup can be read."))
    if needs_app and not app_id:
        output.note(say("→ Write the app's id into {file}.", file=founded.settings))
    if secret_missing:
        output.note(say("→ Write the app's secret into {file} and let only yourself read it.", file=secret_file))
    output.note(
        say("→ Start it with “{start}”, then look with “{check}” whether all is right.",
            start=command("run", data_dir), check=command("check", data_dir))
    )  # fmt: skip


def _given_secret() -> str:
    from fbtool.gateway.operation.setup_files import FolderUnusable

    named = os.environ.get("FBTOOL_APP_SECRET_FILE")
    if not named:
        return os.environ.get("FBTOOL_APP_SECRET", "").strip()
    try:
        return Path(named).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FolderUnusable(folder=named, reason=getattr(error, "strerror", "UTF-8")) from None


def _ask(question: Sentence, check: Callable[[str], object], *, hidden: bool = False) -> str:
    """Ask until the answer can be used, or is left for later."""
    while True:
        answer: str = click.prompt(str(question), default="", show_default=False, hide_input=hidden, err=True).strip()
        try:
            if answer:
                check(answer)
        except Problem as problem:
            told = problem.told()
            output.note(f"{told.what} {told.remedy}")
        else:
            return answer
