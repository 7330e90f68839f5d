"""The proxy that a person has set in the window. It may hold a password, so it lives in the secret store."""

from fbtool.language import N_
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.network.settings import is_proxy, use_proxy
from fbtool.problem import Problem

_SERVICE, _NAME = "fbtool/window", "proxy"


class ProxyUnusable(Problem):
    """The address of the proxy is not one."""

    code = "proxy_unusable"
    what = N_("This cannot be used as the address of a proxy.")
    meaning = N_(
        "It is written http://NAME:PORT, with a sign-in http://USER:PASSWORD@NAME:PORT; special characters of a user "
        "name or password are written as %40 for @, %23 for #. A SOCKS proxy begins with socks5h:// in the place of "
        "http://."
    )
    remedy = N_("Ask your IT department for the address, or leave the field empty: then the system's proxy is used.")


def saved(workplace: Workplace) -> str:
    """The proxy that was chosen, or nothing; raises as `Workplace.secrets`."""
    return workplace.secrets.get(_SERVICE, _NAME) or ""


def save(workplace: Workplace, address: str) -> str:
    """Use a proxy from now on and at every start; empty = the system's. Returns the address.

    Raises:
        ProxyUnusable: it is no address.
        Problem: the secret store does not work.
    """
    address = address.strip()
    if address and not is_proxy(address):
        raise ProxyUnusable
    if address:
        workplace.secrets.set(_SERVICE, _NAME, address)
    else:
        workplace.secrets.delete(_SERVICE, _NAME)
    use_proxy(address)
    return address


def apply_saved(workplace: Workplace) -> None:
    """Use what was chosen at an earlier start; a silent secret store is told of later, where it matters."""
    try:
        address = saved(workplace)
    except Problem:
        return
    use_proxy(address)
