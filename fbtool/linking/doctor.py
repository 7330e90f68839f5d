"""Checks of everything between this computer and a customer's message, one after the other.

A check never raises: what goes wrong is its result. A check that rests on one that failed is not made, so that
one cause is told once.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import ParamSpec
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from fbtool import __version__
from fbtool.connection import Connection, is_loopback
from fbtool.facebook import tokens
from fbtool.facebook.catalogue import Reaction
from fbtool.facebook.errors import GraphError
from fbtool.facebook.graph import Platform
from fbtool.language import N_, Sentence, say, say_n
from fbtool.linking.advice import advise
from fbtool.linking.consent import Consent
from fbtool.linking.gateway import Account, GatewayClient, PageLink, refusal
from fbtool.linking.graph import GraphClient, platform_of
from fbtool.linking.http import host_of, open_session, send
from fbtool.linking.judging_links import judge_link
from fbtool.linking.listing import permissions_of
from fbtool.linking.signin import SignIn
from fbtool.linking.workplace import NotSignedIn, SignInOver, Workplace
from fbtool.problem import Problem

CLOCK_WARNING = 60
"""Seconds of difference from which the clock is worth a word."""
CLOCK_FAILURE = 300
"""Seconds of difference from which Facebook refuses proofs and certificates may seem invalid."""
_TRY = "fbtool/doctor"
_NOTHING = Sentence("")
P = ParamSpec("P")


class Health(Enum):
    """The result of a check. The value is stable, for programs."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: str
    """A stable name, for programs."""
    title: Sentence
    health: Health
    told: Sentence
    remedy: Sentence = _NOTHING
    code: str = ""
    """The problem's code, if there is one."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """For support: numbers, versions, ids, states, trace ids. Never a secret, never a name."""


_TITLES = {
    "settings": N_("Settings folder"),
    "secret_store": N_("Secret store"),
    "connection": N_("Connection"),
    "proxy": N_("Proxy"),
    "gateway": N_("Gateway"),
    "clock": N_("Clock"),
    "account": N_("Messenger account"),
    "facebook": N_("Facebook"),
    "sign_in": N_("Sign-in"),
    "app": N_("App at Facebook"),
    "link": N_("Page link"),
}


def examine(workplace: Workplace) -> Iterator[Finding]:
    """Make all checks that can be made."""
    yield from _guarded("settings", _settings, workplace)
    yield from _guarded("secret_store", _secret_store, workplace)
    connections: list[Connection] = []
    yield from _guarded("connection", _connection, workplace, connections)
    for connection in connections:
        yield _proxy(connection)
        yield from _at_gateway(workplace, connection)


def _at_gateway(workplace: Workplace, connection: Connection) -> Iterator[Finding]:
    yield from _guarded("clock", _clock, connection)
    accounts: list[Account] = []
    yield from _guarded("gateway", _gateway, connection, accounts)
    for account in accounts:
        yield from _guarded("account", _account, account)
        platform: list[Platform] = []
        yield from _guarded("facebook", _facebook, account, platform)
        if platform:
            yield from _at_facebook(workplace, connection, account, platform[0])
        if account.active:
            yield from _links(connection)


def _at_facebook(
    workplace: Workplace, connection: Connection, account: Account, platform: Platform
) -> Iterator[Finding]:
    signed_in: list[SignIn] = []
    yield from _guarded("sign_in", _sign_in, workplace, connection, account, platform, signed_in)
    for sign_in in signed_in:
        yield from _guarded("app", _app, connection, sign_in)


def _guarded(check: str, make: Callable[P, Finding], *args: P.args, **more: P.kwargs) -> Iterator[Finding]:
    try:
        yield make(*args, **more)
    except Problem as problem:
        yield _failed(check, problem)


def _failed(check: str, problem: Problem, health: Health = Health.FAILED, **facts: object) -> Finding:
    told = problem.told()
    trace_id = getattr(problem, "trace_id", "")
    more = {"trace_id": trace_id} if trace_id else {}
    return Finding(
        check,
        Sentence(_TITLES[check]),
        health,
        Sentence(told.what),
        Sentence(told.remedy),
        problem.code,
        {**facts, **more},
    )


def _finding(
    check: str,
    told: Sentence,
    facts: Mapping[str, object] | None = None,
    health: Health = Health.OK,
    remedy: Sentence = _NOTHING,
) -> Finding:
    return Finding(check, Sentence(_TITLES[check]), health, told, remedy, facts=facts or {})


def _settings(workplace: Workplace) -> Finding:
    known = len(workplace.try_notebook().accounts)
    told = say_n("{count} messenger account is known here.", "{count} messenger accounts are known here.", known)
    return _finding("settings", told, {"accounts": known})


def _secret_store(workplace: Workplace) -> Finding:
    store, value = workplace.try_secrets(), secrets.token_urlsafe(32)
    started = time.monotonic()
    store.set(_TRY, "try", value)
    try:
        kept = store.get(_TRY, "try")
    finally:
        store.delete(_TRY, "try")
    facts = {"store": type(store).__name__, "milliseconds": round((time.monotonic() - started) * 1000)}
    if kept != value:
        told = say("The secret store takes a secret, but does not give it back.")
        return _finding("secret_store", told, facts, Health.FAILED, say("Unlock it, or sign in to this computer anew."))
    return _finding("secret_store", say("A secret was stored, read and deleted."), facts)


def _connection(workplace: Workplace, found: list[Connection]) -> Finding:
    found.append(workplace.connection())
    host = host_of(found[0].address)
    return _finding("connection", say("The gateway is {host}.", host=host), {"gateway": host})


def _proxy(connection: Connection) -> Finding:
    host = urlsplit(connection.address).hostname or ""
    proxy = "" if is_loopback(host) or proxy_bypass(host) else getproxies().get(urlsplit(connection.address).scheme, "")
    if not proxy:
        return _finding("proxy", say("The gateway is reached directly."), {"proxy": None})
    shown = host_of(proxy if "//" in proxy else f"//{proxy}")
    return _finding("proxy", say("The way leads over the proxy {proxy}.", proxy=shown), {"proxy": shown})


def _clock(connection: Connection) -> Finding:
    session = open_session(connection.address)
    try:
        before = time.time()
        answer = send(session, "GET", f"{connection.address}/healthz")
        now = (before + time.time()) / 2
    finally:
        session.close()
    try:
        there = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except ValueError:
        told = say("The gateway does not tell the time, so the clock could not be compared.")
        return _finding("clock", told, health=Health.WARNING)
    # The header has whole seconds.
    return judge_clock(round(now - there - 0.5))


def judge_clock(ahead: int) -> Finding:
    """What to say of a clock that is ``ahead`` seconds before (negative: behind) the gateway's."""
    if abs(ahead) < CLOCK_WARNING:
        return _finding("clock", say("The clock is right."), {"seconds_ahead": ahead})
    told = say_n(
        "The clock of this computer differs from the gateway's by {count} second.",
        "The clock of this computer differs from the gateway's by {count} seconds.",
        abs(ahead),
    )
    health = Health.FAILED if abs(ahead) >= CLOCK_FAILURE else Health.WARNING
    remedy = say("Let this computer set its clock by the internet; if it is right, tell who runs the gateway.")
    return _finding("clock", told, {"seconds_ahead": ahead}, health, remedy)


def _gateway(connection: Connection, accounts: list[Account]) -> Finding:
    with GatewayClient(connection) as gateway:
        account = gateway.account()
    accounts.append(account)
    version = account.gateway.version
    if version.split(".")[:2] != __version__.split(".")[:2]:
        told = say("The gateway has version {gateway}, this fbtool {own}.", gateway=version, own=__version__)
        remedy = say("Use the same version on both sides if something does not work.")
        return _finding("gateway", told, {"version": version}, Health.WARNING, remedy)
    return _finding("gateway", say("The gateway answers; version {version}.", version=version), {"version": version})


def _account(account: Account) -> Finding:
    account.require_facebook()
    told = say("“{name}” is active, for the channel {channel}.", name=account.name, channel=account.channel)
    return _finding("account", told, {"id": account.id, "channel": account.channel})


def _facebook(account: Account, found: list[Platform]) -> Finding:
    platform = platform_of(account)
    host = host_of(platform.graph)
    with GraphClient(platform) as graph:
        try:
            graph.run(tokens.person(""))
        except GraphError as error:
            # Without a token Facebook says no; that it says so is what was asked.
            if error.reaction is Reaction.RETRY:
                raise
    found.append(platform)
    return _finding("facebook", say("{host} answers.", host=host), {"host": host})


def _sign_in(
    workplace: Workplace, connection: Connection, account: Account, platform: Platform, found: list[SignIn]
) -> Finding:
    try:
        sign_in = workplace.sign_in(connection, account)
    except (NotSignedIn, SignInOver) as problem:
        # Links work without it.
        return _failed("sign_in", problem, Health.WARNING)
    with GraphClient(platform) as graph:
        consent = Consent(sign_in.person, permissions_of(graph, sign_in))
    found.append(sign_in)
    missing, withheld = consent.missing, consent.withheld
    facts = {
        "person_id": sign_in.person.id,
        "expires_at": sign_in.expires_at,
        "missing_permissions": missing,
        "withheld_by_the_app": withheld,
    }
    if withheld:
        [advice] = advise(consent, ())
        return _finding("sign_in", advice.evidence, facts, Health.FAILED, advice.remedy)
    if missing:
        told = say("{name} has not allowed: {missing}.", name=sign_in.person.name, missing=", ".join(missing))
        return _finding("sign_in", told, facts, Health.FAILED, say("Let it be asked for again: fbtool repair"))
    return _finding("sign_in", say("{name} is signed in.", name=sign_in.person.name), facts)


def _app(connection: Connection, sign_in: SignIn) -> Finding:
    """Whether the gateway can ask Facebook with the app's own secret."""
    session = open_session(connection.address)
    session.headers["Authorization"] = f"Bearer {connection.token}"
    try:
        address = f"{connection.address}/v1/facebook/grant"
        answer = send(session, "POST", address, json={"user_token": sign_in.token})
    finally:
        session.close()
    if answer.status_code != 200:
        raise refusal(address, answer.status_code, answer.content)
    return _finding("app", say("Facebook answers the gateway's app."))


def _links(connection: Connection) -> Iterator[Finding]:
    with GatewayClient(connection) as gateway:
        try:
            links = gateway.links()
        except Problem as problem:
            yield _failed("link", problem)
            return
        for link in links:
            yield _check(gateway, link)


def _check(gateway: GatewayClient, link: PageLink) -> Finding:
    name = link.name or link.page_id
    try:
        link = gateway.check(link.page_id)
    except Problem as problem:
        return _failed("link", problem, page_id=link.page_id)
    found = judge_link(link, time.time())
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
    if found.verdict.alarming:
        told = say("{name}: {why}", name=name, why=found.evidence if found.evidence.text else found.verdict.words)
        return _finding("link", told, facts, Health.FAILED, found.remedy)
    return _finding("link", say("{name} is linked, and Facebook sends its messages.", name=name), facts)
