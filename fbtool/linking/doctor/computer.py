"""What this computer itself needs."""

import time

from fbtool.connection_code import Connection
from fbtool.finding import Check, Finding, Health, ok
from fbtool.language import N_, say, say_n
from fbtool.linking.doctor.guarding import trouble
from fbtool.linking.local.secrets import try_out
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.network.http import host_of
from fbtool.linking.network.settings import own_authorities, proxy_to, replaces_the_systems, wrong_authorities

SETTINGS = Check("settings", N_("Settings"))
SECRET_STORE = Check("secret_store", N_("Secret store"))
CONNECTION = Check("connection", N_("Connection"))
CERTIFICATES = Check("certificates", N_("Certificates"))
PROXY = Check("proxy", N_("Proxy"))


def settings(workplace: Workplace) -> Finding:
    """Whether the settings can be read."""
    known = len(workplace.try_notebook().accounts)
    told = say_n("{count} messenger account is known here.", "{count} messenger accounts are known here.", known)
    return ok(SETTINGS, told, accounts=known)


def secret_store(workplace: Workplace) -> Finding:
    """Whether a secret can be kept."""
    store = workplace.try_secrets()
    started = time.monotonic()
    try_out(store)
    spent = round((time.monotonic() - started) * 1000)
    told = say("A secret was stored, read and deleted.")
    return ok(SECRET_STORE, told, store=type(store).__name__, milliseconds=spent)


def connected(workplace: Workplace, connections: list[Connection]) -> Finding:
    """Whether a messenger account is connected; its connection is put into ``connections``."""
    connections.append(workplace.connection())
    host = host_of(connections[0].address)
    return ok(CONNECTION, say("The gateway is {host}.", host=host), gateway=host)


def certificates(connection: Connection) -> Finding:
    """Whose certificates are believed on the way to the gateway."""
    wrong = wrong_authorities()
    if wrong is not None:
        # Without those of OpenSSL's settings the system's are looked for in their usual places.
        needed = replaces_the_systems(wrong) and connection.address.startswith("https:")
        return trouble(CERTIFICATES, wrong, Health.FAILED if needed else Health.WARNING)
    own = own_authorities()
    if own is True:
        return ok(CERTIFICATES, say("The system's certificates are trusted."), own=False)
    return ok(CERTIFICATES, say("The certificates in {path} are trusted.", path=own), own=True)


def proxy(connection: Connection) -> Finding:
    """Whether a proxy is on the way to the gateway; shown without its password."""
    through = proxy_to(connection.address)
    if through is None:
        return ok(PROXY, say("The gateway is reached directly."), proxy=None)
    return ok(PROXY, say("The way leads through the proxy {proxy}.", proxy=through.place), proxy=through.place)
