"""What this computer's settings say about the way to a server: which proxy, and whose certificates are believed.

requests would read them by itself, but a wrong one ends there as any kind of exception, and nobody learns which
setting it was. So they are read here, told by their names, and handed to it.
"""

import importlib.util
import os
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fbtool.address import Address, read_address, without_secrets
from fbtool.language import Sentence, say
from fbtool.linking.system.errors import SettingWrong

_SOCKS = ("socks4", "socks4a", "socks5", "socks5h")
PROXY_SCHEMES = ("http", "https", *_SOCKS)
"""What a proxy may speak."""
_AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""They replace the system's certificates; the first one counts."""
_AUTHORITIES_OF_OPENSSL = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""They stand for the system's certificates, but not on Windows and macOS."""
_chosen_proxy = ""


@dataclass(frozen=True)
class Proxy:
    """A proxy on the way to a server."""

    address: str
    """As requests takes it. It may hold a password."""
    place: str
    """Host and port, to be shown."""


def use_proxy(address: str) -> None:
    """Use this proxy for the whole process, whatever the settings say; empty = what they say."""
    global _chosen_proxy
    _chosen_proxy = address


def is_proxy(address: str) -> bool:
    """Whether this is the complete address of a proxy."""
    return _read(address) is not None


def proxy_to(address: str) -> Proxy | None:
    """The proxy on the way to ``address``, which was read; None if there is none, as on the way to this computer.

    Raises:
        SettingWrong: a setting names something else than a proxy.
    """
    # Loading it is a good part of a program's start, and only a call needs it.
    from requests.utils import get_environ_proxies, select_proxy, should_bypass_proxies

    where = read_address(address)
    if where is None or where.is_this_computer:
        # A proxy has no business between two programs of this computer; it would also see the token.
        return None
    if _chosen_proxy:
        value = "" if should_bypass_proxies(address, no_proxy=None) else _chosen_proxy
    else:
        value = select_proxy(address, get_environ_proxies(address)) or ""
    return _proxy(where.scheme, value.strip()) if value.strip() else None


def own_authorities() -> str | bool:
    """The file or folder with certificates that the settings put in the place of the system's; True = none."""
    return next((value for _, value in _set(_AUTHORITIES)), True)


def replaces_the_systems(setting: SettingWrong) -> bool:
    """Whether a setting names certificates that replace those of the system."""
    return setting.values["name"] in _AUTHORITIES


def wrong_authorities() -> SettingWrong | None:
    """The setting that names no certificates, if there is one."""
    names = _AUTHORITIES if sys.platform in {"win32", "darwin"} else (*_AUTHORITIES, *_AUTHORITIES_OF_OPENSSL)
    for name, value in _set(names):
        reason = _why_no_certificates(Path(value))
        if reason is not None:
            return SettingWrong(name=name, value=value, reason=reason)
    return None


def _proxy(scheme: str, value: str) -> Proxy:
    # People write a proxy without http://, and GNOME writes socks:// for SOCKS 5.
    written = value if "://" in value else f"http://{value}"
    if written.lower().startswith("socks://"):
        written = f"socks5h{written[len('socks') :]}"
    read = _read(written)
    if read is None:
        told = say(
            "It names the proxy that leads to the internet, but this is not the address of one. It is written "
            "http://NAME:PORT; special characters of a user name or password are written as %40 for @, %23 for #."
        )
        raise SettingWrong(name=_name_of(scheme, value), value=without_secrets(value), reason=told)
    if read.scheme in _SOCKS and importlib.util.find_spec("socks") is None:
        told = say("It names a SOCKS proxy, and the Python package PySocks, which speaks with one, is not installed.")
        raise SettingWrong(name=_name_of(scheme, value), value=without_secrets(value), reason=told)
    return Proxy(written, read.place)


def _read(address: str) -> Address | None:
    read = read_address(address)
    usable = read is not None and read.scheme in PROXY_SCHEMES and read.path in {"", "/"}
    return read if usable and read is not None and read.query is None and read.fragment is None else None


def _name_of(scheme: str, value: str) -> Sentence | str:
    if _chosen_proxy:
        return say("the proxy in fbtool's own settings")
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    known = {name: there for name in names if (there := os.environ.get(name, "").strip())}
    return next((name for name, there in known.items() if there == value), say("the proxy of the system"))


def _set(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name in names if (value := os.environ.get(name, "")))


def _why_no_certificates(path: Path) -> Sentence | None:
    folder = path.is_dir()
    try:
        if not folder:
            path.open("rb").close()
            ssl.create_default_context(cafile=str(path))
        return None
    except FileNotFoundError:
        return say("It names a file of trusted certificates, but there is no such file.")
    except ssl.SSLError:
        return say("It names a file of trusted certificates, but there are none in it.")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return say("It names a file of trusted certificates, but it cannot be read ({error}).", error=reason)
