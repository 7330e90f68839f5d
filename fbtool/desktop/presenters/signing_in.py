"""The sign-in with Facebook."""

from dataclasses import replace

from fbtool.desktop import errands
from fbtool.desktop.house import House, Presenter
from fbtool.desktop.jobs import Job
from fbtool.desktop.presenters.waiting import CodeWanted, Conversation, Waiting
from fbtool.language import say
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.signin.runner import Dialog, Progress
from fbtool.problem import Problem


class SigningIn(Presenter):
    """Begins a sign-in, waits, and goes on to the list."""

    def __init__(self, house: House, dialog: Dialog, *, first: bool) -> None:
        super().__init__(house)
        self._dialog = dialog
        self.first = first
        """Whether nobody has signed in on this computer before, so that there is no way back."""
        self.problem: Problem | None = None
        self._talk: Conversation | None = None

    @property
    def waiting(self) -> Waiting | None:
        """What is known of the sign-in under way; None before and after."""
        return self._talk.shown if self._talk else None

    @property
    def under_way(self) -> bool:
        """Whether a sign-in is under way."""
        return self._talk is not None

    def begin(self, *, by_hand: bool = False) -> None:
        """Open the browser; with ``by_hand`` it shows a short code at the end, and may be on another device."""
        if self._talk is not None:
            self._talk.cancel.set()
        workplace, dialog = self.house.workplace, replace(self._dialog, by_hand=by_hand)
        talk = Conversation()
        self._talk, self.problem = talk, None

        def work(job: Job[SignIn]) -> SignIn:
            # The job is known here only: a quick worker tells of progress before `start` has returned it.
            talk.begin(job.tell)
            return errands.sign_in_anew(workplace, dialog, talk)

        self.house.jobs.start(
            work,
            lambda done: self._done(talk, done),
            lambda problem: self._failed(talk, problem),
            lambda news: self._hear(talk, news),
        )
        self.changed()

    def give_code(self, code: str) -> None:
        """Hand the typed code on."""
        if self._talk is not None:
            self._talk.give_code(code)

    def cancel(self) -> None:
        """Call the sign-in off."""
        if self._talk is not None:
            self._talk.cancel.set()

    def leave(self) -> None:
        """A sign-in that nobody looks at ends."""
        self.cancel()
        self._talk = None

    def _hear(self, talk: Conversation, news: Progress | CodeWanted) -> None:
        if talk.hear(news) and talk is self._talk:
            self.changed()

    def _done(self, talk: Conversation, done: SignIn) -> None:
        if talk is not self._talk:
            return
        self._talk = None
        self.house.way.come_forward()
        self.house.way.tell(say("{name} is signed in.", name=done.person.name))
        self.house.way.home(anew=True)

    def _failed(self, talk: Conversation, problem: Problem) -> None:
        if talk is not self._talk:
            return
        self._talk, self.problem = None, problem
        self.changed()
