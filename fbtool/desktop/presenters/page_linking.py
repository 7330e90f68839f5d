"""Pages that are being linked, unlinked or taken over: one piece of work at a time, and what became of the last one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from fbtool.desktop import tasks
from fbtool.desktop.jobs import Job
from fbtool.desktop.presenters.presenter import Confirmation, Services
from fbtool.language import Sentence, say, say_n
from fbtool.linking.links.linker import Outcome, Result
from fbtool.linking.pages.verdicts import PageView, Verdict
from fbtool.problem import Problem


@dataclass
class Work:
    """Pages that are being linked or unlinked."""

    ids: tuple[str, ...]
    job: Job[None] | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    name: str = ""
    """Of the Page that was done last."""
    stopping: bool = False


class PageLinking:
    """Does the work of the list. It calls back on the Tk thread."""

    def __init__(
        self,
        services: Services,
        heard: Callable[[], None],
        ended: Callable[[frozenset[str]], None],
        failed: Callable[[Problem], None],
    ) -> None:
        self._services = services
        self._heard, self._ended, self._failed = heard, ended, failed
        self.work: Work | None = None
        self.summary: tuple[Sentence, bool] | None = None
        """What became of the last work, and whether a part of it failed."""
        self._learnt: dict[str, Outcome] = {}
        """Failures that say more than looking does: only the attempt shows that a Page is another account's."""

    @property
    def under_way(self) -> frozenset[str]:
        """The ids of the Pages that are not done yet."""
        if self.work is None:
            return frozenset()
        return frozenset(self.work.ids) - {outcome.page_id for outcome in self.work.outcomes}

    def link(self, views: Sequence[PageView], *, take_over: bool = False) -> None:
        """Link Pages; with ``take_over`` even if they are another account's."""
        workplace = self._services.workplace
        self._start(views, lambda job: tasks.link(workplace, views, job.tell, job.cancel, take_over=take_over))

    def ask_to_unlink(self, views: Sequence[PageView]) -> None:
        """Unlink Pages after a question."""
        links = [view.link for view in views if view.link]
        workplace = self._services.workplace
        one, many = say("End the link of “{name}”?", name=views[0].name), say("End {count} links?", count=len(views))
        title = one if len(views) == 1 else many
        text = say(
            "Facebook then sends nothing more for it, and the gateway forgets the permission. Conversations in the "
            "customer-service system stay."
        )

        def do() -> None:
            self._start(views, lambda job: tasks.unlink(workplace, links, job.tell, job.cancel))

        self._ask(title, text, say("Unlink"), do)

    def ask_to_take_over(self, view: PageView) -> None:
        """Link a Page of another account after a question."""
        title = say("Take “{name}” over from the other messenger account?", name=view.name)
        text = say("Its messages then arrive here, and no longer at the other messenger account.")
        ready = replace(view, verdict=Verdict.READY)
        self._ask(title, text, say("Take over"), lambda: self.link([ready], take_over=True))

    def stop(self) -> None:
        """End the work in good order."""
        if self.work is not None and self.work.job is not None:
            self.work.stopping = True
            self.work.job.stop()
            self._heard()

    def forget(self) -> None:
        """Forget what was learnt: it holds for one account only."""
        self.summary = None
        self._learnt.clear()

    def teach(self, views: tuple[PageView, ...]) -> tuple[PageView, ...]:
        """The Pages with what attempts have shown of them."""
        return tuple(self._taught(view) for view in views) if self._learnt else views

    def _taught(self, view: PageView) -> PageView:
        outcome = self._learnt.get(view.page_id)
        if outcome is None or view.verdict is not Verdict.READY or outcome.problem is None:
            return view
        told = outcome.problem.told()
        return replace(
            view, verdict=outcome.verdict or view.verdict, evidence=Sentence(told.what), remedy=Sentence(told.remedy),
            step=outcome.step,
        )  # fmt: skip

    def _ask(self, title: Sentence, text: Sentence, yes: Sentence, do: Callable[[], None]) -> None:
        navigator = self._services.navigator
        navigator.confirm(Confirmation(title, text, yes, do, navigator.home, danger=True))

    def _start(self, views: Sequence[PageView], work: Callable[[Job[None]], None]) -> None:
        self.work = Work(tuple(view.page_id for view in views))
        self.summary = None
        self.work.job = self._services.jobs.start(work, lambda _: self._worked(), self._work_failed, self._hear)
        self._heard()

    def _hear(self, outcome: Outcome) -> None:
        if self.work is None:
            return
        self.work.outcomes.append(outcome)
        self.work.name = outcome.name or outcome.page_id
        if outcome.result is Result.FAILED and outcome.verdict is not None:
            self._learnt[outcome.page_id] = outcome
        else:
            self._learnt.pop(outcome.page_id, None)
        self._heard()

    def _worked(self) -> None:
        work, self.work = self.work, None
        if work is None:
            return
        self.summary = _summary_of(work.outcomes)
        self._ended(frozenset(one.page_id for one in work.outcomes if one.problem is None))

    def _work_failed(self, problem: Problem) -> None:
        self.work = None
        self._failed(problem)


def _summary_of(outcomes: Sequence[Outcome]) -> tuple[Sentence, bool]:
    """What became of the work in one line, and whether a part of it failed."""
    linked = sum(one.result in {Result.LINKED, Result.REFRESHED} for one in outcomes)
    unlinked = sum(one.result is Result.UNLINKED for one in outcomes)
    failed = [one for one in outcomes if one.result is Result.FAILED]
    stopped = sum(one.result is Result.STOPPED for one in outcomes)
    parts = []
    if linked:
        parts.append(say_n("{count} Page linked.", "{count} Pages linked.", linked))
    if unlinked:
        parts.append(say_n("{count} link ended.", "{count} links ended.", unlinked))
    if failed:
        first = failed[0]
        why = first.problem.told().what if first.problem else ""
        parts.append(
            say_n(
                "“{name}” failed: {why}", "{count} failed, first “{name}”: {why}", len(failed), name=first.name, why=why
            )
        )
    if stopped:
        parts.append(say_n("{count} was not begun.", "{count} were not begun.", stopped))
    return _joined(parts), bool(failed or stopped)


def _joined(parts: Sequence[Sentence]) -> Sentence:
    if not parts:
        return Sentence("")
    whole = parts[0]
    for part in parts[1:]:
        whole = say("{first} {second}", first=whole, second=part)
    return whole
