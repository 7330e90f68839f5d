"""What the checking commands print: ``fbtool doctor`` and ``fbtool gateway check``."""

from collections.abc import Callable, Iterable
from typing import Any

from rich.text import Text

from fbtool.cli import output
from fbtool.finding import Finding, Health
from fbtool.language import say, say_n
from fbtool.problem import Kind
from fbtool.safe_text import shown_lines

_SIGNS = {
    Health.OK: ("✓", "green"),
    Health.WARNING: ("!", "yellow"),
    Health.FAILED: ("✗", "red"),
    Health.UNKNOWN: ("?", "cyan"),
}


def show(findings: Iterable[Finding]) -> list[Finding]:
    """Print each finding as soon as it is there; for programs, nothing."""
    found = []
    for finding in findings:
        found.append(finding)
        if output.wants_json():
            continue
        sign, colour = _SIGNS[finding.health]
        line = Text(f"{sign} ", colour).append(shown_lines(f"{finding.title}: {finding.told}"), "")
        output.console().print(line)
        if finding.health is not Health.OK and str(finding.remedy):
            output.line(f"  → {finding.remedy}")
    return found


def conclude(findings: list[Finding], fields: Callable[[Finding], dict[str, Any]]) -> int:
    """Say what follows from all of them, for programs in one document of ``fields``; returns the exit code."""
    failed = sum(finding.health is Health.FAILED for finding in findings)
    if output.wants_json():
        output.document({"checks": [fields(finding) for finding in findings], "failed": failed})
    if failed:
        output.line(say_n("{count} check failed.", "{count} checks failed.", failed))
        return Kind.ATTENTION.value
    warned = sum(finding.health is Health.WARNING for finding in findings)
    if warned:
        told = say_n("It works; {count} thing should be better.", "It works; {count} things should be better.", warned)
        output.line(told)
    else:
        output.line(say("All is in order."))
    return 0
