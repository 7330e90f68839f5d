"""The API's description for people: openapi.yaml as one page, in a browser, without scripts and from nowhere else."""

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from string import Template
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fbtool.gateway import problems
from fbtool.gateway.http.common import language_of
from fbtool.language import N_, Sentence

_METHODS = ("get", "put", "post", "delete")
_WORDS = {
    "title": N_("The gateway's API"),
    "contents": N_("Contents"),
    "operations": N_("What can be asked"),
    "shapes": N_("Shapes"),
    "codes": N_("Problem codes"),
    "code": N_("Code"),
    "status": N_("Status"),
    "meaning": N_("What it says"),
    "parameters": N_("Parameters"),
    "body": N_("Body"),
    "answers": N_("Answers"),
    "required": N_("required"),
    "example": N_("Example"),
    "machine": N_("For programs: the same as OpenAPI 3.1"),
}
_PAGE = Template("""<!doctype html>
<html lang="$language"><head><meta charset="utf-8"><title>$title – fbtool</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --quiet: #59636e; --line: #d8dee4; --soft: #f4f5f7;
  --get: #0a5cad; --post: #1a7f37; --put: #8a5a00; --delete: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --paper: #15171b; --ink: #e8eaed; --quiet: #9aa4af; --line: #30363d;
  --soft: #1e2126; --get: #6cb6ff; --post: #6bc46d; --put: #d4a72c; --delete: #ff938a; } }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, "Segoe UI", sans-serif; margin: 0; background: var(--paper); color: var(--ink); }
a { color: var(--get); } a:focus-visible { outline: 2px solid; outline-offset: 2px; }
.page { display: grid; grid-template-columns: 18rem minmax(0, 1fr); max-width: 76rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2rem 1rem;
  font-size: .875rem; overflow-wrap: anywhere; }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; } nav li { margin: .125rem 0; }
nav a { text-decoration: none; display: block; padding: .125rem .5rem; border-radius: 6px; color: inherit; }
nav a:hover { background: var(--soft); } nav h2 { font-size: .875rem; margin: 1rem .5rem .25rem; color: var(--quiet); }
main { padding: 2rem 2.5rem 6rem; border-left: 1px solid var(--line); }
h1 { margin-top: 0; } section { margin: 0 0 2.5rem; scroll-margin-top: 1rem; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .25rem; margin-top: 3rem; }
h3 { margin: 0 0 .25rem; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 .25rem; font-size: .9375rem; color: var(--quiet); }
code, pre, .verb { font-family: ui-monospace, Consolas, monospace; font-size: .875em; }
p code, td code, li code { background: var(--soft); padding: .1em .3em; border-radius: 4px; overflow-wrap: anywhere; }
pre { background: var(--soft); padding: .75rem 1rem; border-radius: 8px; overflow-x: auto; }
.verb { font-weight: 700; text-transform: uppercase; margin-right: .4em; } .get { color: var(--get); }
.post { color: var(--post); } .put { color: var(--put); } .delete { color: var(--delete); }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; } th { text-align: left; color: var(--quiet); }
th, td { border-bottom: 1px solid var(--line); padding: .375rem .75rem .375rem 0; vertical-align: top; }
td:first-child { width: 12rem; overflow-wrap: anywhere; } td p { margin: 0; } .quiet { color: var(--quiet); }
@media (max-width: 52rem) { .page { display: block; } nav { position: static; max-height: none; }
  main { padding: 1rem; border: 0; } td:first-child { width: 8rem; } }
</style></head><body><div class="page"><nav aria-label="$contents">$navigation</nav>
<main>$content</main></div></body></html>
""")


class DocsRoutes:
    """Serves the page and the contract."""

    def routes(self) -> list[Route]:
        """Where the handlers are; no token needed."""
        return [
            Route("/docs", self.page, methods=["GET"]),
            Route("/v1/openapi.yaml", self.contract, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        """The description for people."""
        language = language_of(request)
        return HTMLResponse(_rendered(language), headers={"Content-Language": language, "Vary": "Accept-Language"})

    async def contract(self, request: Request) -> Response:
        """The description for programs."""
        return Response(_source(), media_type="application/yaml")


def _source() -> bytes:
    return resources.files("fbtool.gateway").joinpath("openapi.yaml").read_bytes()


@lru_cache(maxsize=2)
def _rendered(language: str) -> str:
    import yaml  # when somebody asks for the page, not at the start

    return _Writer(yaml.safe_load(_source()), language).page()


class _Writer:
    """Writes one contract in one language. The contract's own texts are English."""

    def __init__(self, contract: Mapping[str, Any], language: str) -> None:
        self._contract = contract
        self._language = language

    def page(self) -> str:
        operations = [
            (path, method, shared.get("parameters", []), operation)
            for path, shared in self._contract["paths"].items()
            for method, operation in shared.items()
            if method in _METHODS
        ]
        shapes = self._contract["components"]["schemas"]
        content = [f"<h1>{self._word('title')}</h1>", _prose(self._contract["info"]["description"])]
        content.append(f'<p><a href="/v1/openapi.yaml">{self._word("machine")}</a></p>')
        content.append(f"<h2>{self._word('operations')}</h2>")
        content += [self._operation(*one) for one in operations]
        content.append(f"<h2>{self._word('shapes')}</h2>")
        content += [self._shape(name, schema) for name, schema in shapes.items()]
        content.append(self._codes())
        links = "".join(
            f'<li><a href="#{operation["operationId"]}">{_verb(method)}{html.escape(path)}</a></li>'
            for path, method, _, operation in operations
        )
        named = "".join(f'<li><a href="#{name}">{name}</a></li>' for name in shapes)
        navigation = (
            f"<h2>{self._word('operations')}</h2><ul>{links}</ul><h2>{self._word('shapes')}</h2><ul>{named}</ul>"
            f'<ul><li><a href="#codes">{self._word("codes")}</a></li></ul>'
        )
        return _PAGE.substitute(
            language=self._language,
            title=self._word("title"),
            contents=self._word("contents"),
            navigation=navigation,
            content="\n".join(content),
        )

    def _operation(self, path: str, method: str, shared: list[Any], operation: Mapping[str, Any]) -> str:
        parts = [
            f'<section id="{operation["operationId"]}"><h3>{_verb(method)}<code>/v1{html.escape(path)}</code></h3>',
            f"<p>{_inline(operation['summary'])}.</p>",
            _prose(operation.get("description", "")),
        ]
        parameters = [self._resolved(one) for one in [*shared, *operation.get("parameters", [])]]
        if parameters:
            rows = [
                (f"<code>{one['name']}</code>{self._required(one)}", self._described(one["schema"], one))
                for one in parameters
            ]
            parts += [f"<h4>{self._word('parameters')}</h4>", _table(rows)]
        if "requestBody" in operation:
            parts += [f"<h4>{self._word('body')}</h4>", *self._contents(operation["requestBody"])]
        rows = [
            (f"<code>{status}</code>", "".join(self._answer(self._resolved(one))))
            for status, one in operation["responses"].items()
        ]
        parts += [f"<h4>{self._word('answers')}</h4>", _table(rows), "</section>"]
        return "\n".join(parts)

    def _contents(self, body: Mapping[str, Any]) -> Iterator[str]:
        yield _prose(body.get("description", ""))
        for kind, content in body.get("content", {}).items():
            yield f"<p><code>{html.escape(kind)}</code> {self._kind(content['schema'])}</p>"
            if "example" in content:
                example = msgspec.json.format(msgspec.json.encode(content["example"]), indent=2).decode()
                yield f"<p class=quiet>{self._word('example')}</p><pre>{html.escape(example)}</pre>"

    def _answer(self, answer: Mapping[str, Any]) -> Iterator[str]:
        yield f"<p>{_inline(answer['description'])}</p>"
        for kind, content in answer.get("content", {}).items():
            if kind != "application/problem+json" and content["schema"]:
                yield f"<p class=quiet>{self._kind(content['schema'])}</p>"

    def _shape(self, name: str, schema: Mapping[str, Any]) -> str:
        parts = [f'<section id="{name}"><h3>{name}</h3>', _prose(schema.get("description", ""))]
        rows = list(self._rows(schema, ""))
        rows += [
            (f"<code>{value}</code>", _prose(text)) for value, text in schema.get("x-enumDescriptions", {}).items()
        ]
        parts.append(_table(rows) if rows else f"<p>{self._kind(schema)}</p>")
        return "\n".join([*parts, "</section>"])

    def _rows(self, schema: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
        """A row for each property, with those of objects inside."""
        needed = schema.get("required", [])
        for name, inner in schema.get("properties", {}).items():
            mark = self._required({"required": name in needed})
            yield f"<code>{prefix}{name}</code>{mark}", self._described(inner, inner)
            yield from self._rows(inner, f"{prefix}{name}.")
            yield from self._rows(inner.get("items", {}), f"{prefix}{name}[].")

    def _described(self, schema: Mapping[str, Any], owner: Mapping[str, Any]) -> str:
        return f"<p class=quiet>{self._kind(schema)}</p>{_prose(owner.get('description', ''))}"

    def _kind(self, schema: Mapping[str, Any]) -> str:
        """A schema in a few words."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return f'<a href="#{name}">{name}</a>'
        values = schema.get("enum") or schema.get("x-extensible-enum")
        if values:
            return ", ".join(f"<code>{html.escape(str(value))}</code>" for value in values)
        if schema.get("type") == "array":
            return f"[ {self._kind(schema.get('items', {}))} ]"
        if "anyOf" in schema:
            return ", ".join(self._kind(one) for one in schema["anyOf"])
        types = schema.get("type", "")
        words = [" | ".join(types) if isinstance(types, list) else types]
        words += [f"{sign} {schema[key]}" for key, sign in _BOUNDS.items() if key in schema]
        if "pattern" in schema:
            words.append(f"<code>{html.escape(schema['pattern'])}</code>")
        return " · ".join(word for word in words if word)

    def _codes(self) -> str:
        """Every problem in the reader's language."""
        known = self._contract["components"]["schemas"]["Problem"]["properties"]["code"]["x-extensible-enum"]
        kinds = {kind.code: kind for kind in problems.all_problems() if kind.__module__ == problems.__name__}
        rows = []
        for kind in (kinds[code] for code in known):
            told = [Sentence(text).spoken(self._language) for text in (kind.what, kind.meaning, kind.remedy)]
            words = html.escape(re.sub(r"{\w+}", "…", " ".join(filter(None, told))))
            rows.append((f'<code id="{kind.code}">{kind.code}</code>', f"{kind.status} · {words}"))
        return f'<section id="codes"><h2>{self._word("codes")}</h2>{_table(rows)}</section>'

    def _required(self, owner: Mapping[str, Any]) -> str:
        return f" <span class=quiet>{self._word('required')}</span>" if owner.get("required") else ""

    def _resolved(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference stands for."""
        if "$ref" not in item:
            return item
        found: Any = self._contract
        for key in item["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        return dict(found)

    def _word(self, name: str) -> str:
        return html.escape(Sentence(_WORDS[name]).spoken(self._language))


_BOUNDS = {
    "minimum": "≥", "maximum": "≤", "minLength": "length ≥", "maxLength": "length ≤", "maxItems": "items ≤",
    "default": "default",
}  # fmt: skip


def _verb(method: str) -> str:
    return f'<span class="verb {method}">{method}</span>'


def _table(rows: list[tuple[str, str]]) -> str:
    return "<table>" + "".join(f"<tr><td>{left}</td><td>{right}</td></tr>" for left, right in rows) + "</table>"


def _prose(text: str) -> str:
    """Paragraphs of the contract's plain Markdown."""
    return "".join(f"<p>{_inline(part)}</p>" for part in text.strip().split("\n\n") if part)


def _inline(text: str) -> str:
    """Code, strong and emphasised words."""
    escaped = html.escape(" ".join(text.split()), quote=False)
    escaped = re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped)
    escaped = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", escaped)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", escaped)
