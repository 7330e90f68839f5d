"""Many rows in one statement of SQLite."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import apsw
import msgspec

_ROWS = 500
"""Most rows in one statement: bounds its text."""


def inserted(database: apsw.Connection, into: str, rows: Sequence[Sequence[Any]], otherwise: str = "") -> None:
    """Insert the rows, all of the same width, in their order.

    Args:
        database: in a transaction.
        into: the table, with its columns if not all are given.
        rows: their values.
        otherwise: the statement's end, where it says what to do about conflicts.
    """
    for piece in _pieces(rows):
        database.execute(f"INSERT INTO {into} {_values(piece)} {otherwise}", _flat(piece))


def matching(database: apsw.Connection, select: str, rows: Sequence[Sequence[Any]]) -> list[Any]:
    """What a query finds that joins the rows as ``given (column1, column2, …)``.

    Args:
        database: in a transaction.
        select: the query; ``{given}`` stands for the rows.
        rows: their values.
    """
    return [
        found
        for piece in _pieces(rows)
        for found in database.execute(select.format(given=f"({_values(piece)}) AS given"), _flat(piece))
    ]


def listed(words: Iterable[str]) -> str:
    """The words as one value, which a statement takes apart by ``json_each``."""
    return msgspec.json.encode(list(words)).decode()


def _pieces(rows: Sequence[Sequence[Any]]) -> list[Sequence[Sequence[Any]]]:
    return [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]


def _values(rows: Sequence[Sequence[Any]]) -> str:
    row = f"({','.join('?' * len(rows[0]))})"
    return f"VALUES {','.join([row] * len(rows))}"


def _flat(rows: Sequence[Sequence[Any]]) -> list[Any]:
    return list(chain.from_iterable(rows))
