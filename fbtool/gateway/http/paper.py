"""Small pages for people's browsers: one look, no scripts, nothing from elsewhere."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Template

from starlette.responses import HTMLResponse, Response

from fbtool.language import Sentence

_PAGE = Template("""<!doctype html>
<html lang="$language"><head><meta charset="utf-8"><title>$title – fbtool</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, "Segoe UI", sans-serif; margin: 0; min-height: 100vh; display: grid;
  place-items: center; background: #f4f5f7; color: #1b1f24; }
main { background: #fff; border-radius: 12px; padding: 2rem 2.25rem; max-width: 30rem; margin: 1rem;
  box-shadow: 0 1px 3px #0002, 0 8px 24px #0001; overflow-wrap: anywhere; }
a { color: #0b5fd0; } h1 { font-size: 1.25rem; margin: 0 0 .75rem; } p { margin: .5rem 0; } .do { font-weight: 600; }
button { font: inherit; font-weight: 600; margin-top: .75rem; padding: .6rem 1.1rem; border: 0; border-radius: 8px;
  background: #0b5fd0; color: #fff; } button:focus-visible { outline: 3px solid #0b5fd0; outline-offset: 2px; }
@media (prefers-color-scheme: dark) { body { background: #15171b; color: #e8eaed; }
  main { background: #1e2126; box-shadow: none; }
  a { color: #6ab0ff; } button { background: #6ab0ff; color: #08213f; } }
</style></head><body><main><h1>$title</h1>
$paragraphs
<p class="do">$last</p>$button</main></body></html>
""")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


@dataclass(frozen=True)
class Button:
    """What a person presses to go on: it posts the fields."""

    label: Sentence
    address: str
    fields: Mapping[str, str] = field(repr=False)

    def shown(self, language: str) -> str:
        """As HTML."""
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in self.fields.items()
        )
        label = html.escape(self.label.spoken(language))
        button = f'<button data-action="go-on">{label}</button>'
        return f'<form method="post" action="{html.escape(self.address)}">{hidden}{button}</form>'


def page(
    language: str,
    status: int,
    title: Sentence,
    paragraphs: Sequence[Sentence],
    last: Sentence,
    button: Button | None = None,
    links: Sequence[tuple[Sentence, str]] = (),
) -> Response:
    """A page with a heading, what there is to know, where to go, and in the end what to do."""
    texts = [f"<p>{html.escape(paragraph.spoken(language))}</p>" for paragraph in paragraphs]
    texts += [
        f'<p><a href="{html.escape(place)}">{html.escape(label.spoken(language))}</a></p>' for label, place in links
    ]
    content = _PAGE.substitute(
        language=language,
        title=html.escape(title.spoken(language)),
        paragraphs="\n".join(texts),
        last=html.escape(last.spoken(language)),
        button=button.shown(language) if button else "",
    )
    headers = {"Content-Language": language, "Vary": "Accept-Language", "Content-Security-Policy": _POLICY}
    return HTMLResponse(content, status, headers)
