"""Which channels are installed: those that come with fbtool, and packages of others by an entry point."""

from contextlib import suppress
from importlib.metadata import entry_points
from pkgutil import resolve_name

from fbtool.gateway.channels.port import Plug
from fbtool.gateway.command import Command
from fbtool.gateway.setting import Setting
from fbtool.gateway.store.schema import ChannelTables
from fbtool.language import N_
from fbtool.problem import Problem

GROUP = "fbtool.channels"
"""The entry points of other packages: the channel's name, and its plug as ``module:object``."""
_known: dict[str, str | Plug] = {
    "facebook": "fbtool.gateway.channels.facebook.plug:PLUG",
    "webchat": "fbtool.gateway.channels.webchat.plug:PLUG",
}
"""A plug is loaded when it is first asked for."""


class ChannelUnusable(Problem):
    """A channel's package is there, but not as it has to be."""

    code = "channel_unusable"
    what = N_("The channel “{name}” is installed but cannot be loaded from {place} ({error}).")
    remedy = N_("Install its package again, in a version for this fbtool.")


def plug(name: str) -> Plug | None:
    """The channel of this name; None if none is installed.

    Raises:
        ChannelUnusable: it cannot be loaded.
    """
    found = _known.get(name)
    if found is None:
        entries = tuple(entry_points(group=GROUP, name=name))
        if not entries:
            return None
        found = entries[0].value
    if isinstance(found, str):
        place = found
        try:
            found = _known[name] = resolve_name(place)
        except (ImportError, AttributeError, ValueError) as error:
            raise ChannelUnusable(name=name, place=place, error=type(error).__name__) from error
    return found


def names() -> list[str]:
    """Every channel that is installed."""
    return sorted({*_known, *entry_points(group=GROUP).names})


def settings() -> list[Setting]:
    """The settings of every channel that is installed and can be loaded."""
    return [setting for one in _plugs() for setting in one.settings]


def tables() -> list[ChannelTables]:
    """The tables of every channel that is installed and can be loaded."""
    return [one.tables for one in _plugs()]


def commands() -> list[Command]:
    """What the operator can do with accounts besides, of every channel that is installed and can be loaded."""
    return [command for one in _plugs() for command in one.commands]


def _plugs() -> list[Plug]:
    found: list[Plug | None] = []
    for name in names():
        with suppress(ChannelUnusable):
            found.append(plug(name))
    return [one for one in found if one is not None]


def register(plug: Plug) -> None:
    """Make a channel known that no package announces, as tests do."""
    _known[plug.name] = plug
