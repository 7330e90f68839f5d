"""The shape of the databases, in numbered steps.

``sqlite-1.sql``, ``sqlite-2.sql``, … beside this file lead an empty database to today's shape, ``postgres-….sql``
the other one. A database keeps the hash of every step it has taken; opening it takes the missing ones, all in one
transaction. Data of a step whose text has changed since, or that is not known here, is refused by name.

To add a table or a column: write the next number for **both** databases. A step that was part of a release is never
edited again, because somebody's database has it; a test holds each step by its hash and opens data that it has made.
Nothing was released yet, so step 1 may still be edited: ``python -m tests.gateway.store.kept`` records it anew.
"""

import hashlib
import re
from collections.abc import Sequence
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


class StoreShapeUnknown(Problem):
    """A step has the right number and another text: a version between two releases has written the database."""

    code = "store_shape_unknown"
    kind = Kind.THIS_COMPUTER
    what = N_("The gateway's data has a shape that this version of fbtool does not know.")
    meaning = N_(
        "A version that was never released has written it; step {step} of its shape is not the one that this version "
        "knows, so the data would be misread. Nothing was changed."
    )
    remedy = N_(
        "Go on with the version that has written it; or start with an empty data folder or database, create the "
        "accounts and link the Pages again."
    )


@dataclass(frozen=True)
class Step:
    """One change of the shape."""

    number: int
    sql: str

    @property
    def hash(self) -> str:
        """Names what the step does; its comments and spaces do not count."""
        return hashlib.sha256(" ".join(re.sub("--.*", "", self.sql).split()).encode()).hexdigest()


def steps(database: str, folder: Traversable | None = None) -> list[Step]:
    """All steps of ``"sqlite"`` or ``"postgres"``, in order; their numbers have no gap."""
    found: list[Step] = []
    folder = folder or resources.files(__package__)
    while (file := folder.joinpath(f"{database}-{len(found) + 1}.sql")).is_file():
        found.append(Step(len(found) + 1, file.read_text("utf-8")))
    return found


def missing(known: list[Step], taken: Sequence[str]) -> list[Step]:
    """The steps that a database lacks which has ``taken`` those with these hashes.

    Raises:
        StoreTooNew: it has taken steps that are not known here.
        StoreShapeUnknown: a step that it has taken was another one.
    """
    if len(taken) > len(known):
        raise StoreTooNew(found=len(taken), known=len(known))
    for step, its_hash in zip(known, taken, strict=False):
        if step.hash != its_hash:
            raise StoreShapeUnknown(step=step.number)
    return known[len(taken) :]
