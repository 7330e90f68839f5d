"""Every link, checked at Facebook now."""

from collections.abc import Iterator

from fbtool.connection import Connection
from fbtool.finding import Finding, failed, ok, trouble
from fbtool.language import say
from fbtool.linking.doctor.guarding import guarded
from fbtool.linking.network import clock
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.gateway_documents import PageLink
from fbtool.linking.pages.judging_links import judge_link
from fbtool.problem import Problem


def links(connection: Connection) -> Iterator[Finding]:
    """What Facebook says about every link now."""
    with GatewayClient(connection) as gateway:
        try:
            linked = gateway.links()
        except Problem as problem:
            yield trouble("link", problem)
            return
        for link in linked:
            yield from guarded("link", _check, gateway, link)


def _check(gateway: GatewayClient, link: PageLink) -> Finding:
    name = link.name or link.page_id
    try:
        link = gateway.check(link.page_id)
    except Problem as problem:
        return trouble("link", problem, page_id=link.page_id)
    judged = judge_link(link, clock.now())
    facts = {
        "page_id": link.page_id,
        "state": link.state,
        "reason": link.reason.code if link.reason else None,
        "since": link.reason.since if link.reason else None,
        "linked_at": link.linked_at,
        "token_expires_at": link.token_expires_at,
        "data_access_expires_at": link.data_access_expires_at,
        "subscribed_fields": link.subscribed_fields,
    }
    if judged.verdict.alarming:
        told = say("{name}: {why}", name=name, why=judged.evidence if judged.evidence.text else judged.verdict.words)
        return failed("link", told, judged.remedy, **facts)
    return ok("link", say("{name} is linked, and Facebook sends its messages.", name=name), **facts)
