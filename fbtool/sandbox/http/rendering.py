"""HTML pages in the reader's language: every page of the sandbox is rendered here."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fbtool.language import LANGUAGES, Sentence, best_for

_LOCALE_COOKIE = "locale"
_TEMPLATES = Environment(
    loader=PackageLoader("fbtool.sandbox"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_NAMES = {"en": "English", "de": "Deutsch"}
TEMPLATES = Path(__file__).parent.parent / "templates"
STYLE = (TEMPLATES / "style.css").read_bytes()


def language_of(request: Request) -> str:
    """The page's language: ``?locale=de_DE``, what was chosen before, or what the browser wants."""
    for wish in (request.query_params.get("locale", ""), request.cookies.get(_LOCALE_COOKIE, "")):
        language = wish.replace("-", "_").partition("_")[0].lower()
        if language in LANGUAGES:
            return language
    return best_for(request.headers.get("accept-language", ""))


def render(
    request: Request, template: str, values: Mapping[str, object] | None = None, *, status: int = 200
) -> Response:
    """A page; ``_("…")`` in the template speaks the reader's language."""
    language = language_of(request)

    def spoken(text: str, **words: object) -> str:
        return Sentence(text, words).spoken(language)

    html = _TEMPLATES.get_template(template).render(
        _=spoken,
        language=language,
        languages=[(code, _NAMES[code], str(request.url.include_query_params(locale=code))) for code in LANGUAGES],
        **(values or {}),
    )
    answer = HTMLResponse(
        html, status, {"Cache-Control": "no-store", "Content-Language": language, "X-Sandbox": "page"}
    )
    if "locale" in request.query_params:
        answer.set_cookie(_LOCALE_COOKIE, language, samesite="lax")
    return answer
