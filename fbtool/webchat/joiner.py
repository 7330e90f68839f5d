"""Makes one classic script of the widget's modules, without what only people read. Deterministic; done once.

The modules are real ones: browsers and type checkers read them as they are. What a module imports stands before it;
``import``/``export`` are left out, so all of them share one scope and no two may give a name twice.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fbtool.webchat.javascript import Token, compact, tokens
from fbtool.webchat.short_names import shortened
from fbtool.webchat.shorter_forms import (
    with_bare_parameters,
    with_constants_in_place,
    with_joined_declarations,
    with_joined_lines,
    with_short_literals,
    with_short_properties,
)

WIDGET = Path(__file__).parent / "widget"
FEATURES = {
    "embed": ("embed.js",),
    "keeps": ("kept_history.js", "keeping.js"),
    "fixed": ("fetched_settings.js",),
    "proof": ("proof.js",),
}
"""What an account may not need, and the modules that are left out then: the page's own elements open the chat; the
browser keeps the conversation; the script has no settings in front of it; proof of work (fetched when it is wanted)."""
ALL = frozenset(FEATURES)
_MAIN = "main.js"
_SOURCES = (".js", ".css", ".json")
_DECLARATIONS = ("function", "const", "let", "class", "async")
_CSS_COMMENT = re.compile(r"""("[^"]*"|'[^']*')|/\*.*?\*/""", re.DOTALL)
_CSS_SPACE = re.compile(r"""("[^"]*"|'[^']*')|\s*;?\s*(\})\s*|\s*([{;,])\s*|(:)\s+|(\s)\s*""")


@cache
def joined(features: frozenset[str] = ALL) -> str:
    """The widget with these features as one script: nothing of it is visible outside, but ``window.fbtoolChat``."""
    return join(WIDGET, features)


@cache
def sources() -> dict[str, bytes]:
    """The commented modules, style sheet and words, by file name."""
    return {file.name: file.read_bytes() for file in sorted(WIDGET.iterdir()) if file.suffix in _SOURCES}


@cache
def file_name() -> str:
    """What the script with all features is called where it may be kept for ever: ``widget-``, SHA-256 (12 digits)."""
    return f"widget-{hashlib.sha256(joined().encode()).hexdigest()[:12]}.js"


@cache
def integrity() -> str:
    """Its ``integrity`` for a script tag (SHA-384, W3C Subresource Integrity)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(joined().encode()).digest()).decode()


def join(folder: Path, features: frozenset[str] = ALL) -> str:
    """The modules that ``main.js`` in ``folder`` needs, as one script; what a left-out module exports is null.

    Raises:
        ValueError: A form of import or export that this does not know, modules in a circle, or a name given twice.
    """
    whole = merged(folder, features)
    body = compact(shorter(_by_number(whole, _words(folder, whole))))
    if not body.isascii():
        raise ValueError("only words may have letters beyond ASCII: the page's encoding could change them")
    return f'(()=>{{"use strict";{body}\n}})();\n'


def merged(folder: Path, features: frozenset[str] = ALL) -> list[Token]:
    """The modules one behind the other, with their names as they are."""
    whole: list[Token] = []
    names: dict[str, str] = {}
    left_out = {file for feature, files in FEATURES.items() if feature not in features for file in files}
    for file in _in_order(folder, _MAIN, {}):
        part = _without_exports(file, _module(folder, file).body)
        if file in left_out:
            part = tokens("".join(f"const {name}=null;" for name in _exported(_module(folder, file).body)))
        for name in _declared(part):
            if name in names:
                raise ValueError(f"{file} and {names[name]} both declare {name}")
            names[name] = file
        whole += part
    return whole


def shorter(whole: list[Token]) -> list[Token]:
    """The same program in fewer letters."""
    literal = with_constants_in_place(with_short_literals(whole))
    bare = with_joined_lines(with_bare_parameters(shortened(literal)))
    return with_joined_declarations(with_short_properties(bare))


def _words(folder: Path, whole: list[Token]) -> list[str]:
    """The names of the texts, which all files of words have alike."""
    files = sorted(folder.glob("words.*.json"))
    names = [sorted(json.loads(file.read_text("utf-8"))) for file in files]
    if any(name != names[0] for name in names):
        raise ValueError("every language has the same texts")
    return names[0] if names and whole else []


def _by_number(whole: list[Token], names: list[str]) -> list[Token]:
    """``words.send`` reads the text by its number, and the texts are lists: their names need not travel."""
    numbers = {name: Token("sign", f"[{number}]", 0, new_line=False) for number, name in enumerate(names)}
    written: list[Token] = []
    for token in whole:
        of_words = [each.text for each in written[-2:]] == ["words", "."] and token.kind == "word"
        if of_words and token.text in numbers:
            written[-1] = numbers[token.text]
        else:
            written.append(token)
    return written


class _Import(NamedTuple):
    file: str
    default: str
    """The name for the whole file, where it is no module."""


class _Module(NamedTuple):
    imports: list[_Import]
    body: list[Token]


def _in_order(folder: Path, file: str, state: dict[str, bool]) -> Iterator[str]:
    """``file`` behind everything that it imports; ``state`` says of a file whether it is done."""
    if file in state:
        if not state[file]:
            raise ValueError(f"{file} imports itself by way of others")
        return
    state[file] = False
    if file.endswith(".js"):
        for needed in _module(folder, file).imports:
            yield from _in_order(folder, needed.file, state)
        yield file
    state[file] = True


def _module(folder: Path, file: str) -> _Module:
    source = tokens((folder / file).read_text("utf-8"))
    imports: list[_Import] = []
    place = 0
    while place < len(source) and source[place].text == "import" and source[place].depth == 0:
        names, place = _up_to_string(source, place + 1)
        found = _Import(source[place].text[1:-1].removeprefix("./"), names)
        place = _behind_statement(source, place + 1)
        imports.append(found)
    if any(token.text == "import" and token.kind == "word" and not token.depth for token in source[place:]):
        raise ValueError(f"{file}: an import after the first statement")
    if any(each.default and each.file.endswith(".js") for each in imports):
        raise ValueError(f"{file}: names are imported in braces")
    constants = [token for each in imports if each.default for token in _constant(folder, each)]
    return _Module(imports, constants + source[place:])


def _up_to_string(source: list[Token], place: int) -> tuple[str, int]:
    """The name of a default import ("" for names in braces), and where the file's name stands."""
    first = source[place]
    while source[place].kind != "string":
        if source[place].text in ("as", "*"):
            raise ValueError("an import under another name")
        place += 1
    return (first.text if first.kind == "word" else ""), place


def _behind_statement(source: list[Token], place: int) -> int:
    while source[place].text != ";":
        place += 1
    return place + 1


def _constant(folder: Path, found: _Import) -> list[Token]:
    """``const NAME = …;`` with what is in a style sheet or in a file of words."""
    text = (folder / found.file).read_text("utf-8")
    if found.file.endswith(".css"):
        written = json.dumps(compact_css(text))
    elif found.file.startswith("words."):
        words = json.loads(text)
        # One text that is taken apart is shorter than a list of them. None of them holds the sign, or this fails.
        value = "|".join(words[name] for name in sorted(words))
        if value.count("|") != len(words) - 1:
            raise ValueError(f"{found.file}: a text holds a |")
        written = f"{json.dumps(value)}.split('|')"
    else:
        written = json.dumps(json.loads(text), separators=(",", ":"))
    return tokens(f"const {found.default}={written};")


def compact_css(text: str) -> str:
    """A style sheet without comments and without the space that only people need; strings stay as they are."""
    bare = _CSS_COMMENT.sub(lambda found: found[1] or " ", text)
    return _CSS_SPACE.sub(lambda found: found[found.lastindex or 0].replace("\n", " "), bare).strip()


def _without_exports(file: str, source: list[Token]) -> list[Token]:
    kept: list[Token] = []
    for place, token in enumerate(source):
        if token.kind != "word" or token.text != "export" or token.depth:
            kept.append(token)
        elif source[place + 1].text not in _DECLARATIONS:
            raise ValueError(f"{file}: only declarations can be exported")
    return kept


def _exported(source: list[Token]) -> Iterator[str]:
    """The names of a module's exported functions."""
    for place, token in enumerate(source):
        if token.text == "export" and token.depth == 0:
            words = [one.text for one in source[place + 1 : place + 4] if one.text != "async"]
            if words[0] == "function":
                yield words[1]


def _declared(source: list[Token]) -> Iterator[str]:
    """The names that a module gives at its top level."""
    for place, token in enumerate(source[:-1]):
        if token.depth == 0 and token.kind == "word" and token.text in _DECLARATIONS:
            name = source[place + 1]
            if name.text in ("{", "["):
                raise ValueError("names taken apart at the top level")
            if name.kind == "word" and name.text != "function":
                yield name.text
