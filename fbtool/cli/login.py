"""``fbtool login``: sign in with Facebook."""

import click

from fbtool.cli import output
from fbtool.cli.signing_in import lead_through
from fbtool.facebook.login import Ask
from fbtool.facebook.permissions import LIST_PAGES
from fbtool.language import N_, moment, say
from fbtool.linking.local.notebook import KnownPerson
from fbtool.linking.local.session import open_account
from fbtool.linking.local.workplace import SignIn, Workplace
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.pages.facebook_words import listed
from fbtool.linking.pages.listing import ungranted
from fbtool.linking.signin.runner import SignInOptions
from fbtool.problem import Kind


@click.command(
    help=N_(
        "Sign in with Facebook in the browser.\n\n"
        "Your browser opens. At Facebook you sign in, choose the Pages and confirm every step; then you return "
        "here. fbtool never sees your password. Linked Pages go on working when the sign-in is over.\n\n"
        "Examples:\n\n"
        "  fbtool login\n\n"
        "  fbtool login --no-browser   (prints the link; open it on this computer)\n\n"
        "  fbtool login --code   (the browser is on another device; you type in the code that it shows)\n\n"
        "  fbtool login --edit-settings   (a Page is missing in the list)\n\n"
        "Exit codes: 0 signed in; 3 signed in, but a permission is missing, or Facebook did not grant access, or "
        "ten minutes have passed; 4 not connected yet; 5 the gateway cannot be reached; 6 it refuses; 7 Facebook "
        "refuses; 130 stopped with Ctrl-C."
    )
)
@click.option("--no-browser", is_flag=True, help=N_("Print the link instead of opening the browser."))
@click.option(
    "--code",
    "by_hand",
    is_flag=True,
    help=N_("Type in a code that the browser shows at the end; for a browser on another device."),
)
@click.option(
    "--edit-settings", is_flag=True, help=N_("Let Facebook show the choice of Pages again. Tick the linked Pages, too.")
)
@output.json_option
def login(no_browser: bool, by_hand: bool, edit_settings: bool) -> int:
    """Sign in, keep the sign-in, and say what is missing."""
    workplace = Workplace.of_this_computer()
    # Nobody should sign in for something that cannot be stored.
    workplace.require_storage()
    with open_account(workplace) as session:
        earlier = session.people()
        if edit_settings:
            output.note(
                say("At Facebook choose “Edit settings” and tick every Page you use, including the linked ones.")
            )
        if earlier:
            output.note(
                say("Until now {name} is signed in here; whoever signs in takes this place.", name=earlier[0].name)
            )
        again = Ask.PAGES if edit_settings else Ask.DECLINED if earlier else ""
        done = lead_through(session, SignInOptions(again, with_browser=not no_browser, by_hand=by_hand))
        session.keep(done)
        _greet(done, earlier)
        with GraphClient(session.platform) as graph:
            missing = ungranted(graph, done)
        return _tell(done, missing)


def _greet(done: SignIn, earlier: tuple[KnownPerson, ...]) -> None:
    if done.expires_at:
        until = moment(done.expires_at)
        output.line(say("✓ {name} is signed in until {until}.", name=done.person.name, until=until))
    else:
        output.line(say("✓ {name} is signed in.", name=done.person.name))
    if earlier and earlier[0].id != done.person.id:
        output.note(say("Before this, {name} was signed in here.", name=earlier[0].name))


def _tell(done: SignIn, missing: tuple[str, ...]) -> int:
    if output.wants_json():
        output.document(
            {
                "person": {"id": done.person.id, "name": done.person.name},
                "expires_at": done.expires_at,
                "missing_permissions": list(missing),
            }
        )
    if not missing:
        output.note(say("Next: fbtool pages"))
        return 0
    output.line(say("! Not allowed at Facebook: {permissions}.", permissions=listed(missing)))
    if LIST_PAGES in missing:
        output.line(say("  Without pages_show_list Facebook shows no Pages at all."))
    output.line(say("  → Sign in again and allow everything that Facebook asks for: fbtool login"))
    return Kind.ATTENTION.value
