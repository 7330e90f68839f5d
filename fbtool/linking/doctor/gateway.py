"""The gateway, the messenger account there, its app at Facebook, and its links."""

import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime

from fbtool import __version__
from fbtool.connection_code import Connection
from fbtool.finding import Check, Document, Finding, failed, ok, trouble, warning
from fbtool.language import N_, say, say_n
from fbtool.linking.doctor.guarding import guarded
from fbtool.linking.network import clock as servers_clock
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.gateway_documents import Account, PageLink
from fbtool.linking.network.http import open_session, send
from fbtool.linking.pages.judging_links import judge_link
from fbtool.problem import Problem

CLOCK = Check("clock", N_("Clock"))
GATEWAY = Check("gateway", N_("Gateway"))
ACCOUNT = Check("account", N_("Messenger account"))
APP = Check("app", N_("App at Facebook"))
LINK = Check("link", N_("Page link"))
CLOCK_WARNING = 60
"""Seconds of difference from which the clock is worth a word."""
CLOCK_FAILURE = 300
"""Seconds of difference from which Facebook refuses proofs and certificates may seem invalid."""

_STORE = "store unavailable"
"""A line of the gateway's ``/readyz``."""


def clock(connection: Connection) -> Finding:
    """Whether this computer's clock agrees with the gateway's."""
    session = open_session()
    try:
        before = time.time()
        answer = send(session, "GET", f"{connection.address}/healthz")
        now = (before + time.time()) / 2
    finally:
        session.close()
    try:
        there = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except ValueError:
        return warning(CLOCK, say("The gateway does not tell the time, so the clock could not be compared."))
    # The header has whole seconds.
    return judge_clock(round(now - there - 0.5))


def judge_clock(ahead: int) -> Finding:
    """What to say of a clock that is ``ahead`` seconds before (negative: behind) the gateway's."""
    if abs(ahead) < CLOCK_WARNING:
        return ok(CLOCK, say("The clock is right."), seconds_ahead=ahead)
    told = say_n(
        "The clock of this computer differs from the gateway's by {count} second.",
        "The clock of this computer differs from the gateway's by {count} seconds.",
        abs(ahead),
    )
    remedy = say("Let this computer set its clock by the internet; if it is right, tell who runs the gateway.")
    return (failed if abs(ahead) >= CLOCK_FAILURE else warning)(CLOCK, told, remedy, seconds_ahead=ahead)


def answers(connection: Connection, accounts: list[Account]) -> Finding:
    """Whether the gateway answers and knows the account, which is put into ``accounts``."""
    with GatewayClient(connection) as gateway:
        account = gateway.account()
    accounts.append(account)
    version = account.gateway.version
    if _cannot_store(connection):
        told = say("The gateway answers, but cannot store anything: messages and answers do not pass.")
        remedy = say("Tell the person who runs the gateway; “fbtool gateway check” there says why.")
        return failed(GATEWAY, told, remedy, version=version, ready=False)
    if version.split(".")[:2] != __version__.split(".")[:2]:
        told = say("The gateway has version {gateway}, this fbtool {own}.", gateway=version, own=__version__)
        remedy = say("Use the same version on both sides if something does not work.")
        return warning(GATEWAY, told, remedy, version=version)
    return ok(GATEWAY, say("The gateway answers; version {version}.", version=version), version=version)


def _cannot_store(connection: Connection) -> bool:
    """Whether the gateway itself says so; what stands in front of it may answer otherwise, or not let us ask."""
    session = open_session()
    try:
        answer = send(session, "GET", f"{connection.address}/readyz")
    finally:
        session.close()
    return answer.status_code == 503 and _STORE in answer.text.splitlines()


def fits(account: Account) -> Finding:
    """Whether Pages can be linked to the account."""
    account.require_facebook()
    told = say("“{name}” is active, for the channel {channel}.", name=account.name, channel=account.channel)
    return ok(ACCOUNT, told, id=account.id, channel=account.channel)


def app(connection: Connection) -> Iterator[Finding]:
    """What Facebook tells the gateway about its app. Only the gateway has the secret, so its words are passed on."""
    with GatewayClient(connection) as gateway:
        try:
            checks = gateway.app()
        except Problem as problem:
            yield trouble(APP, problem)
            return
    yield from map(_for_an_admin, checks)


def _for_an_admin(check: Document) -> Finding:
    found = check.finding()
    if not check.remedy:
        return found
    return replace(found, remedy=say("For the person who runs the gateway: {remedy}", remedy=check.remedy))


def links(connection: Connection) -> Iterator[Finding]:
    """What Facebook says about every link now."""
    with GatewayClient(connection) as gateway:
        try:
            linked = gateway.links()
        except Problem as problem:
            yield trouble(LINK, problem)
            return
        for link in linked:
            yield from guarded(LINK, _check, gateway, link)


def _check(gateway: GatewayClient, link: PageLink) -> Finding:
    name = link.name or link.page_id
    try:
        link = gateway.check(link.page_id)
    except Problem as problem:
        return trouble(LINK, problem, page_id=link.page_id)
    judged = judge_link(link, servers_clock.now())
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
        return failed(LINK, told, judged.remedy, **facts)
    return ok(LINK, say("{name} is linked, and Facebook sends its messages.", name=name), **facts)
