"""The Meta app. Only the gateway has its secret, so the gateway asks Facebook; its words are passed on."""

from collections.abc import Iterator

from fbtool.connection import Connection
from fbtool.language import Sentence, say
from fbtool.linking.doctor.finding import Finding, Health, failed
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.gateway_documents import AppCheck
from fbtool.problem import Problem

_HEALTH = {health.value: health for health in Health}


def app(connection: Connection) -> Iterator[Finding]:
    """What Facebook tells the gateway about its app."""
    with GatewayClient(connection) as gateway:
        try:
            checks = gateway.app()
        except Problem as problem:
            yield failed("app", problem)
            return
    yield from map(_finding, checks)


def _finding(check: AppCheck) -> Finding:
    remedy = say("For the person who runs the gateway: {remedy}", remedy=check.remedy) if check.remedy else Sentence("")
    return Finding(
        check.check,
        Sentence(check.title),
        _HEALTH.get(check.health, Health.UNKNOWN),
        Sentence(check.told),
        remedy,
        str(check.facts.get("code", "")),
        check.facts,
    )
