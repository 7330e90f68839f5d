"""The contract of the API as a document: headings, paragraphs, tables, of which `api_page` and `reference` make pages.

Texts are the contract's own: English, in plain Markdown (`code`, **strong**, *emphasis*, [links](#anchor)).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from fbtool.gateway import problems
from fbtool.gateway.channels import installed
from fbtool.language import Sentence

ROOT = Path(__file__).parent.parent
_CONTRACT = ROOT / "fbtool/gateway/openapi.yaml"
_PROBLEM = "application/problem+json"
_METHODS = ("get", "put", "post", "patch", "delete")
_OURS = "fbtool.gateway."
"""Where the problems of the contract are; the tool has some with the same codes and other words."""
_GERMAN = {
    "required": "erforderlich",
    "Schemas": "Schemas",
    "Problem codes": "Codes der Probleme",
    "Calls": "Aufrufe",
    "Parameters": "Parameter",
    "Answers": "Antworten",
    "Body": "Inhalt der Anfrage",
    "Example": "Beispiel",
    "Kinds of events": "Arten von Ereignissen",
}
"""The few words around the contract's own; the product needs none of them, so its catalogue has none."""
_KINDS = re.compile(r"\s\((?:`\w+`(?:,\s)?)+\)")
"""In the description of a field of an event: the kinds that have it."""
_BOUNDS = {
    "minimum": "≥", "maximum": "≤", "minLength": "length ≥", "maxLength": "length ≤", "maxItems": "items ≤",
    "default": "default",
}  # fmt: skip


@dataclass(frozen=True)
class Heading:
    """Of a section of level 2 or 3, which links find by its anchor, or of a part of one (4)."""

    level: int
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Table:
    """The first cell of a row names what the others are about."""

    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    anchored: bool = False
    """Links find a row by its name."""


@dataclass(frozen=True)
class Code:
    """Lines of code, as they are."""

    text: str


Block = Heading | Table | Code | str


class ApiReference:
    """What the contract says, with the few words around it in ``language``."""

    def __init__(self, language: str) -> None:
        self._contract: Mapping[str, Any] = yaml.safe_load(_CONTRACT.read_text("utf-8"))
        self._schemas: Mapping[str, Any] = self._contract["components"]["schemas"]
        self._language = language

    def blocks(self) -> Iterator[Block]:
        """The whole document."""
        yield self._contract["info"]["description"]
        yield from self._operations()
        yield from self._kinds()
        yield Heading(2, self._spoken("Schemas"), "schemas")
        for name, schema in self._schemas.items():
            yield Heading(3, name, name)
            yield schema.get("description", "")
            rows = list(self._fields(schema))
            yield _fields_table(rows) if rows else self._form(schema)
        yield Heading(2, self._spoken("Problem codes"), "codes")
        yield Table(("code", "status", "says, and what to do"), list(self._codes()), anchored=True)

    def _operations(self) -> Iterator[Block]:
        operations = [
            (f"`{method.upper()} /v1{path}`", shared.get("parameters", []), operation)
            for path, shared in self._contract["paths"].items()
            for method, operation in shared.items()
            if method in _METHODS
        ]
        yield Heading(2, self._spoken("Calls"), "calls")
        calls = [(f"[{call}](#{one['operationId']})", one["summary"]) for call, _, one in operations]
        yield Table(("call", "does"), calls)
        for call, shared, operation in operations:
            yield Heading(3, call, operation["operationId"])
            yield operation["summary"] + "."
            yield operation.get("description", "")
            parameters = map(self._resolved, [*shared, *operation.get("parameters", [])])
            if rows := [self._field(one["name"], one["schema"], one) for one in parameters]:
                yield Heading(4, self._spoken("Parameters"))
                yield _fields_table(rows)
            yield from self._body(operation.get("requestBody", {}))
            yield Heading(4, self._spoken("Answers"))
            answers = {status: self._resolved(one) for status, one in operation["responses"].items()}
            told = [(f"`{status}`", self._answer(one), one["description"]) for status, one in answers.items()]
            yield Table(("status", "form", "is"), told)

    def _body(self, body: Mapping[str, Any]) -> Iterator[Block]:
        if body:
            yield Heading(4, self._spoken("Body"))
            yield body.get("description", "")
        for media_type, content in body.get("content", {}).items():
            yield f"`{media_type}` {self._form(content['schema'])}"
            if "example" in content:
                yield Heading(4, self._spoken("Example"))
                yield Code(msgspec.json.format(msgspec.json.encode(content["example"]), indent=2).decode())

    def _answer(self, answer: Mapping[str, Any]) -> str:
        forms = {media_type: self._form(content["schema"]) for media_type, content in answer.get("content", {}).items()}
        return ", ".join(form for media_type, form in forms.items() if form and media_type != _PROBLEM)

    def _kinds(self) -> Iterator[Block]:
        """A section for each kind of event; a field of ``content`` names the kinds that have it."""
        kinds: Mapping[str, str] = self._schemas["EventKind"]["x-enumDescriptions"]
        fields = self._schemas["EventContent"]["properties"]
        yield Heading(2, self._spoken("Kinds of events"), "kinds-of-events")
        yield self._schemas["EventKind"]["description"]
        for kind, description in kinds.items():
            yield Heading(3, f"`{kind}`", f"kind-{kind}")
            yield description
            own = {name: one for name, one in fields.items() if f"`{kind}`" in one.get("description", "")}
            rows = [(name, form, _KINDS.sub("", told)) for name, form, told in self._fields({"properties": own})]
            yield Table(("in `content`", "form", "is"), rows)

    def _fields(self, schema: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, ...]]:
        """A row for each property, with those of objects inside."""
        for name, inner in schema.get("properties", {}).items():
            yield self._field(prefix + name, inner, {**inner, "required": name in schema.get("required", ())})
            yield from self._fields(inner, f"{prefix}{name}.")
            yield from self._fields(inner.get("items", {}), f"{prefix}{name}[].")

    def _field(self, name: str, schema: Mapping[str, Any], owner: Mapping[str, Any]) -> tuple[str, ...]:
        mark = f" *{self._spoken('required')}*" if owner.get("required") else ""
        return f"`{name}`{mark}", self._form(schema), owner.get("description", "")

    def _form(self, schema: Mapping[str, Any]) -> str:
        """A schema in a few words."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return f"[{name}](#{name})"
        if values := schema.get("enum") or schema.get("x-extensible-enum"):
            return ", ".join(f"`{value}`" for value in values)
        if schema.get("type") == "array":
            return f"{self._form(schema.get('items', {}))}[]"
        if "anyOf" in schema:
            return ", ".join(map(self._form, schema["anyOf"]))
        types = schema.get("type", "")
        words = [" | ".join(types) if isinstance(types, list) else types]
        words += [f"{sign} {schema[key]}" for key, sign in _BOUNDS.items() if schema.get(key, "") != ""]
        words += [f"`{schema['pattern']}`"] if "pattern" in schema else []
        return " · ".join(filter(None, words))

    def _codes(self) -> Iterator[tuple[str, ...]]:
        """Every problem that the contract names, in the reader's language."""
        for channel in installed.names():
            installed.plug(channel)  # brings its problems
        known = {kind.code: kind for kind in problems.all_problems() if kind.__module__.startswith(_OURS)}
        for code in self._schemas["Problem"]["properties"]["code"]["x-extensible-enum"]:
            kind = known[code]
            texts = [Sentence(text).spoken(self._language) for text in (kind.what, kind.meaning, kind.remedy)]
            yield f"`{code}`", str(kind.status), re.sub(r"{\w+}", "…", " ".join(filter(None, texts)))

    def _resolved(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference stands for."""
        found: Any = self._contract if "$ref" in item else item
        for key in item.get("$ref", "#/").removeprefix("#/").split("/"):
            found = found[key] if key else found
        return dict(found)

    def _spoken(self, text: str) -> str:
        return _GERMAN[text] if self._language == "de" else text


def _fields_table(rows: list[tuple[str, ...]]) -> Table:
    return Table(("field", "form", "is"), rows)
