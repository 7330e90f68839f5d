"""The support file: what was found, without anything that is secret or names a person.

It is made of an allowance, not of a filter: only versions, checks, codes, ids, states and times are put in. Sentences
stay out, because they carry names.
"""

import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from fbtool import __version__
from fbtool.finding import Finding
from fbtool.language import N_
from fbtool.linking.system.files import write_whole
from fbtool.problem import Problem
from fbtool.safe_text import escaped


class BundleUnwritable(Problem):
    """The support file cannot be written."""

    code = "bundle_unwritable"
    what = N_("The support file cannot be written: {path} ({error}).")
    remedy = N_("Choose another place for it.")


def content_of(findings: Sequence[Finding]) -> dict[str, Any]:
    """What the support file holds."""
    return {
        "made_at": int(time.time()),
        "fbtool": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "frozen": bool(getattr(sys, "frozen", False)),
        "checks": [
            {
                "check": finding.check.name,
                "health": finding.health.value,
                "code": finding.code,
                "facts": dict(finding.facts),
            }
            for finding in findings
        ],
    }


def write(path: Path, findings: Sequence[Finding]) -> None:
    """Write the support file.

    Raises:
        BundleUnwritable: the file cannot be written.
    """
    try:
        text = msgspec.json.format(msgspec.json.encode(content_of(findings))).decode()
        write_whole(path, escaped(text).encode())
    except OSError as error:
        raise BundleUnwritable(path=path, error=error.strerror) from None
