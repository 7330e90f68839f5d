"""The sign-in with Facebook."""

from dataclasses import replace

from fbtool.desktop import tasks
from fbtool.desktop.jobs import Job
from fbtool.desktop.presenters.browser_sign_in import AttemptPresenter, BrowserSignIn, CodeWanted
from fbtool.desktop.presenters.presenter import Services
from fbtool.language import say
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.signin.runner import Progress, SignInOptions
from fbtool.problem import Problem


class SigningInPresenter(AttemptPresenter):
    """Begins a sign-in, waits, and goes on to the list."""

    def __init__(self, services: Services, options: SignInOptions, *, first: bool) -> None:
        super().__init__(services)
        self._options = options
        self.first = first
        """Whether nobody has signed in on this computer before, so that there is no way back."""
        self.problem: Problem | None = None

    @property
    def under_way(self) -> bool:
        """Whether a sign-in is under way."""
        return self._attempt is not None

    def begin(self, *, by_hand: bool = False) -> None:
        """Open the browser; with ``by_hand`` it shows a short code at the end, and may be on another device."""
        if self._attempt is not None:
            self._attempt.cancel.set()
        workplace, options = self.workplace, replace(self._options, by_hand=by_hand)
        attempt = BrowserSignIn()
        self._attempt, self.problem = attempt, None

        def work(job: Job[SignIn]) -> SignIn:
            # The job is known here only: a quick worker tells of progress before `start` has returned it.
            attempt.begin(job.tell)
            return tasks.sign_in_anew(workplace, options, attempt)

        self.jobs.start(
            work,
            lambda done: self._done(attempt, done),
            lambda problem: self._failed(attempt, problem),
            lambda news: self._hear(attempt, news),
        )
        self.changed()

    def leave(self) -> None:
        """A sign-in that nobody looks at ends."""
        self.cancel()
        self._attempt = None

    def _hear(self, attempt: BrowserSignIn, news: Progress | CodeWanted) -> None:
        if attempt.hear(news) and attempt is self._attempt:
            self.changed()

    def _done(self, attempt: BrowserSignIn, done: SignIn) -> None:
        if attempt is not self._attempt:
            return
        self._attempt = None
        self.navigator.come_forward()
        self.navigator.show_toast(say("{name} is signed in.", name=done.person.name))
        self.navigator.home(anew=True)

    def _failed(self, attempt: BrowserSignIn, problem: Problem) -> None:
        if attempt is not self._attempt:
            return
        self._attempt, self.problem = None, problem
        self.changed()
