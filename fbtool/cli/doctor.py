"""``fbtool doctor``: check everything, and say what to do."""

from pathlib import Path

import click
from rich.text import Text

from fbtool.cli import output
from fbtool.display import shown_lines
from fbtool.language import say, say_n
from fbtool.linking.doctor import bundle as support_file
from fbtool.linking.doctor import examine
from fbtool.linking.doctor.finding import Finding, Health
from fbtool.linking.local.workplace import Workplace
from fbtool.problem import Kind

_SIGNS = {
    Health.OK: ("✓", "green"),
    Health.WARNING: ("!", "yellow"),
    Health.FAILED: ("✗", "red"),
    Health.UNKNOWN: ("?", "cyan"),
}


@click.command(
    help=str(
        say(
            "Check everything between this computer and a customer's message.\n\n"
            "Checked are the settings, the secret store, the proxy, the gateway, the clock, the messenger account, the "
            "app at Facebook (id and secret, webhook, approved permissions, “Require App Secret”), the sign-in, and "
            "every link. Behind each finding stands what to do; “?” stands before what Facebook tells nobody.\n\n"
            "Examples:\n\n"
            "  fbtool doctor\n\n"
            "  fbtool doctor --bundle support.json   (a file for support, without secrets and names)\n\n"
            "Exit codes: 0 all in order, warnings and “?” included; 3 a check failed; 8 the support file cannot be "
            "written."
        )
    )
)
@click.option(
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    help=str(say("Write a file for support: versions, checks, states and ids; no secrets, no names.")),
)
@output.json_option
def doctor(bundle: Path | None) -> int:
    """Examine and report."""
    findings = []
    for finding in examine(Workplace.of_this_computer()):
        findings.append(finding)
        _show(finding)
    failed = sum(finding.health is Health.FAILED for finding in findings)
    if output.wants_json():
        output.document({"checks": [_fields(finding) for finding in findings], "failed": failed})
    if bundle is not None:
        support_file.write(bundle, findings)
        output.note(say("The support file is {path}. Look into it before you pass it on.", path=bundle))
    if failed:
        output.line(say_n("{count} check failed.", "{count} checks failed.", failed))
        return Kind.ATTENTION.value
    warned = sum(finding.health is Health.WARNING for finding in findings)
    if warned:
        output.line(say_n("It works; {count} thing should be better.", "It works; {count} things should be better.",
                          warned))  # fmt: skip
    else:
        output.line(say("All is in order."))
    return 0


def _show(finding: Finding) -> None:
    if output.wants_json():
        return
    sign, colour = _SIGNS[finding.health]
    line = Text(f"{sign} ", colour).append(shown_lines(f"{finding.title}: {finding.told}"), "")
    output.console().print(line)
    if finding.health is not Health.OK and str(finding.remedy):
        output.line(f"  → {finding.remedy}")


def _fields(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "health": finding.health.value,
        "title": str(finding.title),
        "what": str(finding.told),
        "remedy": str(finding.remedy),
        "code": finding.code,
        "facts": dict(finding.facts),
    }
