"""The API's description: openapi.yaml for programs, and as one page for people."""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from importlib import resources

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fbtool.gateway.http.api_reference import ApiReference, Block, Code, Heading, Table
from fbtool.gateway.http.common import Html, language_of
from fbtool.html_page import Page, document, spoken
from fbtool.language import say

_TITLE = say("The gateway's API")
_FOR_PROGRAMS = say("For programs: the same as OpenAPI 3.1")
_CONTENTS = say("Contents")
_SKIP = say("Skip the contents")
_MARKED = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*|\[(?P<link>[^\]]+)\]\((?P<anchor>#\w+)\)"
)


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
        return Html(await run_in_threadpool(_rendered, language_of(request)))

    async def contract(self, request: Request) -> Response:
        """The description for programs."""
        return Response(_source(), media_type="application/yaml")


def _source() -> bytes:
    return resources.files("fbtool.gateway").joinpath("openapi.yaml").read_bytes()


@lru_cache(maxsize=2)
def _rendered(language: str) -> Page:
    import yaml  # when somebody asks for the page, not at the start

    blocks = list(ApiReference(yaml.safe_load(_source()), language).blocks())
    # Relative, because a reverse proxy may have put the gateway under a path.
    link = f'<p><a href="v1/openapi.yaml">{spoken(_FOR_PROGRAMS, language)}</a></p>'
    skip = f'<a class="skip button" href="#content">{spoken(_SKIP, language)}</a>'
    contents = f'<nav aria-label="{spoken(_CONTENTS, language)}">{skip}{"".join(_contents(blocks))}</nav>'
    return document(language, _TITLE, link + "\n".join(_html(block, language) for block in blocks), contents)


def _contents(blocks: list[Block]) -> Iterator[str]:
    """Links to the sections, in lists of two levels."""
    headings = [block for block in blocks if isinstance(block, Heading) and block.anchor]
    level = 1
    for heading in headings:
        yield "<ul>" * (heading.level - level) + "</li></ul>" * (level - heading.level)
        yield "</li>" if heading.level <= level else ""
        yield f'<li><a href="#{heading.anchor}">{_heading(heading)}</a>'
        level = heading.level
    yield "</li></ul>" * (level - 1)


def _html(block: Block, language: str) -> str:
    """A block; the contract's own texts are English, whatever the reader's language is."""
    match block:
        case Heading(3, _, anchor):
            return f'<h3 lang="en" id="{anchor}">{_heading(block)}</h3>'
        case Heading(level, text, anchor):
            named = f' id="{anchor}"' if anchor else ""
            return f"<h{level}{named}>{_inline(text)}</h{level}>"
        case Table(_, rows, anchored):
            spoken_in = language if anchored else "en"
            return f'<table lang="{spoken_in}">{"".join(_row(*row, anchored=anchored) for row in rows)}</table>'
        case Code(text):
            return f'<pre tabindex="0">{escape(text)}</pre>'
        case _:
            return "".join(f'<p lang="en">{_inline(part)}</p>' for part in block.strip().split("\n\n") if part)


def _heading(heading: Heading) -> str:
    call = re.fullmatch(r"`([A-Z]+) (.+)`", heading.text)
    if call is None:
        return _inline(heading.text)
    return f'<code><span class="verb {call[1].lower()}">{call[1]}</span> {_breakable(escape(call[2]))}</code>'


def _row(name: str, *cells: str, anchored: bool) -> str:
    named = f' id="{name.strip("`")}"' if anchored else ""
    *forms, told = cells
    quiet = "".join(f'<p class="dim">{_inline(form)}</p>' for form in forms if form)
    return f'<tr><th scope="row"{named}>{_inline(name)}</th><td>{quiet}<p>{_inline(told)}</p></td></tr>'


def _inline(text: str) -> str:
    """The contract's plain Markdown inside a paragraph."""
    return _MARKED.sub(_tagged, escape(" ".join(text.split()), quote=False))


def _tagged(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "code":
            return f"<code>{_breakable(found['code'])}</code>"
        case "anchor":
            return f'<a href="{found["anchor"]}">{_MARKED.sub(_tagged, found["link"])}</a>'
        case tag:
            return f"<{tag}>{found[tag or 0]}</{tag}>"


def _breakable(name: str) -> str:
    """A path or a long name, which may go on in the next line with one of its parts."""
    return re.sub(r"(?<=[\w}])(?=/)|(?<=[._])(?=\w)(?![^{]*})", "<wbr>", name)
