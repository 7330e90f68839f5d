"""Writes the transcript of the demo into the README; with --check only tells whether it is up to date.

Ports and ids differ from run to run; they are replaced by fixed ones, nothing else is touched.
"""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- transcript: nox -s transcript -->\n", "<!-- /transcript -->"
PORTS = ("8700", "8787")


def transcript() -> str:
    """What ``fbtool demo`` prints into a pipe, in English."""
    command = [sys.executable, "-m", "fbtool", "--language", "en", "demo"]
    printed = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
    found = list(dict.fromkeys(re.findall(r"localhost:(\d+)", printed)))
    for port, fixed in zip(found, PORTS, strict=True):
        printed = printed.replace(f"localhost:{port}", f"localhost:{fixed}")
    printed = re.sub(r"conversation \S{8}…", "conversation NscbnETw…", printed)
    return f"```console\n$ fbtool demo\n{printed}```\n"


def with_transcript(text: str) -> str:
    """``text`` with a fresh transcript between the marks."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return before + BEGIN + transcript() + END + after


if __name__ == "__main__":
    current = README.read_text("utf-8")
    fresh = with_transcript(current)
    if "--check" in sys.argv:
        sys.exit(0 if fresh == current else "The README's transcript is stale: nox -s transcript")
    README.write_text(fresh, "utf-8")
