"""What stands where in a script: which brackets belong together, which words are variables, what each of them means.

Scopes are those of ``let``, ``const``, ``class``, ``function`` and parameters in strict code; there is no ``var``. A
test has TypeScript compare what each variable means.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from fbtool.webchat.javascript import Token

_JAVASCRIPT = (
    "arguments await break case catch class const continue debugger default delete do else enum export extends false"
    " finally for function if import in instanceof let new null return static super switch this throw true try typeof"
    " undefined var void while with yield"
)
KEYWORDS = frozenset(_JAVASCRIPT.split())
_MAY_BE_NAMES = frozenset(("as", "async", "from", "get", "of", "set"))
"""Words of the language only where another word follows."""
_BEFORE_OBJECT = frozenset(
    ("(", ",", "=", ":", "[", "?", "&", "|", "...", "return", "const", "let", "of", "throw", "yield")
)
_MODIFIERS = frozenset(("get", "set", "async", "static", "*"))
_DECLARING = frozenset(("const", "let", "function", "class"))
_PATTERN = frozenset(("(", "{", "[", ",", ":", "..."))


@dataclass(eq=False)
class Scope:
    """A function with its parameters, a loop with its variable, or a block."""

    begin: int
    end: int
    """Its first and its last token."""
    around: "Scope | None"
    variables: dict[str, "Variable"] = field(default_factory=dict)


@dataclass(eq=False)
class Variable:
    """What one declaration gives a name to, and where that stands."""

    name: str
    scope: Scope
    places: list[int] = field(default_factory=list)


class Script:
    """A script whose parts are known."""

    def __init__(self, source: list[Token]) -> None:
        self._source = source
        self._partner: dict[int, int] = {}
        """From each opening bracket to its closing one."""
        self._begins: dict[int, int] = {}
        """And back."""
        self._around: list[int] = []
        """For each token the place of the bracket that it stands in, or -1."""
        self._kinds: dict[int, str] = {-1: "block"}
        self._match_brackets()
        self.shorthand = {place for place, token in enumerate(source) if self._is_shorthand(place, token)}
        """The variables that stand for a property's name as well: ``{a}``."""
        self.variables = {place for place, token in enumerate(source) if self._is_variable(place, token)}

    def scopes(self) -> list[Scope]:
        """All scopes, the whole script first, each before those inside; every variable knows its places.

        Raises:
            ValueError: A variable's scope cannot be told.
        """
        ends = {begin: self._scope_end(begin) for begin in range(len(self._source)) if self._opens_scope(begin)}
        # A function's parameters and its block share their names; what a loop's block declares hides the loop's own.
        bodies = {self._body(begin) for begin in ends if self.text(begin - 1) != "for"}
        found = [Scope(-1, len(self._source), None)]
        innermost: list[Scope] = []
        for place in range(len(self._source)):
            scope = innermost[-1] if innermost else found[0]
            while scope.around and scope.end < place:
                scope = scope.around
            if place in ends and not (place in bodies and self.text(place) == "{"):
                scope = Scope(place, ends[place], scope)
                found.append(scope)
            innermost.append(scope)
        for place, name in self._declared():
            innermost[place].variables.setdefault(name, Variable(name, innermost[place]))
        for place in sorted(self.variables):
            variable = _meaning(self._source[place].text, innermost[place])
            if variable:
                variable.places.append(place)
        return found

    def renamed(self, place: int, name: str) -> Token:
        """The variable there under another name; ``{a}`` becomes ``{a:b}``."""
        token = self._source[place]
        written = f"{token.text}:{name}" if place in self.shorthand else name
        return Token("word", written, token.depth, token.new_line)

    def ends_block(self, place: int) -> bool:
        """Whether a statement is over with this brace: that of a condition, a loop, ``try``, or a declared function."""
        begin = self._begins.get(place, -1)
        if begin < 0 or self._kinds[begin] != "block":
            return False
        if self._source[begin - 1].heads or self.text(begin - 1) in ("else", "catch", "finally"):
            return True
        name = self._begins.get(begin - 1, 0) - 1
        if self.text(name) == "catch":
            return True
        first = name - 1 if self.text(name - 1) == "function" else -1
        first -= self.text(first - 1) == "async"
        return first >= 0 and self.text(first - 1) in ("", ";", "{", "}")

    def _opens_scope(self, place: int) -> bool:
        text = self._source[place].text
        if self._source[place].kind == "sign" and text in ("(", "{"):
            heads = text == "(" and (self._are_parameters(place) or self.text(place - 1) in ("for", "catch"))
            return heads or (text == "{" and self._kinds[place] == "block")
        return place in self.variables and self.text(place + 1) == "=>"

    def _body(self, begin: int) -> int:
        """Where a function, a loop or a ``catch`` has its statement or its value; a block is its own."""
        if self.text(begin) == "{":
            return -1
        behind = self._partner.get(begin, begin) + 1
        return behind + 1 if self.text(behind) == "=>" else behind

    def _scope_end(self, begin: int) -> int:
        body = self._body(begin)
        if body < 0:
            return self._partner[begin]
        if self._kinds.get(body) == "block":
            return self._partner[body]
        loop, alternatives, place = self.text(begin - 1) == "for", 0, body
        while place < len(self._source):
            text = self.text(place)
            if place in self._partner:
                if loop and self._kinds[place] == "block":
                    raise ValueError("a loop over a statement with a block has one of its own")
                place = self._partner[place]
                place += place not in self._partner
                continue
            if text in (")", "]", "}", ";") or text.startswith("}") or (text == "," and not loop):
                break
            if text in ("?", ":") and "?" not in (self.text(place - 1), self.text(place + 1)):  # not of "??"
                alternatives += 1 if text == "?" else -1
            if alternatives < 0:
                break
            place += 1
        return place - 1

    def _declared(self) -> Iterator[tuple[int, str]]:
        """The names of variables, functions, classes and parameters, with a place in their scope."""
        for place, token in enumerate(self._source):
            if token.kind == "word" and token.text in _DECLARING:
                yield from ((place, name) for name in self._in_pattern(place + 1))
            if token.text == "=>" and token.kind == "sign" and self._source[place - 1].kind == "word":
                yield place - 1, self.text(place - 1)
            bracket = token.kind == "sign" and token.text == "("
            if bracket and (self._are_parameters(place) or self.text(place - 1) == "catch"):
                yield from ((place, name) for name in self._in_pattern(place))

    def _match_brackets(self) -> None:
        opened = [-1]
        for place, token in enumerate(self._source):
            closes = (token.kind == "sign" and token.text in (")", "]", "}")) or (
                token.kind == "template" and token.text.startswith("}")
            )
            if closes:
                self._begins[place] = opened[-1]
                self._partner[opened.pop()] = place
            self._around.append(opened[-1])
            if (token.kind == "sign" and token.text in ("(", "[", "{")) or token.text.endswith("${"):
                self._kinds[place] = self._kind(place)
                opened.append(place)

    def _kind(self, place: int) -> str:
        if self.text(place) != "{":
            return "other"
        before = self.text(place - 1)
        if "class" in (self.text(place - 2), self.text(place - 4)) and self._source[place - 1].kind == "word":
            return "class"
        return "object" if before in _BEFORE_OBJECT or before.endswith("${") else "block"

    def text(self, place: int) -> str:
        """What the token there is; "" in front of the first and behind the last."""
        return self._source[place].text if 0 <= place < len(self._source) else ""

    def is_property(self, place: int) -> bool:
        """Whether a word names a property: behind a dot, or as the key of an object's or a class's part."""
        before, after, kind = self.text(place - 1), self.text(place + 1), self._kinds[self._around[place]]
        if before in (".", "?."):
            return True
        if kind == "class":
            return before in ("{", "}", ";", *_MODIFIERS) and after in ("(", "=", ";")
        return kind == "object" and before in ("{", ",", *_MODIFIERS) and after in (":", "(")

    def _is_shorthand(self, place: int, token: Token) -> bool:
        inside = self._kinds[self._around[place]] == "object" and token.kind == "word"
        return inside and self.text(place - 1) in ("{", ",") and self.text(place + 1) in (",", "}", "=")

    def _is_variable(self, place: int, token: Token) -> bool:
        named = token.kind == "word" and not token.text.startswith("#") and token.text not in KEYWORDS
        if named and token.text in _MAY_BE_NAMES:
            named = self._source[place + 1].kind != "word"
        return named and not self.is_property(place)

    def _are_parameters(self, place: int) -> bool:
        behind = self.text(self._partner[place] + 1)
        if behind == "=>":
            return True
        name = place - 1
        if self.text(name) == "function" or self.text(name - 1) == "function":
            return True
        return behind == "{" and self._source[name].kind == "word" and self.is_property(name)

    def _in_pattern(self, place: int) -> Iterator[str]:
        """The names that a pattern declares: one, or those in its brackets, but not what a default is computed of."""
        if self._source[place].kind == "word":
            yield self.text(place)
            return
        end = self._partner.get(place, place)
        for inner in range(place + 1, end):
            outside = self._around[inner]
            while outside != place and self.text(outside) in ("{", "["):
                outside = self._around[outside]
            if outside == place and self.text(inner - 1) in _PATTERN and self._is_variable(inner, self._source[inner]):
                yield self.text(inner)


def _meaning(name: str, scope: Scope | None) -> Variable | None:
    while scope and name not in scope.variables:
        scope = scope.around
    return scope.variables[name] if scope else None
