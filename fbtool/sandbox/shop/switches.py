"""What a page of the shop does with the chat, as its address says it: ``/shop/?csp=strict&turbo=1&account=…``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

ATTRIBUTES = ("size", "side", "open", "lang", "identify", "z", "debug", "into")
"""Of the script tag, besides those that the switches set by themselves; in an address ``data-size=small``."""
_ACCOUNT = re.compile(r"[a-z0-9]{1,32}")
_WORD = re.compile(r"[\w.:#-]{0,60}")
_FILE = re.compile(r"widget-[0-9a-f]{12}\.js")
_INTEGRITY = re.compile(r"sha(256|384|512)-[A-Za-z0-9+/]{43,88}={0,2}")


class Script(Enum):
    """Where the script tag stands."""

    HEAD = "head"
    END = "end"
    TWICE = "twice"
    NONE = "none"


class Policy(Enum):
    """The page's Content-Security-Policy."""

    NONE = "none"
    STRICT = "strict"


class Scheme(Enum):
    """Whether the page is light or dark."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class NotASwitch(ValueError):
    """The page has no such switch, or not with this value."""


@dataclass(frozen=True)
class Switches:
    """All of one page."""

    gateway: str = ""
    """Its origin. An address may name one on this computer; any other is set by the sandbox's control."""
    account: str = ""
    relay: bool = False
    """The chat's calls go through the shop's relay, to which troubles happen."""
    script: Script = Script.END
    fixed: str = ""
    """The file name of a fixed version of the widget in place of the account's own script."""
    integrity: str = ""
    csp: Policy = Policy.NONE
    turbo: bool = False
    """Links replace the page's body in place of loading a page."""
    consent: bool = False
    """A consent tool asks first, and tells the chat."""
    frame: bool = False
    """The shop's page stands in a sandboxed frame without an origin of its own."""
    embed: bool = False
    """The page has an element that opens the chat, and one that shows its status."""
    scheme: Scheme = Scheme.AUTO
    cart: str = ""
    """The key of the product in it."""
    data: tuple[tuple[str, str], ...] = ()
    """More attributes of the script tag."""

    def query(self, usual: "Switches", **changed: Any) -> str:
        """Beginning with ``?`` where there is something to say: what differs from ``usual``."""
        wanted = replace(self, **changed)
        said = [
            (one.name, _written(getattr(wanted, one.name)))
            for one in fields(wanted)
            if one.name != "data" and getattr(wanted, one.name) != getattr(usual, one.name)
        ]
        said += [(f"data-{name}", value) for name, value in wanted.data if (name, value) not in usual.data]
        return f"?{urlencode(said)}" if said else ""


def read(said: Mapping[str, str], usual: Switches, *, trusted: bool = False) -> Switches:
    """The switches as an address or the control says them; what is none of them is passed over in an address.

    Args:
        said: names and values.
        usual: holds where nothing is said.
        trusted: it comes from the control: any gateway is taken, and unknown names are not.

    Raises:
        NotASwitch: a value that cannot be.
    """
    names = {one.name for one in fields(Switches)} - {"data"}
    data = dict(usual.data)
    changed: dict[str, Any] = {}
    for name, value in said.items():
        if name in names:
            changed[name] = _taken(name, value, usual, trusted=trusted)
        elif name.startswith("data-") and name.removeprefix("data-") in ATTRIBUTES and _WORD.fullmatch(value):
            data[name.removeprefix("data-")] = value
        elif trusted or name.startswith("data-"):
            raise NotASwitch(f"there is no switch {name!r} with this value")
    return replace(usual, **changed, data=tuple(data.items()))


def _taken(name: str, value: str, usual: Switches, *, trusted: bool) -> Any:
    kind = type(getattr(usual, name))
    try:
        if kind is bool:
            return {"": False, "0": False, "1": True}[value]
        if issubclass(kind, Enum):
            return kind(value)
    except (KeyError, ValueError):
        raise NotASwitch(f"{name} cannot be {value!r}") from None
    shape = {"account": _ACCOUNT, "fixed": _FILE, "integrity": _INTEGRITY, "cart": _ACCOUNT}.get(name)
    right = shape.fullmatch(value) if shape else _may_name(value, usual, trusted=trusted)
    if value and not right:
        raise NotASwitch(f"{name} cannot be {value!r}")
    return value


def _may_name(gateway: str, usual: Switches, *, trusted: bool) -> bool:
    """Whether it is an origin, and one that a mere link may bring into a page."""
    parts = urlsplit(gateway)
    if parts.scheme not in ("http", "https") or gateway != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        return False
    return trusted or gateway == usual.gateway or _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value.value) if isinstance(value, Enum) else str(value)
