"""What a file is called: as its server says, else as its address does, and safe to be kept under that name."""

import os
import unicodedata
from email.message import Message
from email.utils import collapse_rfc2231_value
from urllib.parse import unquote, urlsplit

_LENGTH = 100
_UNNAMED = "attachment"


def name_of(url: str, disposition: str = "") -> str:
    """The name that the customer gave.

    Args:
        url: the file's address; its last part is the name, percent-encoded.
        disposition: the header ``Content-Disposition`` of the answer (RFC 6266), whose name counts more.
    """
    return _safe(_told(disposition)) or _safe(unquote(urlsplit(url).path.rpartition("/")[2])) or _UNNAMED


def _told(disposition: str) -> str:
    """The header's name; ``filename*`` counts more than ``filename``, in whatever order they stand."""
    header = Message()
    header["Content-Disposition"] = disposition
    names = [value for name, value in header.get_params([], "Content-Disposition") if name == "filename"]
    # What came with its character set is a tuple here (RFC 2231).
    best = max(names, key=lambda value: isinstance(value, tuple), default="")
    return collapse_rfc2231_value(best, errors="replace").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _safe(name: str) -> str:
    """The name without folders, control characters and marks that only change how it looks; its ending stays."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if sign.isspace() or not unicodedata.category(sign).startswith("C"))
    name = " ".join(name.split()).strip(" .")
    stem, ending = os.path.splitext(name)
    return stem[: max(_LENGTH - len(ending), 0)] + ending[:_LENGTH]
