"""Checks of everything between this computer and a customer's message, one after the other.

A check never raises: what goes wrong is its result. A check that rests on one that failed is not made, so that
one cause is told once.
"""

from collections.abc import Iterator

from fbtool.connection_code import Connection
from fbtool.facebook.graph import Platform
from fbtool.finding import Finding, Health
from fbtool.linking.doctor import computer, facebook, gateway
from fbtool.linking.doctor.guarding import guarded
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.network.gateway_documents import Account


def examine(workplace: Workplace) -> Iterator[Finding]:
    """Make all checks that can be made."""
    yield from guarded(computer.SETTINGS, computer.settings, workplace)
    yield from guarded(computer.SECRET_STORE, computer.secret_store, workplace)
    connections: list[Connection] = []
    yield from guarded(computer.CONNECTION, computer.connected, workplace, connections)
    for connection in connections:
        yield from _on_the_way(workplace, connection)


def _on_the_way(workplace: Workplace, connection: Connection) -> Iterator[Finding]:
    found = [
        *guarded(computer.CERTIFICATES, computer.certificates, connection),
        *guarded(computer.PROXY, computer.proxy, connection),
    ]
    yield from found
    if all(check.health is not Health.FAILED for check in found):
        yield from _at_gateway(workplace, connection)


def _at_gateway(workplace: Workplace, connection: Connection) -> Iterator[Finding]:
    yield from guarded(gateway.CLOCK, gateway.clock, connection)
    accounts: list[Account] = []
    yield from guarded(gateway.GATEWAY, gateway.answers, connection, accounts)
    for account in accounts:
        [account_check] = guarded(gateway.ACCOUNT, gateway.fits, account)
        yield account_check
        fits = account_check.health is Health.OK
        if fits:
            yield from guarded(gateway.APP, gateway.app, connection)
        platforms: list[Platform] = []
        yield from guarded(facebook.FACEBOOK, facebook.reachable, account, platforms)
        for platform in platforms:
            yield from guarded(facebook.SIGN_IN, facebook.signed_in, workplace, connection, account, platform)
        if fits:
            yield from guarded(gateway.LINK, gateway.links, connection)
