"""A guided repair, for any face: does what the state machine in `machine` says, and reports what came of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, TypeAlias

from fbtool.facebook import tokens
from fbtool.facebook.tokens import Person
from fbtool.linking.links.linker import Outcome, link_pages
from fbtool.linking.local.session import AccountSession
from fbtool.linking.local.workplace import NotSignedIn, SignIn
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.pages.listing import SignInEnded, list_pages
from fbtool.linking.pages.verdicts import PageView, Step
from fbtool.linking.repair import events as on
from fbtool.linking.repair.difference import Difference
from fbtool.linking.repair.machine import Repair
from fbtool.linking.repair.plan import Plan
from fbtool.meta.catalogue import Reaction
from fbtool.meta.errors import GraphError
from fbtool.problem import Problem


class Face(Protocol):
    """Who talks with the person: a window, a command line, a test."""

    def ask(self, plan: Plan) -> on.Decision:
        """Say what the step is and what to do at Facebook, and ask whether to take it."""

    def sign_in(self, plan: Plan) -> SignIn:
        """Lead through the dialog; raises as `fbtool.linking.signin.runner.sign_in`."""

    def show_difference(self, difference: Difference) -> None:
        """Show what the dialog has changed."""

    def show_outcome(self, outcome: Outcome) -> None:
        """Show that a Page was linked, or why not."""


Looking: TypeAlias = Callable[[], AbstractContextManager[Callable[[int], None]]]
"""Makes what hears, while the Pages are listed, how many are known so far."""


def repair(
    session: AccountSession, face: Face, wanted: tuple[str, ...] = (), looking: Looking | None = None
) -> on.Finish:
    """Repair the Pages in ``wanted`` (names or ids), else everything that is broken.

    Raises:
        PageUnknown, PageAmbiguous: a name does not fit.
        Problem: the Pages cannot be listed; those of `list_pages`.
    """
    known = next(iter(session.people()), None)
    person = Person(known.id, known.name) if known else None
    machine = Repair(wanted, person)
    runner = _Runner(session, face, person, looking or (lambda: nullcontext(lambda count: None)))
    command: on.Command | None = machine.start()
    while not isinstance(command, on.Finish):
        if isinstance(command, on.ShowDifference):
            face.show_difference(command.difference)
            command = command.then
            continue
        assert command is not None  # noqa: S101 - every event below answers the command before it
        command = machine.handle(runner.carry_out(command))
    return command


class _Runner:
    """Does what the machine's commands say and reports what happened."""

    def __init__(self, session: AccountSession, face: Face, person: Person | None, looking: Looking) -> None:
        self._session = session
        self._face = face
        self._person = person
        self._looking = looking

    def carry_out(self, command: on.Command) -> on.Event:
        match command:
            case on.Propose(plan):
                # Nobody should sign in for something that cannot be stored.
                self._session.workplace.require_storage()
                return self._face.ask(plan)
            case on.OpenDialog(plan):
                return self._sign_in(plan)
            case on.LinkPages(pages):
                return self._link(pages)
        return self._look()

    def _look(self) -> on.Event:
        try:
            with GraphClient(self._session.platform) as graph, self._looking() as count:
                return on.Looked(list_pages(graph, self._session.gateway, self._session.sign_in(), count))
        except (NotSignedIn, SignInEnded) as problem:
            return on.Blind(problem, self._session.gateway.links())

    def _sign_in(self, plan: Plan) -> on.Event:
        try:
            if plan.step is Step.RECONNECT:
                self._disconnect()
            done = self._face.sign_in(plan)
        except Problem as problem:
            return on.DialogFailed(problem)
        if self._person is None or done.person.id == self._person.id:
            self._session.keep(done)
        return on.CameBack(done.person)

    def _disconnect(self) -> None:
        try:
            token = self._session.sign_in().token
            with GraphClient(self._session.platform) as graph:
                graph.run(tokens.revoke(token))
        except NotSignedIn:
            return
        except GraphError as error:
            # A dead token means that there is nothing left to disconnect.
            if error.reaction is not Reaction.SIGN_IN:
                raise

    def _link(self, pages: tuple[PageView, ...]) -> on.Event:
        name = self._session.sign_in().person.name
        outcomes = []
        for outcome in link_pages(self._session.gateway, pages, name):
            self._face.show_outcome(outcome)
            outcomes.append(outcome)
        return on.LinkTried(tuple(outcomes))
