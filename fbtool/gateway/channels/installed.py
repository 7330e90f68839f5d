"""Which channels are installed: those that come with fbtool, and packages of others by an entry point."""

from importlib.metadata import entry_points
from pkgutil import resolve_name

from fbtool.gateway.channels.port import Plug

GROUP = "fbtool.channels"
"""The entry points of other packages: the channel's name, and its plug as ``module:object``."""
_known: dict[str, str | Plug] = {"facebook": "fbtool.gateway.channels.facebook.plug:PLUG"}
"""A plug is loaded when it is first asked for."""


def plug(name: str) -> Plug | None:
    """The channel of this name; None if none is installed."""
    found = _known.get(name)
    if found is None:
        entries = tuple(entry_points(group=GROUP, name=name))
        if not entries:
            return None
        found = _known[name] = entries[0].value
    if isinstance(found, str):
        found = _known[name] = resolve_name(found)
    return found


def names() -> list[str]:
    """Every channel that is installed."""
    return sorted({*_known, *entry_points(group=GROUP).names})


def register(plug: Plug) -> None:
    """Make a channel known that no package announces, as tests do."""
    _known[plug.name] = plug
