"""The Meta app. Only the gateway has its secret, so the gateway asks Facebook; its words are passed on."""

from collections.abc import Iterator
from dataclasses import replace

from fbtool.connection import Connection
from fbtool.finding import Document, Finding, trouble
from fbtool.language import say
from fbtool.linking.network.gateway import GatewayClient
from fbtool.problem import Problem


def app(connection: Connection) -> Iterator[Finding]:
    """What Facebook tells the gateway about its app."""
    with GatewayClient(connection) as gateway:
        try:
            checks = gateway.app()
        except Problem as problem:
            yield trouble("app", problem)
            return
    yield from map(_for_an_admin, checks)


def _for_an_admin(check: Document) -> Finding:
    found = check.finding()
    if not check.remedy:
        return found
    return replace(found, remedy=say("For the person who runs the gateway: {remedy}", remedy=check.remedy))
