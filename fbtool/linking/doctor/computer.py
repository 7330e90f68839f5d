"""What this computer itself needs."""

import time
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from fbtool.connection import Connection, is_loopback
from fbtool.language import say, say_n
from fbtool.linking.doctor.finding import Finding, finding
from fbtool.linking.http import host_of
from fbtool.linking.secrets import try_out
from fbtool.linking.workplace import Workplace


def settings(workplace: Workplace) -> Finding:
    """Whether the settings can be read."""
    known = len(workplace.try_notebook().accounts)
    told = say_n("{count} messenger account is known here.", "{count} messenger accounts are known here.", known)
    return finding("settings", told, {"accounts": known})


def secret_store(workplace: Workplace) -> Finding:
    """Whether a secret can be kept."""
    store = workplace.try_secrets()
    started = time.monotonic()
    try_out(store)
    facts = {"store": type(store).__name__, "milliseconds": round((time.monotonic() - started) * 1000)}
    return finding("secret_store", say("A secret was stored, read and deleted."), facts)


def connected(workplace: Workplace, connections: list[Connection]) -> Finding:
    """Whether a messenger account is connected; its connection is put into ``connections``."""
    connections.append(workplace.connection())
    host = host_of(connections[0].address)
    return finding("connection", say("The gateway is {host}.", host=host), {"gateway": host})


def proxy(connection: Connection) -> Finding:
    """Whether a proxy is on the way to the gateway; shown without its password."""
    host = urlsplit(connection.address).hostname or ""
    through = (
        "" if is_loopback(host) or proxy_bypass(host) else getproxies().get(urlsplit(connection.address).scheme, "")
    )
    if not through:
        return finding("proxy", say("The gateway is reached directly."), {"proxy": None})
    shown = host_of(through if "//" in through else f"//{through}")
    return finding("proxy", say("The way leads over the proxy {proxy}.", proxy=shown), {"proxy": shown})
