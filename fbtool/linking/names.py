"""Pages as people write them: a name read from a screen, an id, the address of the Page at Facebook.

Names are compared as they are read, not as they are encoded: NFKC and case folding (Unicode Standard §3.13), one kind
of apostrophe, quotation mark, dash and space, and nothing that is invisible (category Cf).
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

_ALIKE = str.maketrans(
    dict.fromkeys("‘’‚‛′ʼʹ`", "'") | dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"…": "..."}
)
_ACUTE = " \u0301"
"""What NFKC makes of ´, which many keyboards have where others have the apostrophe."""
_AROUND = "\"'<>()[]"
_ADDRESS = re.compile(r"(https?://)?([\w-]+\.)*(facebook\.com|fb\.com|messenger\.com|m\.me)(/.*)?", re.IGNORECASE)
_ID = re.compile(r"(?:.*-)?(\d{5,})")
_NO_USERNAME = frozenset({"pages", "people", "p", "pg", "t", "profile.php", "latest", "home.php"})
_CLOSE = 0.6
"""How like a Page's name (0 to 1) a word has to be to be worth a hint."""


class PageAddress(NamedTuple):
    """What an address at Facebook tells about its Page."""

    page_id: str
    """Empty where the address has a user name only."""
    username: str


def as_read(name: str) -> str:
    """``name`` as people compare it."""
    if name.isascii() and name.isprintable():  # nearly every name, and a search asks for thousands
        return " ".join(name.replace("`", "'").casefold().split())
    alike = unicodedata.normalize("NFKC", name).replace(_ACUTE, "'").translate(_ALIKE)
    visible = "".join(letter for letter in alike if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", visible.casefold()).split())


def unquoted(name: str) -> str:
    """`as_read` without quotation marks around it."""
    return as_read(name).strip(_AROUND + " ")


def page_address(text: str) -> PageAddress | None:
    """What ``text`` says if it is a Page's address at Facebook, with or without ``https://``."""
    address = "".join(letter for letter in text.strip() if letter.isprintable()).strip(_AROUND + "“”„ ")
    if not _ADDRESS.fullmatch(address):
        return None
    try:
        parts = urlsplit("https://" + address.partition("://")[2] if "://" in address else "https://" + address)
    except ValueError:
        return None
    query = parse_qs(parts.query)
    named = [value for key in ("id", "page_id", "asset_id") for value in query.get(key, ())]
    segments = [segment for segment in parts.path.split("/") if segment]
    found = (match.group(1) for match in map(_ID.fullmatch, [*named, *segments]) if match)
    username = next((segment for segment in segments if segment.lower() not in _NO_USERNAME), "")
    return PageAddress(next(found, ""), username)


def is_called(name: str, wanted: str) -> bool:
    """Whether a person who writes ``wanted`` means the name ``name``."""
    return as_read(wanted) != "" and (as_read(name) == as_read(wanted) or unquoted(name) == unquoted(wanted) != "")


def letters_of(name: str) -> str:
    """The letters and digits of a name without accents, as user names in addresses are made of it."""
    plain = unicodedata.normalize("NFKD", as_read(name))
    return "".join(letter for letter in plain if letter.isalnum())


def similar(names: Iterable[str], wanted: str, *, at_least: float = _CLOSE) -> list[str]:
    """The names that ``wanted`` may have meant, the likeliest first; three at most."""
    address = page_address(wanted)
    meant = letters_of(address.username if address else wanted)
    if not meant:
        return []
    scores: Mapping[str, float] = {name: _likeness(name, meant) for name in names if name}
    near = (name for name in scores if scores[name] >= at_least)
    return sorted(near, key=lambda name: (-scores[name], len(name)))[:3]


def _likeness(name: str, meant: str) -> float:
    whole = letters_of(name)
    if len(meant) > 1 and meant in whole:
        return 1.0
    # A part of the name, mistyped, is as good as the whole.
    parts = [whole, *map(letters_of, as_read(name).split())]
    return max(difflib.SequenceMatcher(None, meant, part).ratio() for part in parts)
