"""What a look at the web chats of a gateway finds: its address, the way through the reverse proxy, the accounts."""

import asyncio
from collections.abc import Mapping, Sequence
from importlib import import_module

import msgspec

from fbtool.finding import Check, Finding, failed, ok, warning
from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.port import Core
from fbtool.gateway.channels.webchat import NAME
from fbtool.gateway.channels.webchat.settings import SavedSettings, saved
from fbtool.gateway.channels.webchat.store import WebchatStore
from fbtool.gateway.channels.webchat.visitor_keys import TICKET_FROM_MS, VisitorKeys
from fbtool.gateway.problems import StoreUnavailable
from fbtool.language import N_, say
from fbtool.safe_text import shown

ADDRESS = Check("webchat_address", N_("Address of the web chat"))
PROXY = Check("webchat_proxy", N_("Way of the visitors"))
ACCOUNTS = Check("webchat_accounts", N_("Accounts with a web chat"))
IDENTIFY = Check("webchat_identify", N_("Cookies of the web chat"))
_SECONDS = 20
_LONGEST_ANSWER = 10_000
_NAMED = 10
_LOOPBACK = ("127.0.0.1", "::")
"""As `client_of` names them."""


class _Ticket(msgspec.Struct):
    ticket: str


class WebchatChecks:
    """Checks of a running gateway.

    Args:
        store: what the channel keeps.
        keys: open the tickets that visitors get.
    """

    def __init__(self, core: Core, store: WebchatStore, keys: VisitorKeys) -> None:
        self._core = core
        self._store = store
        self._keys = keys

    async def findings(self, *, reachable: bool) -> list[Finding]:
        """All of them. Never raises.

        Args:
            reachable: whether the gateway serves requests, so that it can be asked from outside.
        """
        found = stopped(self._core.address)
        try:
            accounts = [one for one in await self._core.store.accounts.all() if one.channel == NAME]
            kept = {one.id: saved(await self._store.settings(one.id)) for one in accounts}
        except StoreUnavailable:
            return found  # the store has a check of its own
        active = [one for one in accounts if one.active]
        if reachable and active:
            found.append(await self._way(active[0].id, kept[active[0].id].settings.origins))
        return [*found, *_of_accounts(active, kept)]

    async def _way(self, account_id: str, origins: Sequence[str]) -> Finding:
        """Ask for a ticket as a shop's page does: only this gateway can open it, and sees from where it was asked."""
        there = self._core.address
        try:
            readable, body = await _post(f"{there}/webchat/{account_id}/ticket", next(iter(origins), "null"))
            ticket = self._keys.ticket(account_id, msgspec.json.decode(body, type=_Ticket).ticket)
        except (OSError, TimeoutError, msgspec.DecodeError):
            ticket = None
        if ticket is None:
            told = say("{address} does not lead visitors to this gateway.", address=there)
            return failed(
                PROXY, told, say("Compare the DNS entry, the firewall and the reverse proxy with docs/operations.")
            )
        if not readable:
            told = say("The reverse proxy changes answers, so that the pages of shops cannot read them (CORS).")
            return failed(PROXY, told, say("Let it pass the header Access-Control-Allow-Origin as it is."))
        if _is_public(there) and any(
            self._keys.fits(ticket, one, ticket.issued_ms + TICKET_FROM_MS) for one in _LOOPBACK
        ):
            return warning(
                PROXY,
                say("The gateway does not learn from where visitors ask: they all seem to be this computer."),
                say("Let the reverse proxy pass X-Forwarded-For, and name it in server.trusted_proxies. Otherwise what "
                    "one visitor may do is all that they may do together."),
            )  # fmt: skip
        return ok(PROXY, say("{address} leads visitors here", address=there))


def stopped(address: str) -> list[Finding]:
    """What can be known without a running gateway.

    Args:
        address: the one that the world reaches; empty if only a start will tell.
    """
    if _is_public(address):
        return [ok(ADDRESS, say("pages can load the chat from {address}", address=address))]
    return [
        warning(
            ADDRESS,
            say("Only pages on this computer can load the chat: its address does not begin with https."),
            say("Put TLS in front and set server.public_url in gateway.toml."),
        )
    ]


def _of_accounts(accounts: Sequence[Account], kept: Mapping[str, SavedSettings]) -> list[Finding]:
    if not accounts:
        told = say("The web chat is offered, but no active account is for it.")
        return [warning(ACCOUNTS, told, say("Make one with “fbtool gateway accounts add NAME --channel webchat”."))]
    unready = [one for one in accounts if not kept[one.id].complete]
    if unready:
        found = warning(
            ACCOUNTS,
            say("No chat appears for: {names}. Their settings lack the address of the privacy policy.",
                names=_names(unready)),
            say("Let their admins open {page} and generate the widget.", page="/webchat/configurator"),
            accounts=[one.id for one in unready],
        )  # fmt: skip
    else:
        found = ok(ACCOUNTS, say("all of them are set up"))
    known = [one for one in accounts if kept[one.id].complete and kept[one.id].settings.identify != "off"]
    if not known:
        return [found, ok(IDENTIFY, say("no account sets one"))]
    told = say("These accounts identify visitors who come back, by a cookie: {names}", names=_names(known))
    return [found, ok(IDENTIFY, told, accounts=[one.id for one in known])]


def _names(accounts: Sequence[Account]) -> str:
    told = ", ".join(shown(one.name) for one in accounts[:_NAMED])
    return told if len(accounts) <= _NAMED else f"{told}, …"


def _is_public(address: str) -> bool:
    return address.startswith("https://")


async def _post(url: str, origin: str) -> tuple[bool, bytes]:
    """Whether a page on another site may read the answer, and the answer.

    Raises:
        OSError, TimeoutError: there is none.
    """
    await asyncio.to_thread(import_module, "aiohttp")  # it takes long to load
    import aiohttp

    headers = {"Content-Type": "text/plain", "Origin": origin}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS), trust_env=True) as session,
            session.post(url, data=b"{}", headers=headers, allow_redirects=False) as answer,
        ):
            readable = answer.headers.get("Access-Control-Allow-Origin") == "*"
            return readable, await answer.content.read(_LONGEST_ANSWER)
    except aiohttp.ClientError as error:
        raise OSError from error
