"""``fbtool gateway check``."""

from pathlib import Path

import click
from rich.text import Text

from fbtool.cli import output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.language import say, say_n
from fbtool.problem import Kind

_SIGNS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failed": ("✗", "red"), "unknown": ("?", "cyan")}


@click.command(
    help=str(
        say(
            "Check everything between Facebook and the data folder, and say what to do.\n\n"
            "Checked are the settings, the folder and the rights of the key files, free disk space, the database and "
            "whether the master key fits it, the app at Facebook (id and secret, webhook, approved permissions, "
            "“Require App Secret”), the public address (it has to lead to this very gateway), and the clock. Works "
            "while the gateway runs, and while it does not; the public address needs a running one.\n\n"
            "Exit codes: 0 all in order, warnings and “?” included; 3 a check failed."
        )
    )
)
@data_dir_option
@output.json_option
def check(data_dir: Path) -> int:
    """Check and report."""
    from fbtool.gateway.operation.all_checks import findings_of

    findings = []
    for finding in findings_of(data_dir):
        findings.append(finding)
        _show(finding)
    failed = sum(finding["health"] == "failed" for finding in findings)
    if output.wants_json():
        output.document({"checks": findings, "failed": failed})
    if failed:
        output.line(say_n("{count} check failed.", "{count} checks failed.", failed))
        return Kind.ATTENTION.value
    warned = sum(finding["health"] == "warning" for finding in findings)
    if warned:
        output.line(say_n("It works; {count} thing should be better.", "It works; {count} things should be better.",
                          warned))  # fmt: skip
    else:
        output.line(say("All is in order."))
    return 0


def _show(finding: dict[str, str]) -> None:
    if output.wants_json():
        return
    sign, colour = _SIGNS[finding["health"]]
    output.console().print(Text(f"{sign} ", colour).append(f"{finding['title']}: {finding['told']}", ""))
    if finding["health"] != "ok" and finding["remedy"]:
        output.line(f"  → {finding['remedy']}")
