"""The guided repair: `linking.repairing` in a worker, its questions and results on the screen."""

from dataclasses import dataclass
from enum import Enum
from queue import SimpleQueue
from typing import Any

from fbtool.desktop.jobs import Job
from fbtool.desktop.presenters.browser_sign_in import AttemptPresenter, BrowserSignIn, CodeWanted
from fbtool.desktop.presenters.presenter import Services
from fbtool.linking.links.linker import Outcome
from fbtool.linking.local.session import AccountSession, open_account
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.pages.verdicts import Step
from fbtool.linking.repair.difference import Difference
from fbtool.linking.repair.events import Decision, Finish
from fbtool.linking.repair.plan import Plan
from fbtool.linking.repair.runner import repair
from fbtool.linking.signin.runner import Progress, SignInOptions, sign_in
from fbtool.problem import Problem


class Phase(Enum):
    """Where the repair stands."""

    LOOKING = "looking"
    ASKING = "asking"
    SIGNING_IN = "signing_in"
    OVER = "over"


@dataclass(frozen=True)
class _Ask:
    plan: Plan


@dataclass(frozen=True)
class _SignIn:
    plan: Plan
    attempt: BrowserSignIn


class RepairingPresenter(AttemptPresenter):
    """One repair from its first look to its end."""

    def __init__(self, services: Services, wanted: tuple[str, ...]) -> None:
        super().__init__(services)
        self.wanted = wanted
        self.phase = Phase.LOOKING
        self.plan: Plan | None = None
        self.differences: list[Difference] = []
        self.outcomes: list[Outcome] = []
        self.end: Finish | None = None
        self.problem: Problem | None = None
        self._answers: SimpleQueue[Decision] = SimpleQueue()
        self._job: Job[Finish] | None = None

    def begin(self) -> None:
        """Start the repair anew."""
        self.phase, self.end, self.problem, self.plan = Phase.LOOKING, None, None, None
        self.differences, self.outcomes = [], []
        workplace, wanted = self.workplace, self.wanted

        def work(job: Job[Finish]) -> Finish:
            with open_account(workplace) as desk:
                return repair(desk, _Face(desk, job, self._answers), wanted)

        self._job = self.jobs.start(work, self._finished, self._failed, self._hear)
        self.changed()

    def agree(self) -> None:
        """Take the step that is proposed."""
        if self.phase is Phase.ASKING and self.plan is not None:
            last = self.plan.step is Step.RECONNECT
            self.phase = Phase.LOOKING
            self._answers.put(Decision.RECONNECT if last else Decision.YES)
            self.changed()

    def decline(self) -> None:
        """Do not take it; what can be mended without it is mended."""
        if self.phase is Phase.ASKING:
            self.phase = Phase.LOOKING
            self._answers.put(Decision.NO)
            self.changed()

    def leave(self) -> None:
        """Nobody is there to answer: the repair ends by itself."""
        if self._job is not None and not self._job.over:
            self._job.stop()
            self.cancel()
            # One for a question that is open, one for the next; the machine asks nothing after a no.
            self._answers.put(Decision.NO)

    def _hear(self, news: Any) -> None:
        match news:
            case _Ask(plan):
                self.plan, self.phase = plan, Phase.ASKING
            case _SignIn(plan, attempt):
                self.plan, self.phase, self._attempt = plan, Phase.SIGNING_IN, attempt
            case Progress() | CodeWanted():
                if self._attempt is None or not self._attempt.hear(news):
                    return
                if isinstance(news, Progress) and news.state.over:
                    self.phase, self._attempt = Phase.LOOKING, None
            case Difference():
                self.navigator.come_forward()
                self.phase, self._attempt = Phase.LOOKING, None
                self.differences.append(news)
            case Outcome():
                self.outcomes.append(news)
        self.changed()

    def _finished(self, end: Finish) -> None:
        self.phase, self.end, self._attempt = Phase.OVER, end, None
        self.changed()

    def _failed(self, problem: Problem) -> None:
        self.phase, self.problem, self._attempt = Phase.OVER, problem, None
        self.changed()


class _Face:
    """Talks with the person from the worker; see `repair.runner.Face`."""

    def __init__(self, desk: AccountSession, job: Job[Finish], answers: "SimpleQueue[Decision]") -> None:
        self._desk, self._job, self._answers = desk, job, answers

    def ask(self, plan: Plan) -> Decision:
        if self._job.cancel.is_set():
            return Decision.NO
        self._job.tell(_Ask(plan))
        return self._answers.get()

    def sign_in(self, plan: Plan) -> SignIn:
        attempt = BrowserSignIn()
        attempt.begin(self._job.tell)
        if self._job.cancel.is_set():
            attempt.cancel.set()
        self._job.tell(_SignIn(plan, attempt))
        options = SignInOptions(plan.auth_type, plan.scope)
        return sign_in(self._desk.connection, self._desk.account.id, self._desk.platform, attempt, options)

    def show_difference(self, difference: Difference) -> None:
        self._job.tell(difference)

    def show_outcome(self, outcome: Outcome) -> None:
        self._job.tell(outcome)
