"""JSON as it comes in a webhook: what one value cannot say never costs its neighbours.

One delivery may hold the messages of many customers, and one emoji cut in half makes the whole of it invalid for a
strict reader. Here such a character is replaced by U+FFFD, as Unicode recommends; a number that no computer holds stays
the text it is; and what is nested deeper than any reader of ours or of a CRM would follow becomes U+FFFD as a whole.
"""

import json
import math
import re
from typing import Any

import msgspec

DEPTH = 100
"""Lists and objects within each other, counted from the outermost. Facebook's own have about ten."""
REPLACEMENT = "\ufffd"
_DIGITS = 300
"""A longer whole number stays text: Python refuses to convert very long ones."""
_ESCAPES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", re.DOTALL
)
"""An escaped pair of surrogates, a surrogate without its other half (the group), any other escape."""
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|([\[{])|[\]}]', re.DOTALL)
"""A text, to the end if nothing closes it (sought anew from each quote inside, its end would take hours); a bracket."""


def decode(body: bytes) -> Any:
    """The value that the bytes hold, as well as it can be known.

    Raises:
        ValueError: they are no JSON at all.
    """
    text = "" if body.count(b"[") + body.count(b"{") <= DEPTH else body.decode("utf-8", "replace")
    if not text or _flattened(text) is text:
        try:
            return msgspec.json.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
    text = _flattened(_ESCAPES.sub(_whole_characters, body.decode("utf-8-sig", "replace")))
    try:
        return json.loads(text, strict=False, parse_int=_integer, parse_float=_real, parse_constant=str)
    except RecursionError:
        raise ValueError from None  # brackets that are never closed


def dict_of(value: Any) -> dict[str, Any]:
    """The object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """The text, or nothing; ids come as text or as numbers (documented for app ids)."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _whole_characters(escape: re.Match[str]) -> str:
    return REPLACEMENT if escape[1] else escape[0]


def _flattened(text: str) -> str:
    """The text with everything that lies deeper than `DEPTH` replaced."""
    kept, depth, end, start = [], 0, 0, 0
    for token in _BRACKETS.finditer(text):
        if token[1]:
            depth += 1
            if depth == DEPTH + 1:
                start = token.start()
        elif token[0] in "]}":
            if depth == DEPTH + 1:
                kept += [text[end:start], f'"{REPLACEMENT}"']
                end = token.end()
            depth -= 1
    return "".join(kept) + text[end:] if kept else text


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _DIGITS else digits


def _real(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits
