"""``fbtool logout``: forget a sign-in on this computer, and on request end the app's access at Facebook."""

import sys

import click

from fbtool.cli import output
from fbtool.facebook import tokens
from fbtool.facebook.tokens import Person
from fbtool.language import N_, say, say_n
from fbtool.linking.local.lookup import find_person
from fbtool.linking.local.notebook import KnownPerson
from fbtool.linking.local.session import AccountSession, open_account
from fbtool.linking.local.workplace import NotSignedIn, Workplace
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.repair.plan import linked_names
from fbtool.meta.catalogue import Reaction
from fbtool.meta.errors import GraphError
from fbtool.problem import Kind, Problem


class NotRevocable(Problem):
    """The person's token is dead, so that it cannot end the access either."""

    code = "not_revocable"
    kind = Kind.ATTENTION
    what = N_("The sign-in of {person} is over, so fbtool cannot end the app's access at Facebook.")
    meaning = N_("Nothing was changed.")
    remedy = N_(
        "{person} can remove the app at facebook.com, in the settings under “Business integrations” or “Apps and "
        "websites”; or sign in again (command: fbtool login) and repeat this."
    )


@click.command(
    help=N_(
        "Forget a sign-in on this computer.\n\n"
        "PERSON is a name as “fbtool status” shows it; without it the last sign-in is forgotten. Linked Pages go "
        "on working, unless you use --revoke: then the app loses every access of this person at Facebook, and all "
        "their links stop.\n\n"
        "Examples:\n\n"
        "  fbtool logout\n\n"
        "  fbtool logout 'Erika Muster' --revoke\n\n"
        "Exit codes: 0 forgotten; 2 --revoke without --yes where nobody can be asked; 4 nobody is signed in; 5 a "
        "server cannot be reached; 6 the gateway refuses; 7 Facebook refuses; 130 not confirmed."
    )
)
@click.argument("person", required=False, metavar=N_("[PERSON]"))
@click.option("--revoke", is_flag=True, help=N_("End the app's access at Facebook, too. All links of the person stop."))
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@output.json_option
def logout(person: str | None, revoke: bool, yes: bool) -> None:
    """Forget, and revoke on request."""
    with open_account(Workplace.of_this_computer()) as session:
        people = session.people()
        if not people:
            raise NotSignedIn(name=session.account.name)
        leaving = find_person(people, person, session.account) if person else people[0]
        stopped: tuple[str, ...] = ()
        if revoke:
            stopped = _links_of(session, leaving)
            _warn(leaving, stopped, yes=yes)
            session.workplace.require_storage()
            _revoke(session, leaving)
        session.workplace.forget_person(session.connection, session.account, leaving)
    if output.wants_json():
        output.document(
            {"person": {"id": leaving.id, "name": leaving.name}, "revoked": revoke, "stopped_links": list(stopped)}
        )
    output.line(say("✓ {name} is signed out on this computer.", name=leaving.name))
    if revoke:
        output.line(say("✓ Facebook gives the app no access any more."))
    else:
        output.note(say("Linked Pages go on working."))


def _links_of(session: AccountSession, person: KnownPerson) -> tuple[str, ...]:
    return linked_names(session.gateway.links(), Person(person.id, person.name))


def _warn(person: KnownPerson, stopped: tuple[str, ...], *, yes: bool) -> None:
    if stopped:
        output.note(
            say_n(
                "! This link of {name} stops: {pages}.",
                "! These {count} links of {name} stop: {pages}.",
                len(stopped),
                name=person.name,
                pages=", ".join(stopped),
            )
        )
    output.note(say("! Links of {name} to other messenger accounts stop, too.", name=person.name))
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(str(say("Use --yes to confirm this where nobody can be asked.")))
    question = say("End the app's access for {name} at Facebook?", name=person.name)
    click.confirm(str(question), default=False, abort=True, err=True)


def _revoke(session: AccountSession, person: KnownPerson) -> None:
    token = session.workplace.token_of(session.connection, session.account, person)
    try:
        with GraphClient(session.platform) as graph:
            graph.run(tokens.revoke(token))
    except GraphError as error:
        # A password change or a removal has killed this token; whether the app still has access is unknown.
        if error.reaction is Reaction.SIGN_IN:
            raise NotRevocable(person=person.name) from None
        raise
