"""Writes the API's description for people into the gateway; with --check tells whether it is up to date."""

import re
import sys
from collections.abc import Iterator
from html import escape

from fbtool.html_page import document
from fbtool.language import LANGUAGES, say
from scripts.api_reference import ROOT, ApiReference, Block, Code, Heading, Table

_WORDS = {
    "en": ("The gateway's API", "For programs: the same as OpenAPI 3.1", "Contents", "Skip the contents"),
    "de": (
        "Die Schnittstelle des Gateways",
        "Für Programme: dasselbe als OpenAPI 3.1",
        "Inhalt",
        "Inhaltsverzeichnis überspringen",
    ),
}
_MARKED = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*|\[(?P<link>[^\]]+)\]\((?P<anchor>#\w+)\)"
)


def page(language: str) -> str:
    """The whole page."""
    title, *words = _WORDS[language]
    for_programs, contents, skip_contents = map(escape, words)
    blocks = list(ApiReference(language).blocks())
    # Relative, because a reverse proxy may have put the gateway under a path.
    link = f'<p><a href="v1/openapi.yaml">{for_programs}</a></p>'
    skip = f'<a class="skip button" href="#content">{skip_contents}</a>'
    navigation = f'<nav aria-label="{contents}">{skip}{"".join(_contents(blocks))}</nav>'
    content = link + "\n".join(_html(block, language) for block in blocks)
    return document(language, say(title), content, navigation).text


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


def main() -> None:
    """Write, or compare."""
    for language in LANGUAGES:
        place = ROOT / f"fbtool/gateway/http/docs.{language}.html"
        fresh = page(language)
        if "--check" not in sys.argv:
            place.write_text(fresh, "utf-8")
        elif not place.exists() or place.read_text("utf-8") != fresh:
            sys.exit(f"stale: {place.name}; nox -s docs writes it again")


if __name__ == "__main__":
    main()
