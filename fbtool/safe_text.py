"""Foreign text made fit to be shown: on a terminal, in a window, in a log line, in JSON that a terminal may show.

Names of Pages, people and gateways come from elsewhere, and anybody may put into them what a terminal obeys (ESC, OSC,
C1: ECMA-48), what turns the direction of reading (the bidi controls of UAX #9), what begins a line of its own, or what
nobody sees.
"""

import re
import unicodedata
from typing import Any

_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})
"""Blanks, control characters, marks of writing direction and the like."""
_DRAWN_AS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
"""Letters, marks and signs without a form: Unicode's Default_Ignorable_Code_Point, and the empty sign of Braille."""

_REPLACEMENT = "\ufffd"
_JOINERS = "\u200c\u200d"
"""Invisible, but emoji and Persian are not the same without them."""


def shown(text: str) -> str:
    """``text`` in one line and without control characters; what is printable stays as it is.

    Line breaks and tabs become a space, a lone surrogate U+FFFD; other control characters and invisible formatting
    (Unicode category Cf) are left out.
    """
    # Nearly every text is fine, and this question is answered in C.
    return text if text.isprintable() else "".join(map(_letter, text.replace("\r\n", "\n")))


def shown_lines(text: str) -> str:
    """The same for a text of our own that may have several lines."""
    return text if text.isprintable() else "\n".join(map(shown, text.splitlines()))


def cleaned(content: Any) -> Any:
    """Decoded JSON with every text made fit to be shown; keys, numbers and the shape stay."""
    match content:
        case str():
            return shown(content)
        case dict():
            return {key: cleaned(value) for key, value in content.items()}
        case list():
            return [cleaned(value) for value in content]
    return content


def escaped(json_text: str) -> str:
    r"""JSON that says the same, with everything unprintable written as ``\uXXXX``; its line breaks stay."""
    return json_text if json_text.isprintable() else "".join(map(_escape, json_text))


def _letter(letter: str) -> str:
    if letter.isprintable() or letter in _JOINERS:
        return letter
    match unicodedata.category(letter):
        case "Zl" | "Zp":
            return " "
        case "Cc":
            return " " if letter.isspace() else ""
        case "Cf":
            return ""
        case "Cs":
            return _REPLACEMENT
    return letter  # another kind of space, or newer than this Python's tables


def _escape(letter: str) -> str:
    # In JSON a line break stands between the parts only; inside a text it is written as \n already.
    if letter.isprintable() or letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return letter
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def utf16_length(text: str) -> int:
    """The length of ``text`` in UTF-16 units, the strictest way in which a channel may count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_blank(text: str) -> bool:
    """Whether nothing of ``text`` can be seen; Facebook refuses such a message as empty (100/2018034, seen)."""
    return all(unicodedata.category(one) in _UNSEEN or _DRAWN_AS_NOTHING.match(one) for one in text)
