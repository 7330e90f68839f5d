"""What the commands print: for people on a terminal, plain lines in a pipe, one JSON document for programs."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from fbtool.language import Sentence, say
from fbtool.problem import Problem

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

F = TypeVar("F", bound=Callable[..., Any])
Cell = "str | Text"

_json = False


def json_option(command: F) -> F:
    """Add ``--json`` to a command: standard output then holds exactly one JSON document."""

    def choose(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
        global _json
        _json = value

    return click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=choose,
        help=str(say("Print one JSON document for programs.")),
    )(command)


def wants_json() -> bool:
    """Whether this command was called with ``--json``."""
    return _json


def prepare_streams() -> None:
    """Write UTF-8 where the terminal's own encoding cannot say „ü“ or “✓”; never fail over a letter."""
    # A closed stream is None. Whoever writes a result must hear of it; what is said beside it may get lost.
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115 - for the whole process
    if sys.stdout is None:
        sys.stdout = open(os.devnull)  # noqa: SIM115 - for reading: a write fails
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for the whole process
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def console(*, stderr: bool = False) -> "Console":
    """A rich console: colours on a terminal, plain text in a pipe (and with NO_COLOR)."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, emoji=False, markup=False, soft_wrap=not sys.stdout.isatty())


def document(value: Any) -> None:
    """Print the one JSON document of a command."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def line(sentence: Sentence | str) -> None:
    """Print a result for people; silent with ``--json``."""
    if not _json:
        click.echo(str(sentence))


def note(sentence: Sentence | str) -> None:
    """Print something beside the result (progress, advice): to standard error, so that pipes stay clean."""
    if not _json:
        click.echo(str(sentence), err=True)


def table(columns: Sequence[Sentence | str], rows: Sequence[Sequence["str | Text"]]) -> None:
    """Print a table that fits the terminal; in a pipe every cell is whole."""
    from rich import box
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(str(column), overflow="fold")
    for row in rows:
        shown.add_row(*row)
    target = console()
    if not target.is_terminal:
        # Wide enough that nothing is folded or cut; a measure is never wider than its console.
        target.width = 10_000
        target.width = max(target.measure(shown).maximum, 40)
    target.print(shown)


def problem_fields(problem: Problem) -> dict[str, str]:
    """A problem as a JSON object."""
    told = problem.told()
    return {"code": problem.code, "what": told.what, "meaning": told.meaning, "remedy": told.remedy}


def moment(unix_seconds: float) -> str:
    """A point in time on the clock of this computer, as people write it in their language."""
    at = datetime.fromtimestamp(unix_seconds).astimezone()
    return str(
        say(
            "{year}-{month}-{day} {time}",
            year=at.year,
            month=f"{at.month:02}",
            day=f"{at.day:02}",
            time=f"{at.hour:02}:{at.minute:02}",
        )
    )


def show_broken_output(problem: Problem) -> None:
    """Say why a stream cannot be written, where that is still possible, and write nothing more to it."""
    global _json
    _json = False
    sys.stdout = _replaced(sys.stdout)
    try:
        show_problem(problem)
        sys.stderr.flush()
    except OSError:
        sys.stderr = _replaced(sys.stderr)


def _replaced(stream: TextIO) -> TextIO:
    # Closed, because Python would try once more at its end to write what is left.
    with contextlib.suppress(OSError, ValueError):
        stream.close()
    return open(os.devnull, "w")


def show_problem(problem: Problem) -> None:
    """Say what happened, what it means and what to do; the code comes last, for support."""
    told = problem.told()
    if _json:
        document({"problem": problem_fields(problem)})
        return
    click.secho(f"✗ {told.what}", err=True, fg="red", bold=True)
    if told.meaning:
        click.echo(f"  {told.meaning}", err=True)
    click.echo(f"  → {told.remedy}", err=True)
    click.secho(f"  [{problem.code}]", err=True, dim=True)


def show_defect(error: Exception) -> None:
    """Say that this is our mistake, without a traceback: it may hold what nobody should see."""
    text = say(
        "fbtool made a mistake ({kind}). Nothing more was done. Please report it; "
        "with FBTOOL_DEBUG=1 the details are shown.",
        kind=type(error).__name__,
    )
    if _json:
        document({"problem": {"code": "defect", "what": str(text), "meaning": "", "remedy": ""}})
        return
    click.secho(f"✗ {text}", err=True, fg="red", bold=True)
