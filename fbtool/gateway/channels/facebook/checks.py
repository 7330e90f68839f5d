"""What a look at everything between Facebook and the gateway finds: clock, app, deliveries, public address."""

import secrets
import time
from collections.abc import Callable, Sequence
from email.utils import parsedate_to_datetime

from fbtool.facebook.graph import VERSION, Platform
from fbtool.finding import Check, Finding, Health, failed, ok, warning
from fbtool.gateway.channels.facebook.app_checks import AppChecks
from fbtool.gateway.channels.facebook.graph import load_http
from fbtool.language import N_, say

CLOCK = Check("clock", N_("Clock"))
DELIVERIES = Check("deliveries", N_("Deliveries"))
PUBLIC_URL = Check("public_url", N_("Public address"))
CLOCK_WARNING = 60
"""Seconds of difference from which the clock is worth a word."""
CLOCK_FAILURE = 300
"""Seconds of difference from which Facebook refuses proofs (documented: they are valid five minutes)."""
_SECONDS = 20


class FacebookChecks:
    """Checks that ask Facebook and the public address. Uses the settings in effect.

    Args:
        app_checks: what Facebook says about the app.
        platform: where Facebook is.
        webhook_url: where deliveries should go; empty if only a start will tell.
        verify_token: what only this gateway answers.
        other_products: of which of Meta's products, other than Pages, deliveries came.
    """

    def __init__(
        self,
        app_checks: AppChecks,
        platform: Platform,
        webhook_url: str,
        verify_token: str = "",
        other_products: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._app_checks = app_checks
        self._platform = platform
        self._webhook_url = webhook_url
        self._verify_token = verify_token
        self._other_products = other_products

    async def findings(self, *, reachable: bool) -> list[Finding]:
        """All of them, in the order in which one rests on the other. Never raises.

        Args:
            reachable: whether the gateway serves requests, so that it can be asked from outside.
        """
        clock = await self._clock()
        found = [clock] if clock else []
        found += await self._app_checks.findings(clock_wrong=bool(clock and clock.health is Health.FAILED))
        if reachable:
            return [*found, _deliveries(self._other_products()), await self._public_url()]
        told = say("No gateway runs, so nobody can answer there.")
        return [*found, warning(PUBLIC_URL, told, say("Start it with “fbtool gateway run” and check again."))]

    async def _public_url(self) -> Finding:
        """Ask ourselves as Facebook would: only this gateway knows the verify token."""
        challenge = secrets.token_hex(8)
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": self._verify_token}
        told = say("{address} does not lead to this gateway.", address=self._webhook_url)
        remedy = say("Compare the DNS entry, the firewall and the reverse proxy with docs/operations.")
        await load_http()
        import aiohttp

        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS), trust_env=True) as session,
                session.get(self._webhook_url, params=query, allow_redirects=False) as answer,
            ):
                said = (await answer.content.read(100)).decode("ascii", "replace")
        except aiohttp.ClientConnectorCertificateError:
            told = say("The certificate of {address} is not valid; Facebook refuses it.", address=self._webhook_url)
            return failed(PUBLIC_URL, told, say("Let the reverse proxy fetch a certificate (Caddy does by itself)."))
        except (aiohttp.ClientError, TimeoutError, OSError):
            return failed(PUBLIC_URL, told, remedy)
        if said != challenge:
            return failed(PUBLIC_URL, told, remedy)
        if not self._webhook_url.startswith("https://"):
            told = say("Only this computer reaches the gateway at {address}.", address=self._webhook_url)
            return warning(PUBLIC_URL, told, say("Put TLS in front and set server.public_url in gateway.toml."))
        return ok(PUBLIC_URL, say("{address} leads here", address=self._webhook_url))

    async def _clock(self) -> Finding | None:
        await load_http()
        import aiohttp

        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS), trust_env=True) as session,
                session.get(f"{self._platform.graph}/{VERSION}/", allow_redirects=False) as answer,
            ):
                theirs = parsedate_to_datetime(answer.headers["Date"]).timestamp()
        except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError):
            return None  # the app's check will say that Facebook cannot be reached
        off = abs(round(time.time() - theirs))
        told = say("{seconds} s away from Facebook's", seconds=off)
        remedy = say("Let the system set the clock by itself (systemd-timesyncd, Windows Time).")
        if off >= CLOCK_FAILURE:
            return failed(CLOCK, told, remedy)
        return warning(CLOCK, told, remedy) if off >= CLOCK_WARNING else ok(CLOCK, told)


def _deliveries(other_products: Sequence[str]) -> Finding:
    """Meta sends what the app's webhooks are registered for, whether anybody wants it or not."""
    if not other_products:
        return ok(DELIVERIES, say("since its start the gateway has been sent only what concerns Pages"))
    products = ", ".join(other_products)
    return warning(
        DELIVERIES,
        say("Facebook delivers messages of {products}; no account is for it, and nothing of it is kept.",
            products=products),
        say("At developers.facebook.com, Webhooks, end the app's subscription of this product, or let another app and "
            "another program receive it: this gateway serves Messenger only."),
        products=list(other_products),
    )  # fmt: skip
