"""Writes the same program with fewer letters where JavaScript has a shorter word for the same thing."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from string import ascii_letters

from fbtool.webchat.javascript import Token, ends_line
from fbtool.webchat.structure import Script, Variable

_WORDS = {"true": "!0", "false": "!1", "undefined": "void 0"}
_TAKES_APART = frozenset((".", "?.", "[", "(", "**"))
_SHORT = 3
_THOUSANDS = re.compile(r"([1-9]\d*?)(0{3,})")
_CUSTOM_PROPERTY = re.compile(r"(?<![\w-])--[a-z]+")


def with_constants_in_place(source: list[Token]) -> list[Token]:
    """Numbers and strings that the top level names stand where they are used, if that is once, or if they are short."""
    script = Script(source)
    written: list[Token | None] = list(source)
    for variable in script.scopes()[0].variables.values():
        value = _constant(script, source, variable)
        declared, *used = variable.places
        if value is None or (len(used) > 1 and len(value.text) > _SHORT):
            continue
        if any(place in script.shorthand or source[place + 1].text in _TAKES_APART for place in used):
            continue
        written[declared - 1 : declared + 4] = [None] * 5
        for place in used:
            written[place] = replace(value, depth=source[place].depth, new_line=source[place].new_line)
    return [token for token in written if token]


def _constant(script: Script, source: list[Token], variable: Variable) -> Token | None:
    """The value of ``const NAME = value;`` where the value is a single number or string."""
    first = variable.places[0]
    before, equals, value, end = (script.text(first + step) for step in (-1, 1, 2, 3))
    plain = (before, equals, end) == ("const", "=", ";") and value
    return source[first + 2] if plain and source[first + 2].kind in ("number", "string") else None


def with_short_literals(source: list[Token]) -> list[Token]:
    """``!0`` for ``true``, ``.5`` for ``0.5``, ``6e4`` for ``60000``."""
    script = Script(source)
    return [_short_literal(script, place, token) for place, token in enumerate(source)]


def _short_literal(script: Script, place: int, token: Token) -> Token:
    text = token.text
    if token.kind == "word" and text in _WORDS and not script.is_property(place):
        following = script.text(place + 1)
        return token if following in _TAKES_APART else replace(token, kind="number", text=_WORDS[text])
    if token.kind == "number" and text.startswith("0."):
        return replace(token, text=text[1:])
    if token.kind == "number" and (found := _THOUSANDS.fullmatch(text)) and script.text(place + 1) != ".":
        return replace(token, text=f"{found[1]}e{len(found[2])}")
    return token


def with_bare_parameters(source: list[Token]) -> list[Token]:
    """``a=>`` for ``(a)=>``."""
    written: list[Token] = []
    for place, token in enumerate(source):
        if _is_bare(source, place):
            bracket = written.pop()
            written.append(replace(token, depth=bracket.depth, new_line=bracket.new_line))
        elif not (place and _is_bare(source, place - 1)):
            written.append(token)
    return written


def _is_bare(source: list[Token], place: int) -> bool:
    """Whether this is the only parameter, and a plain one."""
    around = [each.text for each in source[max(place - 1, 0) : place + 3]]
    return source[place].kind == "word" and [*around[:1], *around[2:]] == ["(", ")", "=>"]


def with_joined_declarations(source: list[Token]) -> list[Token]:
    """``let a=1,b=2;`` for ``let a=1;let b=2;``."""
    dropped = set(_joints(source))
    return [
        replace(token, text=",") if place in dropped else token
        for place, token in enumerate(source)
        if place - 1 not in dropped
    ]


def _joints(source: list[Token]) -> Iterator[int]:
    """Where a semicolon stands between two declarations of the same block."""
    declares: dict[int, bool] = {}
    """Whether the statement now open is one; by the number of brackets around."""
    for place, token in enumerate(source[:-1]):
        if token.kind == "word" and token.text == "let" and source[place - 1].text not in (".", "?."):
            declares[token.depth] = True
        elif token.kind == "sign" and token.text == ";" and declares.get(token.depth):
            following = source[place + 1]
            declares[token.depth] = following.text == "let" and following.kind == "word"
            if declares[token.depth]:
                yield place
        elif token.kind == "sign" and token.text in (")", "]", "}"):
            declares[token.depth + 1] = False
        elif ends_line(source[place - 1], token):
            declares[token.depth] = False


def with_joined_lines(source: list[Token]) -> list[Token]:
    """No line's end behind the block of a statement or of a declared function, which ends by itself."""
    script = Script(source)
    return [
        replace(token, new_line=False) if script.ends_block(place - 1) else token for place, token in enumerate(source)
    ]


def with_short_properties(source: list[Token]) -> list[Token]:
    """One letter for each custom property of the style sheet, in all strings: ``--a`` for ``--surface``.

    Raises:
        ValueError: There are more of them than letters, or one stands in a template.
    """
    if any(token.kind == "template" and _CUSTOM_PROPERTY.search(token.text) for token in source):
        raise ValueError("custom properties stand in plain strings only")
    texts = [token.text for token in source if token.kind == "string"]
    found = Counter(name for text in texts for name in _CUSTOM_PROPERTY.findall(text))
    short = {name: f"--{letter}" for (name, _), letter in zip(found.most_common(), ascii_letters, strict=False)}
    if len(short) < len(found):
        raise ValueError("more custom properties than letters")
    return [
        replace(token, text=_CUSTOM_PROPERTY.sub(lambda name: short[name.group()], token.text))
        if token.kind == "string"
        else token
        for token in source
    ]
