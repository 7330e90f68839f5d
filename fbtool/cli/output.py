"""What the commands print: for people on a terminal, plain lines in a pipe, one JSON document for programs.

What programs read and write (JSON, CSV) is UTF-8 whatever the console's encoding is. What people read is in the
console's encoding. Foreign text reaches neither before `fbtool.safe_text` has made it harmless.
"""

import codecs
import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TextIO, TypeVar, cast

import click

from fbtool.decoding import decoded
from fbtool.language import N_, Sentence, say
from fbtool.problem import Problem
from fbtool.safe_text import escaped, shown_lines

if TYPE_CHECKING:
    from io import BufferedReader

    from rich.console import Console
    from rich.text import Text

F = TypeVar("F", bound=Callable[..., Any])

_VISIBLY = "fbtool.visibly"
_PLAIN = str.maketrans({"✓": "+", "✗": "x", "→": "->", "…": "...", "—": "-", "–": "-"} | dict.fromkeys("“”„", '"'))
"""Our own signs on a console that has none of them."""

_PIECE = 1 << 16
_LONGEST_INPUT = 1 << 20
"""Bytes in which a connection code is looked for."""

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
        help=N_("Print one JSON document for programs."),
    )(command)


def wants_json() -> bool:
    """Whether this command was called with ``--json``."""
    return _json


def prepare_streams() -> None:
    r"""Never fail over a letter that the console's encoding has not: it is shown as a plainer one or as ``\uXXXX``."""
    codecs.register_error(_VISIBLY, _visibly)
    # A closed stream is None. Whoever writes a result must hear of it; what is said beside it may get lost.
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115 - for the whole process
    if sys.stdout is None:
        sys.stdout = open(os.devnull)  # noqa: SIM115 - for reading: a write fails
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for the whole process
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_VISIBLY)


def _visibly(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = error.object[error.start : error.end].translate(_PLAIN)
    return plain.encode("ascii", "backslashreplace"), error.end


def piped(is_whole: Callable[[str], bool]) -> str:
    """Standard input as text, up to the line with which it ``is_whole``.

    Whoever types into a pipe (Git Bash) never ends it, so nothing more is waited for than is needed. Lines that are
    there already are looked at together: each look is at everything.
    """
    given, source = b"", cast("BufferedReader", sys.stdin.buffer)
    while part := source.read1(_PIECE):
        given += part
        at_line_end = part.rstrip(b"\0").endswith(b"\n")  # UTF-16 has a zero behind it
        if len(given) > _LONGEST_INPUT or (at_line_end and is_whole(decoded(given))):
            break
    return decoded(given)


def ask(question: Sentence | str, *, secret: bool = False, default: str | None = None) -> str:
    """Ask on standard error and read a line. Without a terminal (Git Bash, a pipe) the question is shown, too."""
    if sys.stdin.isatty():
        answer: str = click.prompt(
            str(question), hide_input=secret, err=True, default=default, show_default=bool(default)
        )
        return answer
    note(f"{question}:")
    return decoded(sys.stdin.buffer.readline()).strip() or default or ""


def console(*, stderr: bool = False) -> "Console":
    """A rich console: colours on a terminal that wants them, plain text elsewhere."""
    from rich.console import Console

    return Console(
        stderr=stderr,
        highlight=False,
        emoji=False,
        markup=False,
        soft_wrap=not sys.stdout.isatty(),
        color_system=None if _wants_no_colour() else "auto",
    )


def is_live(target: "Console") -> bool:
    """Whether a line may be written over there: on a terminal that can, for a person."""
    return target.is_terminal and not target.is_dumb_terminal and not _json


def _wants_no_colour() -> bool:
    # https://no-color.org: set and not empty.
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def document(value: Any) -> None:
    """Print the one JSON document of a command."""
    # A terminal shows its own letters only; \uXXXX says the same.
    narrow = sys.stdout.isatty() and codecs.lookup(sys.stdout.encoding).name != "utf-8"
    raw(escaped(json.dumps(value, ensure_ascii=narrow, indent=2)) + "\n")


def raw(text: str) -> None:
    """Print what a program reads: UTF-8, whatever the locale says."""
    # On a terminal a person looks at it; Windows' console takes no bytes.
    click.echo(text if sys.stdout.isatty() else text.encode(), nl=False)


def line(sentence: Sentence | str) -> None:
    """Print a result for people; silent with ``--json``."""
    if not _json:
        click.echo(shown_lines(str(sentence)), file=sys.stdout)


def done(result: Any, sentence: Sentence) -> None:
    """Tell that something was done: its document with ``--json``, else the sentence."""
    if _json:
        document(result)
    line(sentence)


def note(sentence: Sentence | str, **style: Any) -> None:
    """Print something beside the result (progress, advice): to standard error, so that pipes stay clean.

    ``style``: as `click.style` takes it; without effect where no colours are wanted.
    """
    if not _json:
        click.secho(shown_lines(str(sentence)), file=sys.stderr, **({} if _wants_no_colour() else style))


def table(columns: Sequence[Sentence | str], rows: Sequence[Sequence["str | Text"]]) -> None:
    """Print a table that fits the terminal; in a pipe every cell is whole."""
    from rich import box
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(str(column), overflow="fold")
    for row in rows:
        drawn.add_row(*(shown_lines(cell) if isinstance(cell, str) else cell for cell in row))
    target = console()
    if not target.is_terminal:
        # Wide enough that nothing is folded or cut; a measure is never wider than its console.
        target.width = 10_000
        target.width = max(target.measure(drawn).maximum, 40)
    target.print(drawn)


def problem_fields(problem: Problem) -> dict[str, str]:
    """A problem as a JSON object."""
    told = problem.told()
    return {"code": problem.code, "what": told.what, "meaning": told.meaning, "remedy": told.remedy}


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
    note(f"✗ {told.what}", fg="red", bold=True)
    if told.meaning:
        note(f"  {told.meaning}")
    note(f"  → {told.remedy}")
    note(f"  [{problem.code}]", dim=True)


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
    note(f"✗ {text}", fg="red", bold=True)
