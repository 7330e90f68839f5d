"""``fbtool gateway webchat``: what web chat accounts show on a shop's pages."""

import json
from pathlib import Path
from typing import Any

import click

from fbtool.cli import output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.cli.lazy import Entry, LazyGroup
from fbtool.gateway.channels.webchat import commands
from fbtool.gateway.channels.webchat.settings_service import SettingsRequest
from fbtool.gateway.operation.admin_client import AdminClient
from fbtool.language import N_, say
from fbtool.problem import Kind, Problem

_YES, _NO = {"yes", "true", "on", "ja"}, {"no", "false", "off", "nein"}

webchat = LazyGroup(
    "webchat",
    entries={
        "show": Entry("fbtool.cli.gateway.webchat:show", N_("Show what is set for a web chat.")),
        "set": Entry("fbtool.cli.gateway.webchat:set_", N_("Change a web chat's texts, look and rules.")),
        "snippet": Entry("fbtool.cli.gateway.webchat:snippet", N_("Print the line for the shop's pages.")),
    },
    help=N_(
        "Set up the chat that a web chat account shows on a shop's pages. The same can be done in a browser at the "
        "gateway's page /webchat/configurator. Works while the gateway runs, and while it does not."
    ),
)


class SettingsFileUnreadable(Problem):
    """The file with settings is not what it should be."""

    code = "settings_file_unreadable"
    kind = Kind.THIS_COMPUTER
    what = N_("The settings in {file} cannot be read.")
    meaning = N_("A JSON object is expected, as “fbtool gateway webchat show --json” prints it.")
    remedy = N_("Correct the file. Nothing was changed.")


class WidgetIncomplete(Problem):
    """There is nothing yet that a page could load."""

    code = "widget_incomplete"
    kind = Kind.ATTENTION
    what = N_("The web chat of “{name}” is not set up yet.")
    meaning = N_("The address of the privacy policy is missing; without it nothing appears on the page.")
    remedy = N_("Give it: fbtool gateway webchat set {account} privacy_url=https://shop.example/privacy")


class AddressMissing(Problem):
    """No gateway runs that could say where it is."""

    code = "gateway_address_missing"
    kind = Kind.ATTENTION
    what = N_("The gateway's address is not known while it does not run.")
    remedy = N_("Start the gateway, or name its address with --public-url.")


@click.command(help=N_("Show what is set for a web chat, with the names that “set” takes."))
@click.argument("account")
@data_dir_option
@output.json_option
def show(account: str, data_dir: Path) -> None:
    """Show a table."""
    found = AdminClient(data_dir).do(commands.show, account)
    if output.wants_json():
        output.document(found)
        return
    output.table([say("Setting"), say("Value")], [[name, _shown(value)] for name, value in found["settings"].items()])
    if not found["version"]:
        output.note(say("Nothing was saved yet: these are the defaults. What is missing is privacy_url."))


@click.command(
    "set",
    help=N_(
        "Change a web chat's settings; what you do not name stays. The pages show it within a minute.\n\n"
        "Names and values are those of “show”; yes/no for switches, commas between addresses, an empty value for the "
        "widget's own words. Auto-replies are a list: JSON, as “show” prints it. With --from everything of a JSON "
        "file is taken first.\n\n"
        "Example: fbtool gateway webchat set Shop privacy_url=https://shop.example/privacy side=left"
    ),
)
@click.argument("account")
@click.argument("values", nargs=-1, metavar=N_("[NAME=VALUE]..."))
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("A JSON file as “show --json” prints it."),
)
@data_dir_option
@output.json_option
def set_(account: str, values: tuple[str, ...], file: Path | None, data_dir: Path) -> None:
    """Save."""
    if not values and not file:
        raise click.UsageError(str(say("Name what to change as NAME=VALUE, or a file with --from.")))
    client = AdminClient(data_dir)
    found = client.do(commands.show, account)
    wanted = found["settings"] | (_of_file(file) if file else {})
    for given in values:
        name, equals, text = given.partition("=")
        if not equals:
            raise click.UsageError(str(say("“{given}” is not NAME=VALUE.", given=given)))
        wanted[name] = _value(name, text, found["settings"].get(name))
    changed = client.do(commands.save, account, SettingsRequest(found["version"], wanted))
    output.done(changed, say("The web chat of “{name}” is changed.", name=changed["account"]["name"]))


@click.command(
    help=N_(
        "Print the line that belongs before </body> on every page of the shop.\n\n"
        "With --fixed the line names one version of the widget by its fingerprint (integrity): the browser runs "
        "exactly that one, and newer versions of the widget need a new line."
    )
)
@click.argument("account")
@click.option("--fixed", is_flag=True, help=N_("Pin the present version of the widget."))
@click.option(
    "--public-url",
    envvar="FBTOOL_PUBLIC_URL",
    default="",
    help=N_("The gateway's address, while the gateway does not run."),
)
@data_dir_option
@output.json_option
def snippet(account: str, fixed: bool, public_url: str, data_dir: Path) -> None:
    """Print it."""
    found = AdminClient(data_dir, public_url).do(commands.show, account)
    if not found["version"]:
        raise WidgetIncomplete(name=found["account"]["name"], account=account)
    if not found["snippets"]:
        raise AddressMissing
    line = found["snippets"]["fixed" if fixed else "live"]
    if output.wants_json():
        output.document({"snippet": line})
        return
    click.echo(line)


def _of_file(file: Path) -> dict[str, Any]:
    """Settings alone, or all that ``show --json`` prints."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        raise SettingsFileUnreadable(file=file) from None
    settings = content.get("settings", content) if isinstance(content, dict) else None
    if not isinstance(settings, dict):
        raise SettingsFileUnreadable(file=file)
    return settings


def _value(name: str, text: str, present: Any) -> Any:
    """A value as people type it, of the type that the present one has; the gateway judges what is left."""
    if isinstance(present, bool) and text.lower() in _YES | _NO:
        return text.lower() in _YES
    if isinstance(present, int) and text.strip().isdecimal():
        return int(text)
    if isinstance(present, list) and name == "auto_replies":
        try:
            return json.loads(text or "[]")
        except (ValueError, RecursionError):
            return text
    if isinstance(present, list):
        return [one.strip() for one in text.split(",") if one.strip()]
    return text


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(say("yes") if value else say("no"))
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
