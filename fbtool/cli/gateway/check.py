"""``fbtool gateway check``."""

from pathlib import Path

import click

from fbtool.cli import findings, output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.language import N_, current


@click.command(
    help=N_(
        "Check everything between Facebook and the data folder, and say what to do.\n\n"
        "Checked are the settings, the folder and the rights of the key files, free disk space, the database and "
        "whether the master key fits it, the app at Facebook (id and secret, webhook, approved permissions, "
        "“Require App Secret”), the public address (it has to lead to this very gateway), and the clock. Works "
        "while the gateway runs, and while it does not; the public address needs a running one.\n\n"
        "Exit codes: 0 all in order, warnings and “?” included; 3 a check failed."
    )
)
@data_dir_option
@output.json_option
def check(data_dir: Path) -> int:
    """Check and report."""
    from fbtool.gateway.operation.all_checks import findings_of

    return findings.conclude(findings.show(findings_of(data_dir)), lambda finding: finding.as_json(current()))
