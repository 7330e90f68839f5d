"""Reading the parameters of a query."""

import re
from collections.abc import Mapping

from fbtool.gateway.problems import RequestInvalid
from fbtool.language import say


def number(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number within bounds.

    Raises:
        RequestInvalid: it is none.
    """
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise RequestInvalid(
            reason=say("“{name}” must be a number from {least} to {most}.", name=name, least=least, most=most)
        )
    return int(text)


def consumer_name(query: Mapping[str, str]) -> str:
    """Who takes the events.

    Raises:
        RequestInvalid: the name is too long or not plain.
    """
    name = query.get("consumer", "crm")
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name):
        raise RequestInvalid(reason=say("“consumer” must be 1 to 64 letters, digits, points, dashes or underscores."))
    return name
