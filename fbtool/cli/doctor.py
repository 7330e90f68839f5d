"""``fbtool doctor``: check everything, and say what to do."""

from pathlib import Path

import click

from fbtool.cli import findings, output
from fbtool.finding import Finding
from fbtool.language import N_, say
from fbtool.linking.doctor import bundle as support_file
from fbtool.linking.doctor import examine
from fbtool.linking.local.workplace import Workplace


@click.command(
    help=N_(
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
@click.option(
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Write a file for support: versions, checks, states and ids; no secrets, no names."),
)
@output.json_option
def doctor(bundle: Path | None) -> int:
    """Examine and report."""
    found = findings.show(examine(Workplace.of_this_computer()))
    if bundle is not None:
        support_file.write(bundle, found)
        output.note(say("The support file is {path}. Look into it before you pass it on.", path=bundle))
    return findings.conclude(found, _fields)


def _fields(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check.name,
        "health": finding.health.value,
        "title": str(finding.title),
        "what": str(finding.told),
        "remedy": str(finding.remedy),
        "code": finding.code,
        "facts": dict(finding.facts),
    }
