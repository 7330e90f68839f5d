"""Pages for people's browsers: one look, light and dark, two languages, no scripts, nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from string import Template

from fbtool.language import Sentence
from fbtool.palette import DARK, LIGHT, Palette


def _variables(palette: Palette) -> str:
    colours = {name: colour for name, colour in vars(palette).items() if isinstance(colour, str)}
    colours |= {tone.value: paint.ink for tone, paint in palette.tones.items()}
    return "".join(f"--{name.replace('_', '-')}:{colour};" for name, colour in colours.items())


_RULES = """
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, "Segoe UI", sans-serif; margin: 0; background: var(--window); color: var(--text);
  overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .75rem; text-wrap: balance; } p { margin: .5rem 0; }
a { color: var(--accent); } a:hover { color: var(--accent-hover); }
:focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; }
.dim { color: var(--dim); } .do { font-weight: 600; margin-top: 1rem; } form { margin-top: 1rem; }
.button { display: inline-block; font: inherit; font-weight: 600; line-height: 1.35; padding: .6rem 1.1rem;
  cursor: pointer; text-decoration: none; border: 1px solid var(--accent); border-radius: 8px;
  background: var(--accent); color: var(--on-accent); }
.button:hover { background: var(--accent-hover); border-color: var(--accent-hover); color: var(--on-accent); }
.button.second { background: var(--control); border-color: var(--border); color: var(--text); }
.button.second:hover { background: var(--hover); } .button small { display: block; font-weight: 400; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none; }
ol { padding-left: 1.25rem; } ol li { margin: .35rem 0; } summary { cursor: pointer; } dd { margin: 0 0 .75rem; }
.card { min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--sidebar); }
.card main { max-width: 34rem; padding: clamp(1.25rem, 6vw, 2.25rem); border: 1px solid var(--line);
  border-radius: 12px; background: var(--window); }

.book { display: grid; grid-template-columns: 18rem minmax(0, 1fr); max-width: 78rem; margin: 0 auto; }
.book main { padding: 2rem 2.5rem 6rem; border-left: 1px solid var(--line); }
nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 2rem 1rem; font-size: .875rem; }
nav ul { list-style: none; margin: 0; padding: 0; } nav ul ul { margin-bottom: 1rem; }
nav li a { display: block; padding: .15rem .5rem; border-radius: 6px; text-decoration: none; color: inherit; }
nav li a:hover { background: var(--hover); color: inherit; }
nav .skip:not(:focus) { position: absolute; left: -100vw; } nav .skip { margin-bottom: 1rem; }
nav > ul > li > a { font-weight: 600; color: var(--dim); }
h2, h3 { scroll-margin-top: 1rem; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .25rem; margin: 3rem 0 1rem; }
h3 { margin: 2.5rem 0 .25rem; } h4 { margin: 1.25rem 0 .25rem; font-size: .9375rem; color: var(--dim); }
code, pre { font-family: ui-monospace, Consolas, monospace; font-size: .875em; }
.book p code, td code, pre { background: var(--sidebar); border-radius: 4px; }
.book p code, td code { padding: .1em .3em; } pre { padding: .75rem 1rem; overflow-x: auto; }
.verb { font-weight: 700; } .get { color: var(--busy); } .post { color: var(--good); }
.put { color: var(--warning); } .delete { color: var(--bad); }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; } td p { margin: 0; }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { width: 16rem; font-weight: 400; } th em { color: var(--dim); font-style: normal; font-size: .875em; }
@media (max-width: 52rem) { .book { display: block; } .book main { padding: 1.25rem 1rem 3rem; border: 0; }
  nav { display: none; } th { width: 38%; } }
"""
COLOURS = (
    f":root {{ color-scheme: light dark; {_variables(LIGHT)} }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}\n"
)
"""The palette as variables of CSS: ``--text``, ``--on-accent``; of the tones the ink, ``--warning``, …"""
_STYLE = COLOURS + _RULES
_SUM = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_SUM}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
"""The Content-Security-Policy of a page without a form."""
_DOCUMENT = Template(f"""<!doctype html>
<html lang="$language"><head><meta charset="utf-8"><title>$title – fbtool</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<style>{_STYLE}</style></head>
<body><div class="$layout">$navigation<main id="content"><h1>$title</h1>
$content
</main></div></body></html>
""")


@dataclass(frozen=True)
class Page:
    """A whole page, the language it is in, and the Content-Security-Policy to send with it."""

    language: str
    text: str
    policy: str = POLICY


@dataclass(frozen=True)
class Button:
    """What a person presses to go on: it posts the fields."""

    label: Sentence
    address: str
    fields: Mapping[str, str] = field(repr=False)

    def shown(self, language: str) -> str:
        """As HTML."""
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in self.fields.items()
        )
        button = f'<button class="button" data-action="go-on">{spoken(self.label, language)}</button>'
        return f'<form method="post" action="{escape(self.address)}">{hidden}{button}</form>'


def spoken(sentence: Sentence, language: str) -> str:
    """A sentence as HTML."""
    return escape(sentence.spoken(language))


def document(language: str, title: Sentence, content: str, navigation: str = "") -> Page:
    """A page with a heading and ``content``, which is HTML: a card, or with a ``navigation`` beside it a book."""
    text = _DOCUMENT.substitute(
        language=language,
        title=spoken(title, language),
        content=content,
        navigation=navigation,
        layout="book" if navigation else "card",
    )
    return Page(language, text)


def message(
    language: str,
    title: Sentence,
    paragraphs: Sequence[Sentence],
    last: Sentence,
    button: Button | None = None,
    links: Sequence[tuple[Sentence, str]] = (),
) -> Page:
    """A page with a heading, what there is to know, where to go, and in the end what to do."""
    parts = [f"<p>{spoken(paragraph, language)}</p>" for paragraph in paragraphs]
    parts += [f'<p><a href="{escape(address)}">{spoken(label, language)}</a></p>' for label, address in links]
    parts.append(f'<p class="do">{spoken(last, language)}</p>')
    page = document(language, title, "\n".join([*parts, button.shown(language)] if button else parts))
    return Page(language, page.text, POLICY.replace("form-action 'none'", "form-action 'self'")) if button else page
