"""``fbtool connect``: connect this computer with a messenger account."""

import os
import sys
from collections.abc import Callable

import click

from fbtool.cli import output
from fbtool.connection_code import AddressUnusable, Connection, ConnectionCodeUnreadable, checked_address, is_code
from fbtool.language import N_, Sentence, say
from fbtool.linking.local.gateway_hint import gateway_of_download
from fbtool.linking.local.lookup import CODE_FILE_SETTING, CODE_SETTING
from fbtool.linking.local.session import connect as keep
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.network.gateway_documents import Account
from fbtool.linking.network.http import host_of


@click.command(
    context_settings={"allow_extra_args": True},
    help=N_(
        "Connect this computer with a messenger account.\n\n"
        "You need the account's connection code, one long word that starts with “fbtool-”. The person who runs the "
        "gateway has it. You are asked for it; what you paste stays invisible. The code is tried at once and kept "
        "in the secret store of this computer.\n\n"
        "Examples:\n\n"
        "  fbtool connect\n\n"
        "  fbtool connect < code.txt\n\n"
        "  fbtool connect --address https://gateway.example.org   (asks for the account's token)\n\n"
        "Without “connect”, for scripts: the environment variable FBTOOL_CONNECTION holds the code, or "
        "FBTOOL_CONNECTION_FILE names a file with it.\n\n"
        "Exit codes: 0 connected; 5 the gateway cannot be reached; 6 it refuses, or the account is not for "
        "Facebook; 8 the code is incomplete, or this computer has no secret store."
    ),
)
@click.option("--address", metavar="URL", help=N_("The gateway's address; then the account's token is asked for."))
@output.json_option
@click.pass_context
def connect(context: click.Context, address: str | None) -> None:
    """Ask for the code, try it, keep it."""
    if context.args:
        # click would repeat it, and it may be a secret.
        raise click.UsageError(str(say("A connection code does not belong on the command line, where other programs "
                                       "can read it. Type “fbtool connect” alone; you are asked for it.")))  # fmt: skip
    workplace = Workplace.of_this_computer()
    # Nobody should be asked for something that cannot be stored.
    workplace.require_storage()
    connection = _ask(address)
    _show(connection, keep(workplace, connection))


def _ask(address: str | None) -> Connection:
    if address is not None:
        token = _secret(say("Token of the messenger account"), _says_something)
        return Connection.to(checked_address(address), _first_line(token))
    proposed = gateway_of_download()
    if not proposed:
        return Connection.from_code(_secret(say("Connection code"), _holds_code))
    question = say("Connection code, or the account's token at {host}", host=host_of(proposed))
    answer = _secret(question, lambda text: _holds_code(text) or (_says_something(text) and not is_code(text)))
    return Connection.from_code(answer) if is_code(answer) else Connection.to(proposed, _first_line(answer))


def _secret(question: Sentence, is_whole: Callable[[str], bool]) -> str:
    if sys.stdin.isatty():
        return output.ask(question, secret=True)
    output.note(f"{question}:")
    return output.piped(is_whole)


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _says_something(text: str) -> bool:
    return bool(text.strip())


def _holds_code(text: str) -> bool:
    """Whether a whole code is in ``text``; an empty line after a part of one says that no more will come."""
    try:
        Connection.from_code(text)
    except ConnectionCodeUnreadable:
        return is_code(text) and text.endswith(("\n\n", "\n\r\n"))
    except AddressUnusable:
        pass
    return True


def _show(connection: Connection, account: Account) -> None:
    if output.wants_json():
        output.document(
            {
                "account": {"id": account.id, "name": account.name, "channel": account.channel},
                "gateway": {"address": connection.address, "version": account.gateway.version},
            }
        )
    output.line(say("✓ Connected with the messenger account “{name}”.", name=account.name))
    output.line(say("  Channel: {channel}", channel=account.channel))
    output.line(
        say("  Gateway: {host}, version {version}", host=host_of(connection.address), version=account.gateway.version)
    )
    for setting in (CODE_SETTING, CODE_FILE_SETTING):
        if os.environ.get(setting):
            output.note(say("Mind that {setting} is set and goes before this connection.", setting=setting))
    output.note(say("Next: fbtool login"))
