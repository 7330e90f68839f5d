"""Which Page belongs to which messenger account, as a file: CSV for people with a spreadsheet, JSON for programs.

No secret is in it, so it may be kept and sent.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import msgspec

from fbtool.language import N_
from fbtool.problem import Kind, Problem
from fbtool.unreadable import UNREADABLE

FORMATS = ("csv", "json")
_COLUMNS = ("page_id", "page_name", "account_id", "account_name")


class MappingUnreadable(Problem):
    """The file holds no mapping."""

    code = "mapping_unreadable"
    kind = Kind.THIS_COMPUTER
    what = N_("The file {path} cannot be read as a list of Pages.")
    meaning = "{reason}"
    remedy = N_("Use a file that “fbtool export” has written; CSV needs at least the column “page_id”.")


class MappingFormatUnknown(Problem):
    """The file's name does not say what it holds."""

    code = "mapping_format_unknown"
    kind = Kind.THIS_COMPUTER
    what = N_("The name {path} does not say whether the file is CSV or JSON.")
    remedy = N_("Give it the ending .csv or .json, or name the format with --format.")


@dataclass(frozen=True)
class Entry:
    """One Page and its account."""

    page_id: str
    page_name: str = ""
    account_id: str = ""
    """Empty where the file does not say: then any account will do."""
    account_name: str = ""


class _Document(msgspec.Struct, frozen=True):
    pages: tuple[Entry, ...]


def format_of(path: str, wanted: str = "") -> str:
    """One of `FORMATS`: the one that is wanted, else the one of the file's ending.

    Raises:
        MappingFormatUnknown: neither says it.
    """
    found = wanted or Path(path).suffix.lower().removeprefix(".")
    if found not in FORMATS:
        raise MappingFormatUnknown(path=path)
    return found


def write_mapping(entries: tuple[Entry, ...], form: str) -> str:
    """The text of a file in one of `FORMATS`."""
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(_Document(entries)), indent=2).decode() + "\n"
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_COLUMNS)
    rows.writerows((_inert(e.page_id), _inert(e.page_name), e.account_id, _inert(e.account_name)) for e in entries)
    return out.getvalue()


def read_mapping(text: str, form: str, path: str) -> tuple[Entry, ...]:
    """The entries of a file; each Page once, the first time counts. ``path`` is for the error only.

    Raises:
        MappingUnreadable: it is something else.
    """
    try:
        entries = msgspec.json.decode(text, type=_Document).pages if form == "json" else _read_csv(text)
    except (*UNREADABLE, csv.Error, LookupError, ValueError) as error:
        raise MappingUnreadable(path=path, reason=str(error)) from None
    return tuple({entry.page_id: entry for entry in reversed(entries) if entry.page_id}.values())[::-1]


def _read_csv(text: str) -> tuple[Entry, ...]:
    # Spreadsheets write a byte order mark and, where the comma is the decimal sign, semicolons.
    text = text.removeprefix("\ufeff")
    header = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if header.count(";") > header.count(",") else ",")
    if "page_id" not in (rows.fieldnames or ()):
        raise LookupError("page_id")
    return tuple(Entry(*(_plain(row.get(column) or "") for column in _COLUMNS)) for row in rows)


def _inert(cell: str) -> str:
    """A spreadsheet would calculate with a cell that begins like a formula; a Page's name can be anything."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "'")) else cell


def _plain(cell: str) -> str:
    return cell.strip().removeprefix("'")
