"""``fbtool export`` and ``fbtool import``: which Page belongs to which messenger account, as a file."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from fbtool.cli import output
from fbtool.cli.listing import fetch, show_gaps
from fbtool.cli.outcomes import report
from fbtool.cli.working import stoppable
from fbtool.language import N_, say_n
from fbtool.linking.links.linker import Outcome, Result, link_pages
from fbtool.linking.links.mapping import FORMATS, Entry, format_of, read_mapping, write_mapping
from fbtool.linking.links.matching import match
from fbtool.linking.local.session import open_account
from fbtool.linking.local.workplace import Workplace
from fbtool.problem import Problem

_STREAM = "-"


class FileUnusable(Problem):
    """The system refuses the file."""

    code = "file_unusable"
    what = N_("The file {path} cannot be used: {error}.")
    remedy = N_("Check the path and who may read and write there.")


_format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), help=N_("The file's format, if its name does not say it.")
)


@click.command(
    help=N_(
        "Write which Pages are linked to the messenger account into a file.\n\n"
        "FILE ends in .csv or .json; “-” is standard output. No secret is in it. Nobody needs to be signed in.\n\n"
        "Examples:\n\n"
        "  fbtool export pages.csv\n\n"
        "  fbtool export - --format json\n\n"
        "Exit codes: 0 written; 4 not connected; 5 the gateway cannot be reached; 6 it refuses; 8 the file cannot "
        "be written."
    )
)
@click.argument("file", metavar=N_("FILE"))
@_format_option
def export(file: str, form: str | None) -> int:
    """Write the file."""
    form = format_of(file, form or ("csv" if file == _STREAM else ""))
    with open_account(Workplace.of_this_computer()) as session:
        account = session.account
        entries = tuple(Entry(link.page_id, link.name, account.id, account.name) for link in session.gateway.links())
    text = write_mapping(entries, form)
    if file == _STREAM:
        output.raw(text)
        return 0
    try:
        # Spreadsheets on Windows take a CSV for UTF-8 only with the mark.
        Path(file).write_text(text, "utf-8-sig" if form == "csv" else "utf-8", newline="")
    except OSError as error:
        raise FileUnusable(path=file, error=error.strerror) from None
    output.note(say_n("{count} Page written to {path}.", "{count} Pages written to {path}.", len(entries), path=file))
    return 0


@click.command(
    "import",
    help=N_(
        "Link the Pages that a file of “fbtool export” names.\n\n"
        "Every Page that is ready is linked; for the others it is said why not. Pages that are linked already are "
        "left alone.\n\n"
        "Examples:\n\n"
        "  fbtool import pages.csv\n\n"
        "  fbtool import - --format json\n\n"
        "Exit codes: 0 all linked; 3 some were not; 4 not connected or not signed in; 5 a server cannot be "
        "reached; 6 the gateway refuses; 7 Facebook refuses; 8 the file cannot be read; 130 stopped with Ctrl-C."
    ),
)
@click.argument("file", metavar=N_("FILE"))
@_format_option
@click.option(
    "--any-account", is_flag=True, help=N_("Link here also what the file gives to another messenger account.")
)
@output.json_option
def import_(file: str, form: str | None, any_account: bool) -> int:
    """Link what the file names."""
    entries = read_mapping(_content_of(file), format_of(file, form or ("csv" if file == _STREAM else "")), file)
    with open_account(Workplace.of_this_computer()) as session:
        signed_in = session.sign_in()
        listing = fetch(session, signed_in)
        show_gaps(listing)
        found = match(entries, listing.pages, session.account, any_account=any_account)
        _tell_linked(found.settled)
        with stoppable() as stop:
            work = link_pages(session.gateway, found.to_link, signed_in.person.name, cancel=stop)
            return report(_in_turn(found.settled, work))


def _in_turn(settled: Iterable[Outcome], work: Iterable[Outcome]) -> Iterator[Outcome]:
    yield from settled
    yield from work


def _tell_linked(settled: Iterable[Outcome]) -> None:
    count = sum(outcome.result is Result.UNCHANGED for outcome in settled)
    if count:
        output.note(say_n("{count} Page is linked already.", "{count} Pages are linked already.", count))


def _content_of(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == _STREAM else Path(file).read_bytes()
    except OSError as error:
        raise FileUnusable(path=file, error=error.strerror) from None
