"""The last page of a sign-in, as the browser shows it: one sentence, no script, nothing from elsewhere."""

from html import escape
from string import Template

from fbtool.language import Sentence, say

HEADERS = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Sent with every answer of the receiver."""

_PAGE = Template("""<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>fbtool</title>
<style>
  :root { --ground: #f3f4f6; --card: #fff; --text: #1b1f24; --dim: #5b6470; --line: #d5d9df; --accent: #0b5fd0 }
  @media (prefers-color-scheme: dark) {
    :root { --ground: #14161a; --card: #1e2126; --text: #e8eaed; --dim: #a3abb6; --line: #343a43; --accent: #6ab0ff }
  }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
         background: var(--ground); color: var(--text); font: 1.05rem/1.55 system-ui, "Segoe UI", sans-serif }
  main { max-width: 30rem; padding: 2.25rem 2.5rem; background: var(--card); border: 1px solid var(--line);
         border-top: 4px solid var(--accent); border-radius: 12px }
  h1 { margin: 0 0 .6rem; font-size: 1.35rem; line-height: 1.3 }
  p { margin: 0; color: var(--dim) }
</style>
</head>
<body>
<main>
<h1>$what</h1>
<p>$next</p>
</main>
</body>
</html>
""")


def page(what: Sentence, language: str) -> bytes:
    """The page that says ``what`` in ``language`` and sends the person back to fbtool."""
    text = _PAGE.substitute(
        language=escape(language),
        what=escape(what.spoken(language)),
        next=escape(say("You can close this window and return to fbtool.").spoken(language)),
    )
    return text.encode()
