"""``fbtool repair``: find out what is broken, and lead through the smallest step that mends it."""

import sys
from dataclasses import replace
from typing import Any

import click

from fbtool.cli import output
from fbtool.cli.listing import looking
from fbtool.cli.signing_in import lead_through
from fbtool.language import N_, say
from fbtool.linking.links.linker import Outcome
from fbtool.linking.local.session import AccountSession, open_account
from fbtool.linking.local.workplace import SignIn, Workplace
from fbtool.linking.pages.facebook_words import listed
from fbtool.linking.pages.verdicts import Step
from fbtool.linking.repair.difference import Difference
from fbtool.linking.repair.events import Decision, Finish
from fbtool.linking.repair.plan import Plan
from fbtool.linking.repair.runner import repair as lead_to_repair
from fbtool.linking.repair.words import changes, headline, to_do, warning
from fbtool.linking.signin.runner import SignInOptions
from fbtool.problem import Kind


@click.command(
    help=N_(
        "Mend links that do not work, and get Pages that are missing.\n\n"
        "PAGE is the name, the id or the address of a Page, also of one that “fbtool pages” does not show; "
        "without it all "
        "that is broken is repaired. fbtool takes the smallest step that can help, looks whether it helped, and "
        "only then proposes the next one. Before the browser opens you read what to tick there. Nothing is deleted "
        "and made anew: links keep their history and their conversations.\n\n"
        "Examples:\n\n"
        "  fbtool repair\n\n"
        "  fbtool repair 'Café Muster'\n\n"
        "  fbtool repair --yes --json\n\n"
        "Exit codes: 0 all repaired; 3 something is left, and it is said what and why; 4 not connected; 5 a server "
        "cannot be reached; 6 the gateway refuses; 7 Facebook refuses; 130 stopped with Ctrl-C."
    )
)
@click.argument("pages", nargs=-1, metavar=N_("[PAGE]..."))
@click.option("--yes", is_flag=True, help=N_("Do not ask before the browser opens."))
@click.option(
    "--reconnect",
    is_flag=True,
    help=N_("If nothing else helps, disconnect the app at Facebook and connect it anew. All links pause meanwhile."),
)
@click.option(
    "--code",
    "by_hand",
    is_flag=True,
    help=N_("Type in a code that the browser shows at the end; for a browser on another device."),
)
@click.option("--no-browser", is_flag=True, help=N_("Print the link instead of opening the browser."))
@output.json_option
def repair(pages: tuple[str, ...], yes: bool, reconnect: bool, by_hand: bool, no_browser: bool) -> int:
    """Repair what was named, or everything."""
    with open_account(Workplace.of_this_computer()) as session:
        options = SignInOptions(with_browser=not no_browser, by_hand=by_hand)
        talk = _Talk(session, options, ask=sys.stdin.isatty() and not yes, reconnect=reconnect)
        end = lead_to_repair(session, talk, pages, looking)
    if output.wants_json():
        output.document(talk.fields() | _fields(end))
    else:
        _tell(end)
    return 0 if end.well else end.problem.kind.value if end.problem and not end.left else Kind.ATTENTION.value


class _Talk:
    """Talks with the person on the terminal; see `repair.runner.Face`."""

    def __init__(self, session: AccountSession, options: SignInOptions, *, ask: bool, reconnect: bool) -> None:
        self._session, self._options = session, options
        self._ask = ask
        self._reconnect = reconnect
        self._plans: list[Plan] = []
        self._differences: list[Difference] = []

    def ask(self, plan: Plan) -> Decision:
        self._plans.append(plan)
        alert = warning(plan)
        if alert and plan.unlisted:
            output.note(f"! {alert}")
        output.note(f"! {headline(plan)}" if plan.alarm else headline(plan))
        for number, line in enumerate(to_do(plan), 1):
            output.note(f"  {number}. {line}")
        if alert and not plan.unlisted:
            output.note(f"! {alert}")
        if plan.step is Step.RECONNECT:
            return self._ask_to_reconnect()
        sure = not plan.unlisted  # a mistyped name is likelier than a Page that Facebook hides
        if self._ask and not click.confirm(str(say("Open the browser now?")), default=sure, err=True):
            return Decision.NO
        return Decision.YES

    def sign_in(self, plan: Plan) -> SignIn:
        return lead_through(self._session, replace(self._options, auth_type=plan.auth_type, scope=plan.scope))

    def show_difference(self, difference: Difference) -> None:
        self._differences.append(difference)
        for line in changes(difference):
            output.note(line)

    def show_outcome(self, outcome: Outcome) -> None:
        name = outcome.name or outcome.page_id
        if outcome.problem is None:
            output.line(say("✓ {name}: the link works", name=name))
        else:
            output.note(f"✗ {name}: {outcome.problem.told().what}")

    def fields(self) -> dict[str, Any]:
        """What happened on the way, for programs."""
        return {
            "steps": [{"step": plan.step.value, "alarm": plan.alarm, "tick": list(plan.tick)} for plan in self._plans],
            "gained": [view.page_id for one in self._differences for view in one.gained],
            "lost": [view.page_id for one in self._differences for view in one.lost],
            "lost_although_linked": [view.page_id for one in self._differences for view in one.lost_although_linked],
        }

    def _ask_to_reconnect(self) -> Decision:
        if self._reconnect:
            return Decision.RECONNECT
        if not sys.stdin.isatty():
            output.note(say("This is done only with --reconnect."))
            return Decision.NO
        if click.confirm(str(say("Disconnect the app at Facebook now?")), default=False, err=True):
            return Decision.RECONNECT
        return Decision.NO


def _tell(end: Finish) -> None:
    if end.stranger is not None:
        output.line(say("! {name} has signed in, not the person whose links are repaired.", name=end.stranger.name))
        output.line(
            say(
                "  → Nothing was changed. Sign out of Facebook in the browser and start again; or use “fbtool login”, "
                "if {name} shall link Pages from here on.",
                name=end.stranger.name,
            )
        )
    if end.problem is not None:
        output.show_problem(end.problem)
    for left in end.left:
        output.line(f"! {left.name or '—'}: {left.why}")
        if str(left.remedy):
            output.line(f"  → {left.remedy}")
    if end.missing_permissions:
        output.line(say("! Not allowed at Facebook: {permissions}.", permissions=listed(end.missing_permissions)))
    if not end.well:
        return
    if end.repaired:
        output.line(say("✓ All is repaired."))
    else:
        output.line(say("✓ Nothing is broken."))
        output.note(say("Is a Page missing? Name it: fbtool repair PAGE"))


def _fields(end: Finish) -> dict[str, Any]:
    return {
        "repaired": [{"id": view.page_id, "name": view.name, "verdict": view.verdict.value} for view in end.repaired],
        "left": [
            {
                "id": left.page_id,
                "name": left.name,
                "step": left.step.value if left.step else None,
                "why": str(left.why),
                "remedy": str(left.remedy),
            }
            for left in end.left
        ],
        "missing_permissions": list(end.missing_permissions),
        "came_back_as": end.stranger.name if end.stranger else None,
        "problem": output.problem_fields(end.problem) if end.problem else None,
    }
