"""Gives the variables of a script short names, so that less of it travels.

Left as they are: properties, and all names that a browser gives.
"""

from collections.abc import Iterator
from itertools import count, product
from string import ascii_letters, ascii_uppercase

from fbtool.webchat.javascript import Token
from fbtool.webchat.structure import KEYWORDS, Scope, Script, Variable

_FREQUENT = "etnrisoalcdumhpfgbvwykxjqz"
"""Letters that the rest of a script has most come first: so it packs better."""


def shortened(source: list[Token]) -> list[Token]:
    """The same program with short names for its variables."""
    script = Script(source)
    scopes = script.scopes()
    known = {place for scope in scopes for variable in scope.variables.values() for place in variable.places}
    given = {source[place].text for place in script.variables - known}
    """By the browser."""
    names: dict[Variable, str] = {}
    written = list(source)
    for scope in scopes:
        letters = _FREQUENT if scope.around else ascii_uppercase
        free = _names(letters, given | _seen_inside(scope, names))
        for variable in _in_order(scope):
            names[variable] = next(free)
            for place in variable.places:
                written[place] = script.renamed(place, names[variable])
    return [_plain(token) for token in written]


def _in_order(scope: Scope) -> list[Variable]:
    """As declared, so that functions look alike; those of the whole script by how often they are used."""
    variables = list(scope.variables.values())
    return variables if scope.around else sorted(variables, key=lambda variable: -len(variable.places))


def _seen_inside(scope: Scope, names: dict[Variable, str]) -> set[str]:
    """The short names of what is declared around the scope and used within."""
    around = scope.around
    seen: set[str] = set()
    while around:
        for variable in around.variables.values():
            if any(scope.begin <= place <= scope.end for place in variable.places):
                seen.add(names[variable])
        around = around.around
    return seen


def _plain(token: Token) -> Token:
    """``const`` only tells people something; without it more of the text is alike."""
    constant = token.kind == "word" and token.text == "const"
    return Token(token.kind, "let", token.depth, token.new_line) if constant else token


def _names(letters: str, kept: set[str]) -> Iterator[str]:
    for size in count(0):
        for first, rest in product(letters, product(ascii_letters, repeat=size)):
            name = first + "".join(rest)
            if name not in kept and name not in KEYWORDS:
                yield name
