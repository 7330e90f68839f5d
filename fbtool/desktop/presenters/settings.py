"""The settings: language, theme, network, people, accounts."""

from collections.abc import Callable

from fbtool.desktop import proxy_setting, tasks
from fbtool.desktop.presenters.pages import PagesPresenter
from fbtool.desktop.presenters.presenter import Confirmation, Presenter, Services
from fbtool.language import say
from fbtool.linking.local.notebook import KnownAccount, KnownPerson
from fbtool.problem import Problem


class SettingsPresenter(Presenter):
    """What can be chosen."""

    def __init__(self, services: Services, pages: PagesPresenter) -> None:
        super().__init__(services)
        self._pages = pages
        self.problem: Problem | None = None
        self.accounts: tuple[KnownAccount, ...] = ()
        self.people: tuple[KnownPerson, ...] = pages.overview.people if pages.overview else ()
        self.proxy = ""
        self.jobs.start(
            lambda job: (self.workplace.accounts(), proxy_setting.saved(self.workplace)), self._know, self._failed
        )

    def choose_language(self, language: str) -> None:
        """Choose the language."""
        self.services.preferences.change(language=language)
        self.services.apply_appearance()

    def choose_theme(self, theme: str) -> None:
        """Choose the theme."""
        self.services.preferences.change(theme=theme)
        self.services.apply_appearance()

    def tell_new_versions(self, wanted: bool) -> None:
        """Choose whether the gateway is asked for newer versions."""
        self.services.preferences.change(tell_new_versions=wanted)

    def use_proxy(self, address: str) -> None:
        """Choose a proxy; empty = the system's."""
        self.problem = None
        self.jobs.start(lambda job: proxy_setting.save(self.workplace, address), self._proxy_chosen, self._failed)

    def work_as(self, person: KnownPerson) -> None:
        """Make somebody the current person."""
        self._do(lambda: tasks.work_as(self.workplace, person))

    def sign_out(self, person: KnownPerson) -> None:
        """Forget somebody's sign-in, after a question."""
        confirmation = Confirmation(
            say("Sign {name} out on this computer?", name=person.name),
            say("Linked Pages go on working. To see or link Pages, somebody has to sign in again."),
            say("Sign out"),
            lambda: self._do(lambda: tasks.sign_out(self.workplace, person)),
            self.navigator.settings,
        )
        self.navigator.confirm(confirmation)

    def use_account(self, known: KnownAccount) -> None:
        """Make an account the current one."""
        self._do(lambda: self.workplace.use(known))

    def forget_everything(self) -> None:
        """Forget all that is kept here, after a question."""
        confirmation = Confirmation(
            say("Forget everything on this computer?"),
            say("All connections and sign-ins are removed from this computer. Linked Pages go on working; to change "
                "something, the connection code is needed again."),
            say("Forget everything"),
            lambda: self._do(lambda: tasks.forget_everything(self.workplace)),
            self.navigator.settings,
            danger=True,
        )  # fmt: skip
        self.navigator.confirm(confirmation)

    def _do(self, work: Callable[[], object]) -> None:
        self.jobs.start(lambda job: work(), lambda _: self.navigator.forget(), self._failed)

    def _know(self, known: tuple[tuple[KnownAccount, ...], str]) -> None:
        self.accounts, self.proxy = known
        self.changed()

    def _proxy_chosen(self, address: str) -> None:
        self.proxy = address
        ours, systems = say("The proxy is used from now on."), say("The system's proxy is used from now on.")
        self.navigator.show_toast(ours if address else systems)
        self.changed()

    def _failed(self, problem: Problem) -> None:
        self.problem = problem
        self.changed()
