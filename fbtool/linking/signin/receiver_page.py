"""The last page of a sign-in, as the browser shows it: one sentence, and the way back to fbtool."""

from fbtool.html_page import POLICY, message
from fbtool.language import Sentence, say

HEADERS = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Sent with every answer of the receiver."""


def page(what: Sentence, language: str) -> bytes:
    """The page that says ``what`` in ``language`` and sends the person back to fbtool."""
    return message(language, what, [], say("You can close this window and return to fbtool.")).text.encode()
