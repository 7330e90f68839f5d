"""Just as much JavaScript as it takes to leave out what only people read: tokens, comments, whitespace.

Strings, templates and regular expressions stay as they are, letter for letter. Where this cannot tell a division from a
regular expression it refuses the source instead of guessing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>//[^\n\r\u2028\u2029]*|/\*.*?\*/)
  | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<number>\.?\d(?:[eE][+-]|[\w.])*)
  | (?P<word>[#\w$]+)
  | (?P<sign>=>|\.\.\.|\+\+|--|\?\.(?!\d)|[^\s\w"'`/])
    """,
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+/\w*")
_TEMPLATE = re.compile(r"[`}](?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)", re.DOTALL)
_LINE_ENDS = re.compile("[\n\r\u2028\u2029]")
_KEYWORDS = "return typeof case in of delete void throw new instanceof else do yield await default"
_BEFORE_A_VALUE = frozenset(_KEYWORDS.split())
_CONDITIONS = frozenset(("if", "while", "for", "with"))
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_ENDS_NO_STATEMENT = frozenset(("{", "(", "[", ",", ";", ":", "?", "=", "=>", "&", "|", "<", ">", "!", "*"))
_BEGINS_NO_STATEMENT = frozenset((")", "]", "}", ",", ";", ":", "?", "&", "|", "=", "=>", ">", "*"))


@dataclass(frozen=True)
class Token:
    """A piece of source that is neither space nor comment."""

    kind: str
    """``word``, ``number``, ``string``, ``regex``, ``sign`` or ``template``: the letters between two expressions, with
    the brackets of both."""
    text: str
    depth: int
    """How many brackets are open around it; a bracket itself counts as outside."""
    new_line: bool
    """Whether a line ended between the token before and this one."""
    heads: bool = False
    """Whether it closes what decides over the next statement, as in ``if (…)``; that one may be empty."""


def tokens(source: str) -> list[Token]:
    """The tokens of a module.

    Raises:
        ValueError: It is no JavaScript that this understands.
    """
    return list(_Scanner(source).tokens())


def compact(source: list[Token]) -> str:
    """The same program with as little space as is safe; a line ends only where a statement may end."""
    needed = [token for place, token in enumerate(source) if not _is_idle(source, place)]
    written = [needed[0].text] if needed else []
    for before, token in pairwise(needed):
        written += (_between(before, token), token.text)
    return "".join(written)


def _is_idle(source: list[Token], place: int) -> bool:
    """Whether it is a semicolon or comma that ends the last of several, in front of a brace."""
    if not 0 < place < len(source) - 1 or not _is_sign(source[place + 1], frozenset("}")):
        return False
    before = source[place - 1]
    ends = source[place].text == ";" and not before.heads and before.text not in ("else", "do")
    return source[place].kind == "sign" and (ends or (source[place].text == "," and before.text != ","))


def ends_line(before: Token, token: Token) -> bool:
    """Whether a line ends between the two where a statement may end."""
    inside = _is_sign(before, _ENDS_NO_STATEMENT) or _is_sign(token, _BEGINS_NO_STATEMENT)
    return token.new_line and not inside


def _between(before: Token, token: Token) -> str:
    if ends_line(before, token):
        return "\n"
    last, first = before.text[-1], token.text[0]
    if _is_wordlike(last) or before.kind == "regex":
        return " " if _is_wordlike(first) or (first == "." and before.kind == "number") else ""
    # "+ +" and "/ /" are not "++" and "//"; "<!--" and "-->" begin comments in old scripts.
    return " " if last + first in ("++", "--", "//", "<!", "->") else ""


def _is_sign(token: Token, signs: frozenset[str]) -> bool:
    return token.kind == "sign" and token.text in signs


def _is_wordlike(character: str) -> bool:
    return character.isalnum() or character in "_$#"


class _Scanner:
    """Goes through a source once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._place = 0
        self._opened: list[str] = []

    def tokens(self, *, in_template: bool = False) -> Iterator[Token]:
        """What follows; in a template up to the brace that nobody there has opened."""
        outside = len(self._opened)
        before = Token("sign", ";", 0, new_line=False)
        value: bool | None = False
        new_line = not in_template
        while self._place < len(self._source):
            kind, text = self._next(value)
            if kind == "template":
                yield from self._template(new_line=new_line)
                before, value, new_line = Token(kind, text, 0, new_line=False), True, False
                continue
            condition = False
            if kind == "sign" and text in _CLOSING:
                if in_template and len(self._opened) == outside and text == "}":
                    return
                condition = self._close(outside) in _CONDITIONS
            self._place += len(text)
            if kind in ("space", "comment"):
                new_line = new_line or _LINE_ENDS.search(text) is not None
                continue
            token = Token(kind, text, len(self._opened), new_line, condition and text == ")")
            if kind == "sign" and text in _OPENING:
                self._opened.append(before.text)
            value = _is_value(token, before, condition=condition)
            before, new_line = token, False
            yield token
        if in_template or len(self._opened) > outside:
            raise ValueError("something is never closed")

    def _next(self, value: bool | None) -> tuple[str, str]:
        """Kind and text of what comes next, after a value, after something else, or (None) after one cannot say."""
        source, place = self._source, self._place
        if source[place] == "`":
            return "template", "`"
        found = _TOKEN.match(source, place)
        if found is not None:
            return found.lastgroup or "", found.group()
        if source[place] != "/" or value is None:
            raise ValueError(f"cannot tell what this is: {source[place : place + 40]!r}")
        if value:
            return "sign", "/"
        regex = _REGEX.match(source, place)
        if regex is None:
            raise ValueError(f"no regular expression: {source[place : place + 40]!r}")
        return "regex", regex.group()

    def _template(self, *, new_line: bool) -> Iterator[Token]:
        depth = len(self._opened)
        while True:
            found = _TEMPLATE.match(self._source, self._place)
            if found is None:
                raise ValueError("a template is never closed")
            self._place = found.end()
            yield Token("template", found.group(), depth, new_line)
            if found.group().endswith("`"):
                return
            self._opened.append("`")
            yield from self.tokens(in_template=True)
            self._opened.pop()
            new_line = False

    def _close(self, outside: int) -> str:
        """The word in front of the bracket that is closed now."""
        if len(self._opened) == outside:
            raise ValueError("something is closed that was never opened")
        return self._opened.pop()


def _is_value(token: Token, before: Token, *, condition: bool) -> bool | None:
    """Whether a slash after ``token`` divides; None where that takes a real parser."""
    if token.kind == "word":
        return token.text not in _BEFORE_A_VALUE or before.text in (".", "?.")
    if token.kind != "sign":
        return True
    if token.text == "}":
        return None
    return token.text in ("]", "++", "--") or (token.text == ")" and not condition)
