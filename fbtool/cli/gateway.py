"""``fbtool gateway``: run the gateway, manage its messenger accounts."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fbtool.cli import output
from fbtool.cli.lazy import Entry, LazyGroup
from fbtool.language import N_, Sentence, say, say_n

if TYPE_CHECKING:
    from fbtool.gateway.console import Console


def _default_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("fbtool", appauthor=False) / "gateway"


_data_dir = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="FBTOOL_DATA_DIR",
    default=_default_folder,
    show_default=str(say("your data folder")),
    help=str(say("Where the gateway keeps its database and keys.")),
)

gateway = LazyGroup(
    "gateway",
    entries={
        "run": Entry("fbtool.cli.gateway:run", N_("Run the gateway until Ctrl-C.")),
        "setup": Entry("fbtool.cli.gateway:setup", N_("Register the running gateway's webhook at the Meta app.")),
        "accounts": Entry("fbtool.cli.gateway:accounts", N_("Manage messenger accounts.")),
    },
    help=N_("Run the gateway between Facebook and your customer-service system, and manage its messenger accounts."),
)

accounts = LazyGroup(
    "accounts",
    entries={
        "add": Entry("fbtool.cli.gateway:add", N_("Create a messenger account and print its connection code.")),
        "list": Entry("fbtool.cli.gateway:list_", N_("List all messenger accounts.")),
        "rotate": Entry("fbtool.cli.gateway:rotate", N_("Replace an account's token; links stay.")),
        "disable": Entry("fbtool.cli.gateway:disable", N_("Switch an account off; its messages wait.")),
        "enable": Entry("fbtool.cli.gateway:enable", N_("Switch an account on again.")),
        "remove": Entry("fbtool.cli.gateway:remove", N_("Remove an account that has no links.")),
    },
    help=N_("Manage messenger accounts. Works while the gateway runs, and while it does not."),
)


@click.command(
    help=str(
        say(
            "Run the gateway until Ctrl-C.\n\n"
            "It needs a Meta app: its id (--app-id or FBTOOL_APP_ID) and its secret, which is never an argument: "
            "FBTOOL_APP_SECRET_FILE names a file, or FBTOOL_APP_SECRET holds it. For the world outside, put TLS in "
            "front and give the address with --public-url. The master key comes from FBTOOL_MASTER_KEY_FILE or "
            "FBTOOL_MASTER_KEY; without one it is made in the data folder.\n\n"
            "Example: FBTOOL_APP_SECRET_FILE=app.secret fbtool gateway run --app-id 1840000000000001 "
            "--public-url https://gateway.example.org\n\n"
            "Exit codes: 0 stopped, 8 wrong settings, port in use or data in use."
        )
    )
)
@_data_dir
@click.option("--host", default="127.0.0.1", show_default=True, help=str(say("Where to listen.")))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8787,
    show_default=True,
    help=str(say("Where to listen; 0 takes any free port.")),
)
@click.option("--public-url", default="", help=str(say("The https address under which the world reaches the gateway.")))
@click.option("--app-id", default="", help=str(say("The id of the Meta app.")))
@click.option("--facebook", default="", help=str(say("Use this stand-in instead of Facebook (see “fbtool sandbox”).")))
@click.option("--verbose", is_flag=True, help=str(say("Log every delivery (counts only, never content).")))
@output.json_option
def run(data_dir: Path, verbose: bool, **options: Any) -> None:
    """Run until a signal comes."""
    from fbtool.gateway.server import Gateway
    from fbtool.gateway.settings import Options, load

    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    settings = load(Options(data_dir=data_dir, **options))
    running = Gateway(settings)

    def ready() -> None:
        if output.wants_json():
            output.document({"address": running.address, "port": running.port, "data_dir": str(data_dir)})
        output.line(say("Gateway ready at {address}", address=running.address))
        output.note(say("Data in {folder}. Ctrl-C stops it.", folder=data_dir))

    running.run(ready)
    output.note(say("Gateway stopped."))


@click.command(
    help=str(
        say(
            "Register the running gateway's webhook at the Meta app, so that messages arrive.\n\n"
            "Facebook calls the gateway's public address at once to verify it. Doing it again is harmless.\n\n"
            "Exit codes: 0 done, 5 no gateway runs, 7 Facebook refused."
        )
    )
)
@_data_dir
@output.json_option
def setup(data_dir: Path) -> None:
    """Let the gateway register itself."""
    url = _console(data_dir).listen()
    if output.wants_json():
        output.document({"callback_url": url})
    output.line(say("Facebook sends messages to {address} now.", address=url))


@click.command(
    help=str(
        say(
            "Create a messenger account and print its connection code, which an admin pastes into the tool.\n\n"
            "The code contains the account's token and is shown only now. "
            'Example: fbtool gateway accounts add "Customer service"'
        )
    )
)
@click.argument("name")
@click.option(
    "--channel",
    type=click.Choice(["facebook", "webchat", "partner"]),
    default="facebook",
    show_default=True,
    help=str(say("What the account serves; one account serves one channel.")),
)
@click.option(
    "--public-url",
    envvar="FBTOOL_PUBLIC_URL",
    default="",
    help=str(say("The gateway's address for the connection code, while the gateway does not run.")),
)
@_data_dir
@output.json_option
def add(name: str, channel: str, public_url: str, data_dir: Path) -> None:
    """Make the account."""
    from fbtool.gateway.accounts import Channel

    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    _show_token(_console(data_dir, public_url).add(name, Channel(channel)))


@click.command("list", help=str(say("List all messenger accounts.")))
@_data_dir
@output.json_option
def list_(data_dir: Path) -> None:
    """Show a table."""
    found = _console(data_dir).accounts()
    if output.wants_json():
        output.document({"accounts": found})
        return
    if not found:
        output.line(say("There is no messenger account yet. “fbtool gateway accounts add NAME” makes one."))
        return
    output.table(
        [say("Name"), say("Id"), say("Channel"), say("Active")],
        [[a["name"], a["id"], a["channel"], str(say("yes") if a["active"] else say("no"))] for a in found],
    )
    output.note(say_n("{count} messenger account", "{count} messenger accounts", len(found)))


@click.command(help=str(say("Replace an account's token and print the new connection code. The old one ends at once.")))
@click.argument("name")
@click.option(
    "--public-url",
    envvar="FBTOOL_PUBLIC_URL",
    default="",
    help=str(say("The gateway's address for the connection code, while the gateway does not run.")),
)
@_data_dir
@output.json_option
def rotate(name: str, public_url: str, data_dir: Path) -> None:
    """Make a new token."""
    _show_token(_console(data_dir, public_url).rotate(name))


@click.command(help=str(say("Switch an account off: its CRM and its tool are refused, its messages wait.")))
@click.argument("name")
@_data_dir
@output.json_option
def disable(name: str, data_dir: Path) -> None:
    """Switch off."""
    _show_done(_console(data_dir).set_active(name, active=False), say("“{name}” is switched off.", name=name))


@click.command(help=str(say("Switch an account on again.")))
@click.argument("name")
@_data_dir
@output.json_option
def enable(name: str, data_dir: Path) -> None:
    """Switch on."""
    _show_done(_console(data_dir).set_active(name, active=True), say("“{name}” is switched on.", name=name))


@click.command(help=str(say("Remove an account and what waits for it. Refused while Pages are linked to it.")))
@click.argument("name")
@click.option("--yes", is_flag=True, help=str(say("Do not ask.")))
@_data_dir
@output.json_option
def remove(name: str, yes: bool, data_dir: Path) -> None:
    """Remove."""
    if not yes and not output.wants_json():
        click.confirm(str(say("Remove “{name}” and everything that waits for it?", name=name)), abort=True, err=True)
    _show_done(_console(data_dir).remove(name), say("“{name}” is removed.", name=name))


def _console(data_dir: Path, public_url: str = "") -> "Console":
    from fbtool.gateway.console import Console

    return Console(data_dir, public_url)


def _show_token(account: dict[str, Any]) -> None:
    if output.wants_json():
        output.document(account)
        return
    code = account.get("connection_code")
    output.note(say("Messenger account “{name}” ({channel}).", name=account["name"], channel=account["channel"]))
    if code:
        output.note(say("Its connection code, shown only now; paste it into the tool:"))
    else:
        output.note(say("Its token, shown only now (start the gateway or give --public-url for a connection code):"))
    click.echo(code or account["token"])


def _show_done(account: dict[str, Any], sentence: Sentence) -> None:
    if output.wants_json():
        output.document(account)
    output.line(sentence)
