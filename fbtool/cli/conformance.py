"""``fbtool sandbox conformance``: play Facebook against any Messenger webhook and judge it."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fbtool.cli import output
from fbtool.language import N_, Sentence, say
from fbtool.problem import Kind
from fbtool.sandbox.conformance.case import Case
from fbtool.sandbox.conformance.cases import CASES

if TYPE_CHECKING:
    from fbtool.sandbox.conformance.probes import Probe
    from fbtool.sandbox.conformance.run import Report


def _pages(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for page in value:
        if not (page.isascii() and page.isdigit() and len(page) <= 30):
            raise click.BadParameter(str(say("A Page's id is a number.")))
    return tuple(dict.fromkeys(value))


@click.command(
    help=N_(
        "Test any Messenger webhook: send what Facebook sends, and what only others send, and judge.\n\n"
        "The endpoint's app secret comes from FBTOOL_APP_SECRET, or from the file that FBTOOL_APP_SECRET_FILE "
        "names; never from an argument. Optional: its secret before a rotation in FBTOOL_APP_SECRET_EARLIER (or "
        "…_EARLIER_FILE), and its verify token in FBTOOL_VERIFY_TOKEN.\n\n"
        "Every message carries a marker of its own, “fbtool-conformance-RUN-CASE-NUMBER”: it is the message's "
        "text, and its id (mid) with “m_” in front. To see what is lost, doubled or forged, the suite needs to "
        "read what the endpoint handed on. One of:\n\n"
        "--log FILE: a text file to which the endpoint adds a line for each message that it hands on, with the "
        "mid or the text anywhere in it. The file has to exist; lines from before do not matter.\n\n"
        "--probe URL: an address that answers GET with everything handed on so far, oldest first: a JSON list, "
        "or one JSON value in each line. An element is anything that contains the mid or the text.\n\n"
        "--events URL --token-file FILE: an fbtool gateway. The suite reads GET /v1/events as a "
        "customer-service system does and acknowledges what it reads. Nothing else may read the account "
        "meanwhile, and no other messages may wait in it; the file holds its token or its connection code. "
        "Without --page, the account's linked Pages are used.\n\n"
        "Without any of them, only the answers are judged.\n\n"
        "One run sends about 1,200 messages, 6 MB, and opens at most 64 connections.\n\n"
        "Examples:\n\n"
        "  fbtool sandbox conformance --webhook http://localhost:5000/webhook --log received.log\n\n"
        "  fbtool sandbox conformance --webhook http://localhost:8787/facebook/webhook "
        "--events http://localhost:8787 --token-file code.txt\n\n"
        "Exit codes: 0 all passed; 3 some failed; 5 the webhook or the probe does not answer; 6 the gateway "
        "refuses the token; 8 a setting or a file of this computer, or a server that is not on it."
    )
)
@click.option("--webhook", default="", metavar="URL", help=N_("The webhook to test."))
@click.option("--probe", default="", metavar="URL", help=N_("Where to read what arrived, as JSON."))
@click.option(
    "--log", type=click.Path(path_type=Path), metavar="FILE", help=N_("The file with a line for each message.")
)
@click.option("--events", default="", metavar="URL", help=N_("The fbtool gateway whose events tell what arrived."))
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=N_("The messenger account's token or connection code, for --events."),
)
@click.option(
    "--page",
    "pages",
    multiple=True,
    callback=_pages,
    metavar="ID",
    help=N_("A Page to write to; repeat for more. Without it: two made-up Pages."),
)
@click.option(
    "--case",
    "names",
    multiple=True,
    type=click.Choice([case.name for case in CASES]),
    metavar="NAME",
    help=N_("Run only this case; repeat for more. --list shows all."),
)
@click.option(
    "--patience",
    type=click.FloatRange(0.1, 60),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help=N_("After so long without news, what has not arrived is lost."),
)
@click.option(
    "--yes-this-is-my-server",
    "is_mine",
    is_flag=True,
    help=N_("Test a server that is not this computer. It gets forged, broken and large requests."),
)
@click.option("--list", "only_list", is_flag=True, help=N_("Show the cases and why they matter; send nothing."))
@output.json_option
def conformance(names: tuple[str, ...], only_list: bool, **options: Any) -> int:
    """Judge a webhook."""
    cases = [case for case in CASES if not names or case.name in names]
    if only_list:
        _show_cases(cases)
        return 0
    report = _run(cases, **options)
    _show(report)
    return Kind.ATTENTION.value if _failed(report) else 0


def _run(cases: Sequence[Case], *, webhook: str, pages: tuple[str, ...], patience: float, **options: Any) -> "Report":
    from fbtool.sandbox.conformance.run import run
    from fbtool.sandbox.conformance.settings import RunLimits, own_address, read_target

    if not webhook:
        raise click.UsageError(str(say("Name the webhook with --webhook URL; --list shows the cases.")))
    own_address(webhook, is_mine=options["is_mine"])
    probe = _probe(**options)
    target = read_target(webhook, pages)
    interactive = sys.stderr.isatty() and not output.wants_json()
    with output.console(stderr=True).status(str(say("Getting ready"))) if interactive else nullcontext() as status:

        def show(case: Case) -> None:
            if status is not None:
                position = f"{cases.index(case) + 1}/{len(cases)}"
                status.update(f"{position} {case.name}: {Sentence(case.sent)}")

        return asyncio.run(run(target, probe, cases, RunLimits(patience=patience), show))


def _probe(*, probe: str, log: Path | None, events: str, token_file: Path | None, is_mine: bool) -> "Probe | None":
    from fbtool.sandbox.conformance.event_probe import EventsProbe
    from fbtool.sandbox.conformance.probes import LogProbe, UrlProbe
    from fbtool.sandbox.conformance.settings import own_address, read_file

    if sum(map(bool, (probe, log, events))) > 1:
        raise click.UsageError(str(say("Use only one of --probe, --log and --events.")))
    if bool(events) != bool(token_file):
        raise click.UsageError(str(say("--events and --token-file belong together.")))
    if log:
        return LogProbe(log)
    if probe:
        return UrlProbe(own_address(probe, is_mine=is_mine))
    if events and token_file:
        return EventsProbe(own_address(events, is_mine=is_mine), read_file(token_file, "--token-file"))
    return None


def _show(report: "Report") -> None:
    from rich.text import Text

    from fbtool.sandbox.conformance import report as words
    from fbtool.sandbox.conformance.judging import Result

    if output.wants_json():
        output.document(words.fields(report))
        return
    styles = {Result.PASSED: "green", Result.FAILED: "bold red", Result.SKIPPED: "dim"}
    rows: list[list[str | Text]] = []
    for outcome in report.outcomes:
        name, result, *rest = words.row(outcome)
        rows.append([name, Text(result, styles[outcome.result]), *rest])
    output.table([Sentence(column) for column in words.COLUMNS], rows)
    for sentence in words.sentences(report):
        output.line(sentence)
    output.line(words.summary(report))


def _show_cases(cases: Sequence[Case]) -> None:
    from fbtool.sandbox.conformance.report import description

    described = [description(case) for case in cases]
    if output.wants_json():
        output.document({"cases": described})
        return
    for case in described:
        output.line(case["name"])
        output.line(say("  Sent: {sent}", sent=case["sent"]))
        output.line(say("  Must: {demanded}", demanded=case["demanded"]))
        output.line(say("  Why: {why}", why=case["why"]))


def _failed(report: "Report") -> bool:
    from fbtool.sandbox.conformance.judging import Result

    return any(outcome.result is Result.FAILED for outcome in report.outcomes)
