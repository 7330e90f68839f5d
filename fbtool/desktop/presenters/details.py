"""Everything about one Page."""

import msgspec

from fbtool import __version__
from fbtool.desktop import tasks
from fbtool.desktop.presenters.pages import PagesPresenter
from fbtool.desktop.presenters.presenter import Presenter, Services
from fbtool.language import Sentence, moment, say
from fbtool.linking.network.gateway_documents import LastMessages, PageLink
from fbtool.linking.pages.facebook_words import named
from fbtool.linking.pages.verdicts import PageView
from fbtool.problem import Problem


class DetailsPresenter(Presenter):
    """One Page of the list."""

    def __init__(self, services: Services, pages: PagesPresenter, page_id: str) -> None:
        super().__init__(services)
        self._pages = pages
        self.page_id = page_id
        self.checking = False
        self.problem: Problem | None = None
        self.last: LastMessages | None = None
        """When messages last went through; None until the gateway has told it."""

    @property
    def view(self) -> PageView | None:
        """What is known of it now."""
        return self._pages.view(self.page_id)

    def begin(self) -> None:
        """Ask the gateway what the list does not hold."""
        if self.view is not None and self.view.link is not None:
            self.jobs.start(
                lambda job: tasks.last_messages(self.workplace, self.page_id), self._know_last, lambda problem: None
            )

    def act(self) -> None:
        """What the Page's button does."""
        self.navigator.home()
        self._pages.act(self.page_id)

    def check(self) -> None:
        """Let the gateway ask Facebook now."""
        if self.checking:
            return
        self.checking, self.problem = True, None
        self.jobs.start(lambda job: tasks.check(self.workplace, self.page_id), self._checked, self._failed)
        self.changed()

    def facts(self) -> tuple[tuple[Sentence, str], ...]:
        """Name and value of everything that is known."""
        view = self.view
        if view is None:
            return ()
        rows = [(say("Id of the Page"), view.page_id)]
        if view.category:
            rows.append((say("Category"), view.category))
        if view.portfolio:
            rows.append((say("Business portfolio"), view.portfolio))
        if view.link is not None:
            rows += _facts_of(view.link)
            rows += self.last.told() if self.last else LastMessages().told()
        return tuple(rows)

    def for_support(self) -> str:
        """The same as text, without a name of a person and without a secret."""
        view = self.view
        if view is None:
            return ""
        lines = [
            f"fbtool {__version__}",
            f"page {view.page_id}",
            f"verdict {view.verdict.value}",
            f"step {view.step.value}",
        ]
        link = view.link
        if link is not None:
            lines += [f"state {link.state}", f"linked_at {link.linked_at}"]
            lines += [f"token_ends {link.token_expires_at}", f"data_access_ends {link.data_access_expires_at}"]
            if link.subscribed_fields is not None:
                lines.append(f"fields {','.join(link.subscribed_fields)}")
            if link.reason is not None:
                lines += [f"reason {link.reason.code}", f"since {link.reason.since}"]
        if self.last is not None:
            lines += [f"{name} {at}" for name, at in msgspec.to_builtins(self.last).items()]
        if self.problem is not None:
            lines.append(f"problem {self.problem.code} {getattr(self.problem, 'trace_id', '')}".rstrip())
        return "\n".join(lines)

    def _know_last(self, last: LastMessages) -> None:
        self.last = last
        self.changed()

    def _checked(self, link: PageLink) -> None:
        self.checking = False
        works = say("The link works.") if link.works else say("The link does not work.")
        self.navigator.show_toast(works, bad=not link.works)
        self._pages.refresh()
        self.begin()
        self.changed()

    def _failed(self, problem: Problem) -> None:
        self.checking, self.problem = False, problem
        self.changed()


def _facts_of(link: PageLink) -> list[tuple[Sentence, str]]:
    rows = [(say("Linked by"), link.person or "—"), (say("Linked since"), moment(link.linked_at))]
    if link.reason is not None:
        rows.append((say("Broken since"), moment(link.reason.since)))
        rows.append((say("Reason"), f"{link.reason.what} ({link.reason.code})"))
    rows.append((say("Permission ends"), moment(link.token_expires_at) if link.token_expires_at else _never()))
    ends = link.data_access_expires_at
    rows.append((say("Data access ends"), moment(ends) if ends else _never()))
    if link.subscribed_fields is not None:
        rows.append((say("Facebook reports"), "\n".join(str(named(field)) for field in link.subscribed_fields) or "—"))
    return rows


def _never() -> str:
    return str(say("no end"))
