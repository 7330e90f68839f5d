"""Which Page belongs to which messenger account, as a file: CSV for people with a spreadsheet, JSON for programs.

No secret is in it, so it may be kept and sent. What a spreadsheet does to a CSV is read back: its encodings and
separators, ``sep=;``, capitals in the heading. An id that it has rounded cannot be; `Entry.rounded` says so.
"""

import csv
import io
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import dropwhile
from pathlib import Path

import msgspec

from fbtool.decoding import decoded
from fbtool.json_errors import UNREADABLE
from fbtool.language import N_, Sentence, say
from fbtool.linking.names import as_read
from fbtool.problem import Problem
from fbtool.safe_text import escaped

FORMATS = ("csv", "json")
_COLUMNS = ("page_id", "page_name", "account_id", "account_name")
_SEPARATORS = ",;\t|"
_ACTIVE = re.compile(r" *[\t\r\n]|[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠']")
"""How a cell begins with which a spreadsheet calculates (OWASP, CSV injection), or that we have made inert already.
Some drop blanks and what nobody sees before they look."""
_WORKBOOK = b"PK\x03\x04"
_EXACT_DIGITS = 15
"""Digits of a number that a spreadsheet keeps; the rest becomes zeros (IEEE 754, as Excel uses it)."""
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d*)?E\+?\d+", re.IGNORECASE)


class MappingUnreadable(Problem):
    """The file holds no mapping."""

    code = "mapping_unreadable"
    what = N_("The file {path} cannot be read as a list of Pages.")
    meaning = "{reason}"
    remedy = N_("Use a file that “fbtool export” has written; CSV needs at least the column “page_id”.")


class MappingFormatUnknown(Problem):
    """The file's name does not say what it holds."""

    code = "mapping_format_unknown"
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

    @property
    def rounded(self) -> "Rounded | None":
        """What is left of the id if a spreadsheet has made a rounded number of it."""
        return Rounded.read(self.page_id)


@dataclass(frozen=True)
class Rounded:
    """An id of which only the first digits are known."""

    value: Decimal
    off: Decimal
    """How far the id may lie from it."""

    @classmethod
    def read(cls, cell: str) -> "Rounded | None":
        """``1,E+14``, ``1.04858E+14``, or more than 15 digits that end in zeros; None for anything else."""
        if _SCIENTIFIC.fullmatch(cell):
            try:
                value = Decimal(cell.replace(",", "."))
            except InvalidOperation:
                return None
            digit = int(value.as_tuple().exponent)
            return cls(value, Decimal(5).scaleb(digit - 1)) if -100 < digit < 100 else None
        if cell.isdecimal() and len(cell) > _EXACT_DIGITS and not cell[_EXACT_DIGITS:].strip("0"):
            return cls(Decimal(cell), Decimal(1).scaleb(len(cell) - _EXACT_DIGITS))
        return None

    @property
    def exact(self) -> str:
        """The id, if nothing was lost."""
        return str(int(self.value)) if self.off < 1 and self.value == int(self.value) else ""

    def may_be(self, page_id: str) -> bool:
        """Whether the id can have been this one."""
        return page_id.isdecimal() and abs(Decimal(page_id) - self.value) <= self.off


class _Row(msgspec.Struct, frozen=True):
    page_id: str | int
    page_name: str = ""
    account_id: str = ""
    account_name: str = ""


class _Document(msgspec.Struct, frozen=True):
    pages: tuple[_Row, ...]


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
        return escaped(msgspec.json.format(msgspec.json.encode({"pages": entries}), indent=2).decode()) + "\n"
    rows = [_COLUMNS, *((e.page_id, e.page_name, e.account_id, e.account_name) for e in entries)]
    return "".join(",".join(map(_cell, row)) + "\n" for row in rows)


def read_mapping(raw: bytes, form: str, path: str) -> tuple[Entry, ...]:
    """The entries of a file, one for each row that says something. ``path`` is for the error only.

    Raises:
        MappingUnreadable: it is something else.
    """
    if raw.startswith(_WORKBOOK):
        raise MappingUnreadable(path=path, reason=say("It is a workbook. In the spreadsheet choose “Save as”, CSV."))
    text = decoded(raw)
    try:
        entries = _read_json(text) if form == "json" else _read_csv(text)
    except (*UNREADABLE, csv.Error, LookupError, ValueError) as error:
        raise MappingUnreadable(path=path, reason=_reason(error)) from None
    return tuple(entry for entry in entries if entry != Entry(""))


def _reason(error: Exception) -> Sentence | str:
    return say("It has no column “page_id”.") if isinstance(error, LookupError) else str(error)


def _read_json(text: str) -> tuple[Entry, ...]:
    rows = msgspec.json.decode(text, type=_Document).pages
    return tuple(
        Entry(_id(str(row.page_id)), row.page_name.strip(), row.account_id.strip(), row.account_name.strip())
        for row in rows
    )


def _read_csv(text: str) -> tuple[Entry, ...]:
    lines = list(dropwhile(lambda line: not _says_something(line), io.StringIO(text, newline="")))
    separator, heading = _heading(lines[0] if lines else "")
    places = [heading.index(column) if column in heading else len(heading) for column in _COLUMNS]
    rows = csv.reader(lines[1:], delimiter=separator)
    cells = ([_plain(row[place]) if place < len(row) else "" for place in places] for row in rows)
    return tuple(Entry(_id(page_id), *others) for page_id, *others in cells)


def _says_something(line: str) -> bool:
    """Whether it is neither empty nor the ``sep=;`` with which Excel is told the separator."""
    plain = line.strip().strip(_SEPARATORS + '"').casefold()
    return bool(plain) and not re.fullmatch(r"sep=.?", plain)


def _heading(line: str) -> tuple[str, list[str]]:
    """The separator and the names of the columns.

    Raises:
        LookupError: none is ``page_id``.
    """
    for separator in _SEPARATORS:
        names = next(csv.reader([line], delimiter=separator), [])
        plain = [re.sub(r"[\W_]+", "_", as_read(name)).strip("_") for name in names]
        if "page_id" in plain:
            return separator, plain
    raise LookupError("page_id")


def _cell(text: str) -> str:
    """A cell that no spreadsheet calculates with; a Page's name can be anything."""
    active = _ACTIVE.match(text) is not None
    if not active and not any(letter in text for letter in _SEPARATORS + '"\r\n'):
        return text
    return '"' + ("'" if active else "") + text.replace('"', '""') + '"'


def _plain(cell: str) -> str:
    """The cell without what makes it inert, also where a spreadsheet's ``="123"`` does."""
    plain = cell.strip()
    if plain.startswith('="') and plain.endswith('"'):
        plain = plain[2:-1]
    return plain.removeprefix("'")


def _id(cell: str) -> str:
    """The id without what a spreadsheet's number format has put into it: groups of three digits, ``.0``."""
    plain = "".join(cell.split()).strip("'")
    plain = re.sub(r"(?<=\d)[.,]0+$", "", plain)
    return re.sub(r"[.,'’]", "", plain) if re.fullmatch(r"\d{1,3}(?:[.,'’]\d{3})+", plain) else plain
