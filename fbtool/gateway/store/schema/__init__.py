"""The shape of the databases, in numbered steps.

``sqlite-1.sql``, ``sqlite-2.sql``, … beside this file lead an empty database to today's shape, ``postgres-….sql``
the other one. A database knows the number of the last step it has seen; opening it takes the missing ones, all in one
transaction.

To add a table or a column: write the next number for **both** databases. A step that was part of a release is never
edited again, because somebody's database has it. Nothing was released yet, so step 1 may still be edited in place.
"""

from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from fbtool.language import N_
from fbtool.problem import Kind, Problem


class StoreTooNew(Problem):
    """A newer gateway has written the database; an older one would misread it."""

    code = "store_too_new"
    kind = Kind.THIS_COMPUTER
    what = N_("The gateway's data was written by a newer version of fbtool.")
    meaning = N_("The data has shape {found}; this version knows shapes up to {known}. Nothing was changed.")
    remedy = N_("Install the newer version again, or restore a backup that was made before the update.")


@dataclass(frozen=True)
class Step:
    """One change of the shape."""

    number: int
    sql: str


def steps(database: str, folder: Traversable | None = None) -> list[Step]:
    """All steps of ``"sqlite"`` or ``"postgres"``, in order; their numbers have no gap."""
    found: list[Step] = []
    folder = folder or resources.files(__package__)
    while (file := folder.joinpath(f"{database}-{len(found) + 1}.sql")).is_file():
        found.append(Step(len(found) + 1, file.read_text("utf-8")))
    return found


def missing(known: list[Step], version: int) -> list[Step]:
    """The steps that a database of this ``version`` lacks; 0 is an empty one.

    Raises:
        StoreTooNew: it has seen steps that are not known here.
    """
    if version > len(known):
        raise StoreTooNew(found=version, known=len(known))
    return known[version:]
