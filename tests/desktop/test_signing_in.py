"""The sign-in's presenter where threads are unkind: without a window."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from fbtool.desktop import tasks
from fbtool.desktop.jobs import Job, Jobs
from fbtool.desktop.preferences import PreferencesFile
from fbtool.desktop.presenters.presenter import Navigator, Services
from fbtool.desktop.presenters.signing_in import SigningInPresenter
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.signin.machine import State
from fbtool.linking.signin.problems import SignInCancelled
from fbtool.linking.signin.runner import Face, Progress, SignInOptions
from fbtool.problem import Problem


class Hasty:
    """Jobs whose worker is done before `start` returns, as a worker on a busy computer may be."""

    def start(
        self,
        work: Callable[[Job[Any]], Any],
        done: Callable[[Any], None],
        failed: Callable[[Problem], None],
        progress: Callable[[Any], None],
    ) -> Job[Any]:
        job: Job[Any] = Job(progress)
        try:
            done(work(job))
        except Problem as problem:
            failed(problem)
        return job


def test_a_worker_that_is_quicker_than_its_start_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sign_in(workplace: object, options: SignInOptions, face: Face) -> None:
        face.show(Progress(State.WAITING, "https://example.org/", browser_opened=True, seconds_left=600))
        assert it.waiting is not None
        shown.append(it.waiting.url)
        raise SignInCancelled

    monkeypatch.setattr(tasks, "sign_in_anew", sign_in)
    jobs, nothing = cast(Jobs, Hasty()), cast(Any, None)
    preferences = PreferencesFile(tmp_path / "window.json")
    services = Services(jobs, cast(Workplace, nothing), preferences, cast(Navigator, nothing), nothing)
    it, shown = SigningInPresenter(services, SignInOptions(), first=True), list[str]()
    it.begin()
    assert shown == ["https://example.org/"]
    assert isinstance(it.problem, SignInCancelled)
    assert not it.under_way
