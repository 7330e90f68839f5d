"""Bytes that people and their programs give, as text: files, pipes, what Windows' shells and spreadsheets save.

A byte order mark decides; else UTF-16 is known by its zeros; else it is UTF-8 if it can be, and otherwise the code
page that Windows calls ANSI. Nothing is dropped: a byte without a meaning becomes U+FFFD, where it can be seen.
"""

import codecs
import locale
import sys

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(raw: bytes) -> str:
    """``raw`` as text, without its byte order mark."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.removeprefix(mark).decode(encoding, "replace")
    if b"\0" in raw:
        # Most letters of our languages have a zero in one half: the second with Windows' order.
        encoding = "utf-16-le" if raw[1::2].count(0) >= raw[::2].count(0) else "utf-16-be"
        return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(_ansi(), "replace")


def _ansi() -> str:
    return locale.getencoding() if sys.platform == "win32" else "cp1252"
