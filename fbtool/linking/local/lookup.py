"""Which account and which person are meant: by a name or id that somebody wrote, or by the environment."""

import os

from fbtool.decoding import decoded
from fbtool.language import N_, say
from fbtool.linking.local.notebook import KnownAccount, KnownPerson
from fbtool.linking.names import is_called
from fbtool.linking.network.gateway_documents import Account
from fbtool.linking.system.errors import path_in
from fbtool.problem import Kind, Problem

CODE_SETTING = "FBTOOL_CONNECTION"
"""The environment variable that holds a connection code, in place of `Workplace.connect`."""
CODE_FILE_SETTING = "FBTOOL_CONNECTION_FILE"
"""The environment variable that names a file with a connection code."""


class AccountUnknown(Problem):
    """This computer was never connected with such an account."""

    code = "account_not_known_here"
    kind = Kind.NOT_SIGNED_IN
    what = N_("This computer is not connected with a messenger account “{wanted}”.")
    meaning = N_("It knows these: {known}.")
    remedy = N_("Write the name or the id as the list of accounts shows it (command: fbtool accounts).")


class AccountAmbiguous(Problem):
    """Several accounts have this name."""

    code = "account_ambiguous"
    kind = Kind.NOT_SIGNED_IN
    what = N_("This computer is connected with several messenger accounts called “{wanted}”.")
    meaning = N_("Their ids: {ids}.")
    remedy = N_("Give the id of the one you mean.")


class PersonUnknown(Problem):
    """Nobody of this name has signed in."""

    code = "person_not_known_here"
    kind = Kind.NOT_SIGNED_IN
    what = N_("“{wanted}” has not signed in for the messenger account “{name}” on this computer.")
    meaning = N_("Signed in: {known}.")
    remedy = N_("Write the name as the status shows it (command: fbtool status), or sign in first.")


class ConnectionFileUnreadable(Problem):
    """The file with the connection code cannot be read."""

    code = "connection_file_unreadable"
    what = N_("The file with the connection code cannot be read: {path} ({error}).")
    meaning = N_("FBTOOL_CONNECTION_FILE names it.")
    remedy = N_("Correct the path, or let fbtool read the file.")


def find_account(accounts: tuple[KnownAccount, ...], wanted: str) -> KnownAccount:
    """The account with this name or id.

    Raises:
        AccountUnknown, AccountAmbiguous: none or several.
    """
    found = [one for one in accounts if wanted == one.id] or [one for one in accounts if is_called(one.name, wanted)]
    if not found:
        raise AccountUnknown(wanted=wanted, known=", ".join(one.name for one in accounts) or "—")
    if len(found) > 1:
        raise AccountAmbiguous(wanted=wanted, ids=", ".join(one.id for one in found))
    return found[0]


def find_person(people: tuple[KnownPerson, ...], wanted: str, account: Account) -> KnownPerson:
    """The person with this name or id.

    Raises:
        PersonUnknown: there is none.
    """
    for person in people:
        if wanted == person.id or is_called(person.name, wanted):
            return person
    known = ", ".join(person.name for person in people) or "—"
    raise PersonUnknown(wanted=wanted, name=account.name, known=known)


def code_of_environment() -> str:
    """The connection code that the environment holds or names, or nothing.

    Raises:
        ConnectionFileUnreadable: it names a file that cannot be read.
    """
    code = os.environ.get(CODE_SETTING, "").strip()
    path = os.environ.get(CODE_FILE_SETTING, "").strip()
    if code or not path:
        return code
    try:
        code = decoded(path_in(CODE_FILE_SETTING, path).read_bytes()).strip()
    except OSError as error:
        raise ConnectionFileUnreadable(path=path, error=error.strerror) from None
    if not code:
        raise ConnectionFileUnreadable(path=path, error=say("it is empty"))
    return code
