"""``fbtool sandbox conformance`` as a person and as a program use it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fbtool.cli import output
from fbtool.cli.conformance import conformance
from fbtool.problem import Kind, Problem
from fbtool.sandbox.conformance import problems
from fbtool.sandbox.conformance.cases import CASES
from tests.ports import free_port

from . import endpoint as endpoints
from .endpoint import EARLIER, SECRET, VERIFY_TOKEN, Endpoint, serving_at

FEW = ("--case", "both-signatures", "--case", "several-items", "--patience", "0.3")


@dataclass(frozen=True)
class Run:
    code: int
    out: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Run]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    monkeypatch.setenv("FBTOOL_APP_SECRET", SECRET)

    def run(*arguments: str) -> Run:
        capsys.readouterr()
        code = conformance.main(arguments, prog_name="fbtool sandbox conformance", standalone_mode=False)
        return Run(code, capsys.readouterr().out)

    yield run
    output._json = False


@pytest.fixture
def good(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A perfect endpoint: its address and its log."""
    endpoint = Endpoint(tmp_path / "received.log")
    with serving_at(endpoint) as address:
        yield address, str(endpoint.log)


@pytest.fixture
def lossy(tmp_path: Path) -> Iterator[tuple[str, str]]:
    endpoint = endpoints.FirstOfBatch(tmp_path / "received.log")
    with serving_at(endpoint) as address:
        yield address, str(endpoint.log)


def test_all_passed_is_exit_code_0_and_a_table(command: Command, good: tuple[str, str]) -> None:
    address, log = good
    run = command("--webhook", address, "--log", log, *FEW)
    assert run.code == 0
    lines = [line.split() for line in run.out.splitlines() if line.strip()]
    assert ["Case", "Result", "Arrived", "Status", "ms"] in lines
    assert ["several-items", "✓", "passed", "3", "of", "3", "200"] in [line[:-1] for line in lines]
    assert run.out.splitlines()[-1].startswith("2 passed, 0 failed, 0 skipped, in ")


def test_a_failure_is_exit_code_3_and_says_what_it_means(command: Command, lossy: tuple[str, str]) -> None:
    address, log = lossy
    run = command("--webhook", address, "--log", log, *FEW)
    assert run.code == Kind.ATTENTION.value == 3
    assert "✗ several-items: three messages of one customer in one entry\n  2 of 3 messages are lost" in run.out


def test_a_program_gets_one_document(command: Command, lossy: tuple[str, str]) -> None:
    address, log = lossy
    run = command("--webhook", address, "--log", log, "--json", *FEW)
    assert run.code == 3
    assert {name: run.json[name] for name in ("webhook", "probe", "passed", "failed", "skipped")} == {
        "webhook": address,
        "probe": "log",
        "passed": 1,
        "failed": 1,
        "skipped": 0,
    }
    failed = run.json["cases"][1]
    assert failed["name"] == "several-items"
    assert failed["result"] == "failed"
    assert failed["arrivals"] | {"owed": 3, "arrived": 1, "lost": 2, "doubled": 0, "forged": 0} == failed["arrivals"]
    assert [fault["code"] for fault in failed["faults"]] == ["lost"]
    assert [answer["status"] for answer in failed["answers"]] == [200]


def test_without_a_probe_the_table_says_so(command: Command, lossy: tuple[str, str]) -> None:
    run = command("--webhook", lossy[0], *FEW)
    assert run.code == 0
    assert run.out.count("not watched") == 2
    assert "Only the answers were judged." in run.out


def test_the_probe_may_be_an_address(command: Command, lossy: tuple[str, str]) -> None:
    run = command("--webhook", lossy[0], "--probe", f"{lossy[0]}/arrived", "--json", *FEW)
    assert (run.json["probe"], run.json["failed"]) == ("probe", 1)


def test_every_secret_comes_from_the_environment_or_a_file(
    command: Command, good: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(SECRET + "\n")
    (tmp_path / "earlier").write_text(EARLIER)
    monkeypatch.delenv("FBTOOL_APP_SECRET")
    monkeypatch.setenv("FBTOOL_APP_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("FBTOOL_APP_SECRET_EARLIER_FILE", str(tmp_path / "earlier"))
    monkeypatch.setenv("FBTOOL_VERIFY_TOKEN", VERIFY_TOKEN)
    names = ("--case", "verification", "--case", "both-signatures", "--case", "earlier-secret")
    run = command("--webhook", good[0], "--log", good[1], "--json", *names)
    assert (run.code, run.json["passed"]) == (0, 3)


def test_the_named_pages_are_written_to(command: Command, good: tuple[str, str]) -> None:
    run = command("--webhook", good[0], "--log", good[1], "--page", "11", "--page", "12", "--json", *FEW)
    assert run.json["pages"] == ["11", "12"]


REFUSALS: list[tuple[type[Problem], tuple[str, ...]]] = [
    (problems.NotThisComputer, ("--webhook", "https://example.org/webhook")),
    (problems.NotThisComputer, ("--webhook", "http://localhost.example.org/webhook")),
    (problems.NotThisComputer, ("--webhook", "http://localhost:1/", "--probe", "https://example.org/")),
    (problems.AddressUnusable, ("--webhook", "localhost:5000/webhook")),
    (problems.AddressUnusable, ("--webhook", "http://localhost:port/")),
    (
        problems.SettingFileUnreadable,
        ("--webhook", "http://localhost:1/", "--events", "http://[::1]:2", "--token-file", "none"),
    ),
    (
        problems.NotThisComputer,
        ("--webhook", "http://localhost:1/", "--events", "http://10.0.0.1", "--token-file", __file__),
    ),
    (
        problems.TokenWouldBeVisible,
        (
            *("--webhook", "http://localhost:1/", "--events", "http://10.0.0.1", "--token-file", __file__),
            "--yes-this-is-my-server",
        ),
    ),
]


@pytest.mark.parametrize(("problem", "arguments"), REFUSALS)
def test_what_must_not_be_tested_is_refused_before_anything_is_sent(
    problem: type[Problem], arguments: tuple[str, ...], command: Command
) -> None:
    with pytest.raises(problem):
        command(*arguments)


def test_a_missing_secret_is_a_problem(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FBTOOL_APP_SECRET")
    with pytest.raises(problems.SecretMissing):
        command("--webhook", "http://localhost:1/")


def test_an_endpoint_that_does_not_run_is_a_problem(command: Command) -> None:
    with pytest.raises(problems.WebhookUnreachable):
        command("--webhook", f"http://127.0.0.1:{free_port()}/")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--webhook", "http://localhost:1/", "--log", "a", "--probe", "http://localhost:2/"),
        ("--webhook", "http://localhost:1/", "--events", "http://localhost:2/"),
        ("--webhook", "http://localhost:1/", "--page", "Blumen"),
        ("--webhook", "http://localhost:1/", "--case", "unheard-of"),
    ],
)
def test_wrong_usage_is_told_as_such(arguments: tuple[str, ...], command: Command) -> None:
    from click import UsageError

    with pytest.raises(UsageError):
        command(*arguments)


def test_no_problem_has_the_exit_code_of_failed_cases() -> None:
    kinds = {
        one.kind
        for one in vars(problems).values()
        if isinstance(one, type) and issubclass(one, Problem) and one is not Problem
    }
    assert Kind.ATTENTION not in kinds


def test_the_list_explains_every_case_and_sends_nothing(command: Command) -> None:
    shown = command("--list").out
    for case in CASES:
        assert f"{case.name}\n  Sent: {case.sent}\n  Must: {case.demanded}\n  Why: {case.why}\n" in shown
    assert [case["name"] for case in command("--list", "--json").json["cases"]] == [case.name for case in CASES]


def test_the_help_explains_the_three_probes_and_the_secrets(command: Command) -> None:
    shown = command("--help").out
    for word in ("--log", "--probe", "--events", "FBTOOL_APP_SECRET_FILE", "FBTOOL_VERIFY_TOKEN", "Exit codes"):
        assert word in shown
