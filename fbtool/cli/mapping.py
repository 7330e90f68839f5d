"""``fbtool export`` and ``fbtool import``: which Page belongs to which messenger account, as a file."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from fbtool.cli import output
from fbtool.cli.listing import fetch, show_gaps
from fbtool.cli.outcomes import report
from fbtool.cli.working import stoppable
from fbtool.language import N_, say, say_n
from fbtool.linking.desk import Desk, open_desk
from fbtool.linking.linker import Outcome, PageUnknown, Result, link_pages
from fbtool.linking.mapping import FORMATS, Entry, format_of, read_mapping, write_mapping
from fbtool.linking.verdicts import PageView
from fbtool.linking.workplace import Workplace
from fbtool.problem import Kind, Problem

_STREAM = "-"


class FileUnusable(Problem):
    """The system refuses the file."""

    code = "file_unusable"
    kind = Kind.THIS_COMPUTER
    what = N_("The file {path} cannot be used: {error}.")
    remedy = N_("Check the path and who may read and write there.")


class PageOfOtherAccountInFile(Problem):
    """The file names another account for the Page."""

    code = "page_of_other_account_in_file"
    kind = Kind.ATTENTION
    what = N_("The file gives this Page to the messenger account “{account}”.")
    meaning = N_("This computer is connected with the messenger account “{here}”.")
    remedy = N_("Connect with that account and import the file again, or use --any-account to link the Page here.")


_format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), help=str(say("The file's format, if its name does not say it."))
)


@click.command(
    help=str(
        say(
            "Write which Pages are linked to the messenger account into a file.\n\n"
            "FILE ends in .csv or .json; “-” is standard output. No secret is in it. Nobody needs to be signed in.\n\n"
            "Examples:\n\n"
            "  fbtool export pages.csv\n\n"
            "  fbtool export - --format json\n\n"
            "Exit codes: 0 written; 4 not connected; 5 the gateway cannot be reached; 6 it refuses; 8 the file cannot "
            "be written."
        )
    )
)
@click.argument("file", metavar=str(say("FILE")))
@_format_option
def export(file: str, form: str | None) -> int:
    """Write the file."""
    form = format_of(file, form or ("csv" if file == _STREAM else ""))
    with open_desk(Workplace.of_this_computer()) as desk:
        account = desk.account
        entries = tuple(Entry(link.page_id, link.name, account.id, account.name) for link in desk.gateway.links())
    text = write_mapping(entries, form)
    if file == _STREAM:
        click.echo(text, nl=False)
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
    help=str(
        say(
            "Link the Pages that a file of “fbtool export” names.\n\n"
            "Every Page that is ready is linked; for the others it is said why not. Pages that are linked already are "
            "left alone.\n\n"
            "Examples:\n\n"
            "  fbtool import pages.csv\n\n"
            "  fbtool import - --format json\n\n"
            "Exit codes: 0 all linked; 3 some were not; 4 not connected or not signed in; 5 a server cannot be "
            "reached; 6 the gateway refuses; 7 Facebook refuses; 8 the file cannot be read; 130 stopped with Ctrl-C."
        )
    ),
)
@click.argument("file", metavar=str(say("FILE")))
@_format_option
@click.option(
    "--any-account", is_flag=True, help=str(say("Link here also what the file gives to another messenger account."))
)
@output.json_option
def import_(file: str, form: str | None, any_account: bool) -> int:
    """Link what the file names."""
    entries = read_mapping(_text_of(file), format_of(file, form or ("csv" if file == _STREAM else "")), file)
    with open_desk(Workplace.of_this_computer()) as desk:
        signed_in = desk.sign_in()
        listing = fetch(desk, signed_in)
        show_gaps(listing)
        known = {view.page_id: view for view in listing.pages}
        strangers = [] if any_account else [entry for entry in entries if _is_elsewhere(entry, desk)]
        mine = [entry for entry in entries if entry not in strangers]
        refused = [_failed(entry, _other_account(entry, desk)) for entry in strangers]
        refused += [_failed(entry, _unknown(entry)) for entry in mine if entry.page_id not in known]
        chosen = [known[entry.page_id] for entry in mine if entry.page_id in known]
        _tell_linked(chosen)
        with stoppable() as stop:
            waiting = [view for view in chosen if not _is_in_order(view)]
            work = link_pages(desk.gateway, waiting, signed_in.person.name, cancel=stop)
            return report(_in_turn(refused, work))


def _in_turn(refused: Iterable[Outcome], work: Iterable[Outcome]) -> Iterator[Outcome]:
    yield from refused
    yield from work


def _is_in_order(view: PageView) -> bool:
    return view.link is not None and view.verdict.fine


def _tell_linked(views: Iterable[PageView]) -> None:
    count = sum(_is_in_order(view) for view in views)
    if count:
        output.note(say_n("{count} Page is linked already.", "{count} Pages are linked already.", count))


def _text_of(file: str) -> str:
    try:
        return sys.stdin.read() if file == _STREAM else Path(file).read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise FileUnusable(path=file, error="UTF-8") from None
    except OSError as error:
        raise FileUnusable(path=file, error=error.strerror) from None


def _is_elsewhere(entry: Entry, desk: Desk) -> bool:
    return bool(entry.account_id) and entry.account_id != desk.account.id


def _failed(entry: Entry, problem: Problem) -> Outcome:
    return Outcome(entry.page_id, entry.page_name, Result.FAILED, problem)


def _other_account(entry: Entry, desk: Desk) -> Problem:
    return PageOfOtherAccountInFile(account=entry.account_name or entry.account_id, here=desk.account.name)


def _unknown(entry: Entry) -> Problem:
    return PageUnknown(wanted=entry.page_id, hint="")
