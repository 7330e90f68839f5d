"""The proxy that a person has set in the window. It may hold a password, so it lives in the secret store.

requests reads ``HTTPS_PROXY`` for every call; without a choice of our own it finds the system's.
"""

import os
from urllib.parse import urlsplit

from fbtool.language import N_
from fbtool.linking.workplace import Workplace
from fbtool.problem import Kind, Problem

_SERVICE, _NAME = "fbtool/window", "proxy"
_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY")
_at_start = {name: os.environ.get(name) for name in _VARIABLES}


class ProxyUnusable(Problem):
    """The address of the proxy is not one."""

    code = "proxy_unusable"
    kind = Kind.THIS_COMPUTER
    what = N_("This cannot be used as the address of a proxy.")
    meaning = N_("It is written http://NAME:PORT, with a sign-in http://USER:PASSWORD@NAME:PORT.")
    remedy = N_("Ask your IT department for the address, or leave the field empty: then the system's proxy is used.")


def chosen(workplace: Workplace) -> str:
    """The proxy that was chosen, or nothing; raises as `Workplace.secrets`."""
    return workplace.secrets.get(_SERVICE, _NAME) or ""


def choose(workplace: Workplace, address: str) -> str:
    """Use a proxy from now on and at every start; empty = the system's. Returns the address.

    Raises:
        ProxyUnusable: it is no address.
        Problem: the secret store does not work.
    """
    address = address.strip()
    if address:
        _check(address)
        workplace.secrets.set(_SERVICE, _NAME, address)
    else:
        workplace.secrets.delete(_SERVICE, _NAME)
    _use(address)
    return address


def use_chosen(workplace: Workplace) -> None:
    """Use what was chosen at an earlier start; a silent secret store is told of later, where it matters."""
    try:
        address = chosen(workplace)
    except Problem:
        return
    if address:
        _use(address)


def _use(address: str) -> None:
    for name, before in _at_start.items():
        value = address or before
        if value:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        usable = False
    if not usable:
        raise ProxyUnusable
