"""``fbtool gateway check``: is everything between Facebook and the data folder as it has to be?

A check never raises: what goes wrong is its finding, with what to do. Checks of files are made by the command itself;
those that need the world or the keys in use are made inside the running gateway, if one runs.
"""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path

import apsw

from fbtool.facebook.graph import VERSION, Platform
from fbtool.finding import Finding, failed, ok, warning
from fbtool.gateway.graph import load_http
from fbtool.gateway.limits import Limits
from fbtool.gateway.operation.app_checks import AppChecks
from fbtool.gateway.operation.keyfiles import others_may
from fbtool.language import say

CLOCK_WARNING = 60
"""Seconds of difference from which the clock is worth a word."""
CLOCK_FAILURE = 300
"""Seconds of difference from which Facebook refuses proofs (documented: they are valid five minutes)."""
_SAFE_SQLITE = (3, 51, 3)
"""Older ones can damage a database that two connections write (the "WAL-reset bug")."""
_SECONDS = 20
_MB = 1024 * 1024


def of_this_computer(data_dir: Path, key_files: list[Path], limits: Limits) -> Iterator[Finding]:
    """Files, rights, space."""
    if not data_dir.is_dir():
        yield failed(
            "folder",
            say("There is no folder {folder}.", folder=data_dir),
            say("“fbtool gateway init” makes it; or name the right one with --data-dir."),
        )
        return
    yield _folder(data_dir)
    yield _keys(key_files)
    free = shutil.disk_usage(data_dir).free // _MB
    told = say("{free} MB free", free=free)
    enough = free >= limits.free_disk_mb
    remedy = say("Make room: below {mark} MB the gateway is not ready.", mark=limits.free_disk_mb)
    yield ok("disk", told) if enough else failed("disk", told, remedy)


def sqlite_version() -> Finding:
    """Whether the library of the embedded database is free of a known defect."""
    version = apsw.sqlite_lib_version()
    told = say("SQLite {version}", version=version)
    safe = tuple(map(int, version.split("."))) >= _SAFE_SQLITE
    return ok("database", told) if safe else warning("database", told, say("Update apsw: pip install --upgrade apsw"))


def _folder(data_dir: Path) -> Finding:
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        return failed(
            "folder",
            say("You may not write to {folder}.", folder=data_dir),
            say("Run the command as the user of the gateway."),
        )
    if others_may(data_dir):
        return warning(
            "folder",
            say("Others on this computer may look into {folder}.", folder=data_dir),
            say("Take that right away: chmod 700 {folder}", folder=data_dir),
        )
    return ok("folder", say("only the gateway may look into {folder}", folder=data_dir))


def _keys(files: list[Path]) -> Finding:
    existing = [file for file in files if file.exists()]
    for file in existing:
        if others_may(file):
            return failed(
                "keys",
                say("Others on this computer may read {file}.", file=file),
                say(
                    "Take that right away (chmod 600 {file}), then replace the key: somebody may have read it.",
                    file=file,
                ),
            )
        old = file.with_name(file.name + ".old")
        if old.exists():
            return warning(
                "keys",
                say("{file} is still there from a rotation.", file=old),
                say("When the gateway runs with the new key and a new backup is made, remove it."),
            )
    return ok("keys", say("only their owner may read them") if existing else say("handed over from outside"))


class World:
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
        verify_token: str,
        other_products: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._app_checks = app_checks
        self._platform = platform
        self._webhook_url = webhook_url
        self._verify_token = verify_token
        self._other_products = other_products

    async def findings(self, *, running: bool) -> list[Finding]:
        """All of them, in the order in which one rests on the other.

        Args:
            running: whether a gateway runs that can be reached.
        """
        clock = await self._clock()
        found = [clock] if clock else []
        found += await self._app_checks.findings(clock_wrong=bool(clock and clock.health == "failed"))
        if running:
            found += [_deliveries(self._other_products()), await self._public_url()]
        return found

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
            return failed("public_url", told, say("Let the reverse proxy fetch a certificate (Caddy does by itself)."))
        except (aiohttp.ClientError, TimeoutError, OSError):
            return failed("public_url", told, remedy)
        if said != challenge:
            return failed("public_url", told, remedy)
        if not self._webhook_url.startswith("https://"):
            told = say("Only this computer reaches the gateway at {address}.", address=self._webhook_url)
            return warning("public_url", told, say("Put TLS in front and set server.public_url in gateway.toml."))
        return ok("public_url", say("{address} leads here", address=self._webhook_url))

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
            return failed("clock", told, remedy)
        return warning("clock", told, remedy) if off >= CLOCK_WARNING else ok("clock", told)


def _deliveries(other_products: Sequence[str]) -> Finding:
    """Meta sends what the app's webhooks are registered for, whether anybody wants it or not."""
    if not other_products:
        return ok("deliveries", say("since its start the gateway has been sent only what concerns Pages"))
    products = ", ".join(other_products)
    return warning(
        "deliveries",
        say("Facebook delivers messages of {products}; no account is for it, and nothing of it is kept.",
            products=products),
        say("At developers.facebook.com, Webhooks, end the app's subscription of this product, or let another app and "
            "another program receive it: this gateway serves Messenger only."),
        products=list(other_products),
    )  # fmt: skip
