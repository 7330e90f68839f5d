"""What may never be seen: secrets, and words that are for programmers."""

import json
import re
from collections.abc import Collection

from tests.scenarios.computer import Computer

_SECRET = re.compile(r"EAA[\w-]{20,}|fbt_[\w-]{20,}|fbtool-[\w-]{40,}|\bAQ[\w-]{100,}|\b\d{16}\|[\w-]{20,}")
"""The looks of Facebook's tokens and codes, of account tokens, of connection codes, and of app tokens."""
_PROGRAMMERS = re.compile(
    r"Traceback|[a-z]Error\b|Exception\b|<class|NoneType|[:=(\[] ?None\b|errno|HTTPConnection|OAuthException|\(#\d+\)|"
    r"fbtool made a mistake|fbtool hat einen Fehler gemacht|\{\w+\}"
)
"""Exceptions, Facebook's raw words, and texts whose values were not filled in."""


def complaints(computer: Computer, bundle: str, secrets: Collection[str]) -> list[str]:
    """Everything that should not be where it is; ``bundle`` is the support file."""
    places = {
        "output": computer.printed(),
        "log": computer.log.getvalue(),
        "support file": bundle,
        "files": computer.written(),
    }
    found = []
    for place, text in places.items():
        found += [f"a secret in the {place}: {secret[:12]}…" for secret in secrets if secret in text]
        found += [f"the looks of a secret in the {place}: {match[:12]}…" for match in _SECRET.findall(text)]
    for ran in computer.ran:
        found += [f"{' '.join(ran.arguments)}: {match}" for match in _PROGRAMMERS.findall(f"{ran.out}\n{ran.err}")]
        if "pages" in ran.arguments and "--json" not in ran.arguments and ran.code != 130:
            found += _reasonless(ran.out + ran.err, " ".join(ran.arguments))
    return found


def misplaced(computer: Computer, foreign: Collection[str]) -> list[str]:
    """What the secret store holds although it belongs to others, and names of entries that are secrets."""
    kept = json.loads(computer.secrets.read_text("utf-8"))
    names = " ".join([*kept, *(name for entries in kept.values() for name in entries)])
    dump = json.dumps(kept, ensure_ascii=False)
    found = [f"in the secret store: {secret[:12]}…" for secret in foreign if secret in dump]
    return found + [f"the name of an entry: {match[:12]}…" for match in _SECRET.findall(names)]


def _reasonless(shown: str, command: str) -> list[str]:
    """An empty list needs a reason and a remedy."""
    has_rows = re.search(r"^.*\s\d{15}\s", shown, re.MULTILINE)
    has_reason = re.search(r"^[!✗] ", shown, re.MULTILINE) and re.search(r"^  → ", shown, re.MULTILINE)
    return [] if has_rows or has_reason else [f"{command}: an empty list without a reason: {shown}"]
