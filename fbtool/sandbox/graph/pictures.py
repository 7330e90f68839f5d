"""How pictures appear in answers; the picture itself is drawn by `fbtool.sandbox.portraits`."""

from typing import Any

from fbtool.sandbox.graph.fields import Field

_SIDES = {"small": 50, "normal": 100, "square": 50, "album": 50, "large": 200}


def address(base: str, subject: str, side: int) -> str:
    """Where the picture of a person, Page or customer is; Facebook's are on a CDN and expire."""
    return f"{base}/sandbox/pictures/{subject}.jpg?side={side}"


def side_of(arguments: Any) -> int:
    """The wanted side in pixels, from ``type``, ``width`` or ``height``."""
    for name in ("width", "height"):
        text = str(arguments.get(name, ""))
        if text.isdecimal() and 0 < int(text) <= 1000:
            return int(text)
    return _SIDES.get(str(arguments.get("type", "")), 50)


def picture(base: str, subject: str, field: Field) -> dict[str, Any]:
    """The field ``picture``: nested in ``data``, and only the wanted keys of it."""
    side = side_of(field.arguments)
    data = {"height": side, "is_silhouette": False, "url": address(base, subject, side), "width": side}
    wanted = {one.name for one in field.inner}
    return {"data": {name: value for name, value in data.items() if not wanted or name in wanted}}
