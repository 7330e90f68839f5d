"""The little language of ``fields=``: ``id,name,picture.type(large){url},accounts.limit(5){id}``."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fbtool.sandbox.graph import errors

_TOKEN = re.compile(r"\s*([A-Za-z0-9_]+|[{},.()])")
_ARGUMENT = re.compile(r"[^()]*")


@dataclass(frozen=True)
class Field:
    """One wanted field."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    """From ``.name(value)``."""
    inner: tuple["Field", ...] = ()
    """What is wanted of a nested object; empty: whatever is usual."""


def parse(text: str) -> tuple[Field, ...]:
    """The wanted fields in order.

    Raises:
        Refusal: code 2500, as the platform calls a syntax error.
    """
    reader = _Reader(text)
    fields = tuple(reader.fields())
    if reader.rest().strip():
        raise reader.syntax_error()
    return fields


def shown(
    wanted: Iterable[Field], known: Mapping[str, Any], node: str, without_value: Container[str] = ()
) -> dict[str, Any]:
    """The wanted fields of a node, and always its id; what has no value is left out.

    Raises:
        Refusal: code 100 if one of the fields does not exist.
    """
    for one in wanted:
        if one.name not in known and one.name not in without_value:
            raise errors.unknown_field(one.name, node)
    values = {one.name: known.get(one.name) for one in wanted}
    return {name: value for name, value in values.items() if value is not None} | {"id": known["id"]}


class _Reader:
    """A recursive-descent parser; the grammar is three rules long."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def fields(self) -> Iterator[Field]:
        while True:
            if name := self._word():
                yield self._field(name)
            if not self._take(","):
                return

    def rest(self) -> str:
        return self._text[self._at :]

    def syntax_error(self) -> errors.Refusal:
        message = f'Syntax error "Expected end of string instead of "{self.rest()[:1]}"." at character {self._at}:'
        return errors.Refusal(f"{message} {self._text}", 2500)

    def _field(self, name: str) -> Field:
        arguments = {}
        while self._take("."):
            argument = self._word()
            if not self._take("("):
                raise self.syntax_error()
            match = _ARGUMENT.match(self._text, self._at)
            value = match[0] if match else ""
            self._at += len(value)
            if not argument or not self._take(")"):
                raise self.syntax_error()
            arguments[argument] = value
        inner: tuple[Field, ...] = ()
        if self._take("{"):
            inner = tuple(self.fields())
            if not self._take("}"):
                raise self.syntax_error()
        return Field(name, arguments, inner)

    def _word(self) -> str:
        match = _TOKEN.match(self._text, self._at)
        if match is None or not (match[1][0].isalnum() or match[1][0] == "_"):
            return ""
        self._at = match.end()
        return match[1]

    def _take(self, sign: str) -> bool:
        match = _TOKEN.match(self._text, self._at)
        if match is None or match[1] != sign:
            return False
        self._at = match.end()
        return True
