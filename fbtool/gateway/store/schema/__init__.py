"""The shape of the databases, in numbered steps of each owner: the core, and every channel that has tables.

``sqlite-1.sql``, ``sqlite-2.sql``, … in an owner's folder lead an empty database to today's shape, ``postgres-….sql``
the other one; the core's lie beside this file. A database keeps the hash of every step it has taken, by owner; opening
it takes the missing ones, all in one transaction. Data of a step whose text has changed since, or that is not known
here, is refused by name. Tables of a channel that this gateway does not have are left alone.

To add a table or a column: write the next number for **both** databases. A step that was part of a release is never
edited again, because somebody's database has it; a test holds each step by its hash and opens data that it has made.
Step 1 of the core and of Facebook is frozen; a new step is recorded by ``python -m tests.gateway.store.kept``.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable

from fbtool.gateway.store import limits
from fbtool.language import N_
from fbtool.problem import Problem


class StoreTooNew(Problem):
    """A newer gateway has written the database; an older one would misread it."""

    code = "store_too_new"
    what = N_("The gateway's data was written by a newer version of fbtool.")
    meaning = N_("The data has shape {found}; this version knows shapes up to {known}. Nothing was changed.")
    remedy = N_("Install the newer version again, or restore a backup that was made before the update.")


class StoreShapeUnknown(Problem):
    """A step has the right number and another text: a version between two releases has written the database."""

    code = "store_shape_unknown"
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


@dataclass(frozen=True)
class Stale:
    """Rows that are forgotten some time after the moment in one of their columns (unix milliseconds)."""

    table: str
    key: str
    column: str
    after_ms: int
    only: str = "true"
    """What they have to fulfil besides."""


@dataclass(frozen=True)
class Tables:
    """What an owner has in a database."""

    owner: str
    steps: Sequence[Step] = ()
    stale: Sequence[Stale] = ()
    counts: Mapping[str, str] = field(default_factory=dict)
    """What is told of it as held: a name, and the query for the number."""


ChannelTables = Callable[[str], Tables]
"""What a channel has in ``"sqlite"`` or ``"postgres"``."""
CORE = "core"
_STALE = (
    Stale("outbox", "id", "created", limits.KEY_MS, "state = 'done'"),
    Stale("greeted", "conversation", "since", limits.GREETED_MS),
    Stale("reply_window", "conversation", "last_customer", limits.WINDOW_MS),
    Stale("sent", "mid", "at", limits.WINDOW_MS),
    Stale("aside", "sequence", "received", limits.ASIDE_MS),
    Stale("account_token", "hash", "ends", 0),
)


def core(database: str) -> Tables:
    """What the core has in ``"sqlite"`` or ``"postgres"``."""
    return Tables(CORE, steps(database, resources.files(__package__)), _STALE)


def steps(database: str, folder: Traversable) -> list[Step]:
    """All steps for a database in a folder, in order; their numbers have no gap."""
    found: list[Step] = []
    while (file := folder.joinpath(f"{database}-{len(found) + 1}.sql")).is_file():
        found.append(Step(len(found) + 1, file.read_text("utf-8")))
    return found


def missing(known: Sequence[Tables], taken: Mapping[str, Sequence[str]]) -> list[tuple[str, Step]]:
    """The steps, with their owners, that a database lacks which has ``taken`` those with these hashes.

    Raises:
        StoreTooNew: it has taken steps that are not known here.
        StoreShapeUnknown: a step that it has taken was another one.
    """
    return [(tables.owner, step) for tables in known for step in _missing(tables.steps, taken.get(tables.owner, ()))]


def _missing(known: Sequence[Step], taken: Sequence[str]) -> Sequence[Step]:
    if len(taken) > len(known):
        raise StoreTooNew(found=len(taken), known=len(known))
    for step, its_hash in zip(known, taken, strict=False):
        if step.hash != its_hash:
            raise StoreShapeUnknown(step=step.number)
    return known[len(taken) :]
