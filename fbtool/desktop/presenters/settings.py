"""The settings: language, theme, network, people, accounts."""

from collections.abc import Callable

from fbtool.desktop import errands, proxy
from fbtool.desktop.house import House, Presenter, Question
from fbtool.desktop.presenters.pages import Pages
from fbtool.language import Sentence, say
from fbtool.linking.local.notebook import KnownAccount, KnownPerson
from fbtool.problem import Problem


class Settings(Presenter):
    """What can be chosen."""

    def __init__(self, house: House, pages: Pages) -> None:
        super().__init__(house)
        self._pages = pages
        self.problem: Problem | None = None
        self.accounts: tuple[KnownAccount, ...] = ()
        self.people: tuple[KnownPerson, ...] = pages.overview.people if pages.overview else ()
        self.proxy = ""
        house.jobs.start(
            lambda job: (house.workplace.accounts(), proxy.chosen(house.workplace)), self._know, self._failed
        )

    def speak(self, language: str) -> None:
        """Choose the language."""
        self.house.preferences.change(language=language)
        self.house.wear()

    def wear(self, theme: str) -> None:
        """Choose the theme."""
        self.house.preferences.change(theme=theme)
        self.house.wear()

    def tell_new_versions(self, wanted: bool) -> None:
        """Choose whether the gateway is asked for newer versions."""
        self.house.preferences.change(tell_new_versions=wanted)

    def use_proxy(self, address: str) -> None:
        """Choose a proxy; empty = the system's."""
        workplace = self.house.workplace
        self.problem = None
        self.house.jobs.start(lambda job: proxy.choose(workplace, address), self._proxy_chosen, self._failed)

    def work_as(self, person: KnownPerson) -> None:
        """Make somebody the current person."""
        workplace = self.house.workplace
        self.house.jobs.start(
            lambda job: errands.work_as(workplace, person), lambda _: self._begin_anew(), self._failed
        )

    def sign_out(self, person: KnownPerson) -> None:
        """Forget somebody's sign-in, after a question."""
        workplace = self.house.workplace
        question = Question(
            say("Sign {name} out on this computer?", name=person.name),
            say("Linked Pages go on working. To see or link Pages, somebody has to sign in again."),
            say("Sign out"),
            lambda: self._do(lambda: errands.sign_out(workplace, person)),
            self.house.way.settings,
        )
        self.house.way.ask(question)

    def use_account(self, known: KnownAccount) -> None:
        """Make an account the current one."""
        workplace = self.house.workplace
        self._do(lambda: workplace.use(known))

    def forget_everything(self) -> None:
        """Forget all that is kept here, after a question."""
        workplace = self.house.workplace
        question = Question(
            say("Forget everything on this computer?"),
            say("All connections and sign-ins are removed from this computer. Linked Pages go on working; to change "
                "something, the connection code is needed again."),
            say("Forget everything"),
            lambda: self._do(lambda: errands.forget_everything(workplace)),
            self.house.way.settings,
            danger=True,
        )  # fmt: skip
        self.house.way.ask(question)

    def _do(self, work: Callable[[], object]) -> None:
        self.house.jobs.start(lambda job: work(), lambda _: self._begin_anew(), self._failed)

    def _begin_anew(self) -> None:
        self.house.way.forget()

    def _know(self, known: tuple[tuple[KnownAccount, ...], str]) -> None:
        self.accounts, self.proxy = known
        self.changed()

    def _proxy_chosen(self, address: str) -> None:
        self.proxy = address
        text: Sentence = (
            say("The proxy is used from now on.") if address else say("The system's proxy is used from now on.")
        )
        self.house.way.tell(text)
        self.changed()

    def _failed(self, problem: Problem) -> None:
        self.problem = problem
        self.changed()
