"""Puts the gateway together and runs it."""

import asyncio
import contextlib
import gc
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from fbtool import serving
from fbtool.gateway.channels.facebook import http_webhook
from fbtool.gateway.channels.facebook.app_checks import AppChecks
from fbtool.gateway.channels.facebook.data_requests import DataRequests
from fbtool.gateway.channels.facebook.fast_path import Way, along
from fbtool.gateway.channels.facebook.fetching import Fetcher
from fbtool.gateway.channels.facebook.http_callbacks import CallbackRoutes
from fbtool.gateway.channels.facebook.http_oauth import CALLBACK, OAuthRoutes
from fbtool.gateway.channels.facebook.registration import Registration
from fbtool.gateway.channels.facebook.signin import SignIns
from fbtool.gateway.channels.facebook.store.tables import links_of, tables
from fbtool.gateway.channels.facebook.webhook_ingest import PATH as WEBHOOK
from fbtool.gateway.channels.facebook.webhook_ingest import FailureRateLimit, WebhookIngest
from fbtool.gateway.clock import now_ms
from fbtool.gateway.delivery.forgetting import Forgetting
from fbtool.gateway.delivery.handout import EventHandout
from fbtool.gateway.delivery.receiving import Transit
from fbtool.gateway.edge.connection import Door
from fbtool.gateway.edge.origins import Forwarded, Trusted
from fbtool.gateway.http import common
from fbtool.gateway.http.account import AccountRoutes
from fbtool.gateway.http.admin import AdminRoutes
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.docs import DocsRoutes
from fbtool.gateway.http.download import DownloadRoutes
from fbtool.gateway.http.events import EventRoutes
from fbtool.gateway.http.files import FileRoutes
from fbtool.gateway.http.landing import LandingRoutes
from fbtool.gateway.http.messages import MessageRoutes
from fbtool.gateway.http.operator import OperatorRoutes
from fbtool.gateway.limits import IDLE_SECONDS, SENDS_FINISH_SECONDS
from fbtool.gateway.operation.checkup import World
from fbtool.gateway.operation.downloads import Downloads
from fbtool.gateway.operation.run_file import Announcement, RunFile
from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.outbound.conversations import Conversations
from fbtool.gateway.outbound.greeter import Greeter
from fbtool.gateway.outbound.rate_limits import RateLimits
from fbtool.gateway.parts import Parts
from fbtool.gateway.store.choosing import store_for
from fbtool.gateway.telemetry.health import Health
from fbtool.gateway.telemetry.measuring import CountsPolling, MeasuredGraph, measured, measured_links
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.gateway.vault import Vault, new_data_key
from fbtool.gateway.wakeups import Notifier

log = logging.getLogger("fbtool.gateway")


class Gateway:
    """One gateway on one port.

    Args:
        settings: everything it needs to know.
        clock: unix milliseconds; for links and messages, not for sign-ins.

    Raises:
        PortInUse, PortNotAllowed: at once.
    """

    def __init__(self, settings: Settings, clock: Callable[[], int] = now_ms) -> None:
        self._settings = settings
        listeners = serving.listen(settings.host, settings.port)
        self.port = serving.port_of(listeners)
        self.address = settings.public_url or f"http://localhost:{self.port}"
        """The address that Facebook, browsers and CRMs use."""
        self._running = RunFile(settings.data_dir, self.listening)
        bells = Notifier()
        metrics = Metrics()
        health = Health(settings.data_dir, settings.limits)

        def on_stop() -> None:
            health.stop()
            bells.close()  # who waits for events is answered at once, not after the wait

        trusted = Trusted(settings.trusted_proxies)
        way = Way(trusted)
        self._server = serving.Server(
            Forwarded(
                _Application(settings, self.address, self._running.announcement, bells, metrics, health, way, clock),
                trusted,
            ),
            listeners,
            on_stop=on_stop,
            protocol=along(way, Door(settings.limits, trusted, metrics)),
            trusted_proxies=(),  # our own parser says who asks, on both ways of a delivery
            idle_seconds=IDLE_SECONDS,
            websockets=True,
        )

    @property
    def listening(self) -> str:
        """The address at which this computer itself reaches the gateway."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - we talk to ourselves by loopback
        host = everywhere.get(self._settings.host, self._settings.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def start(self) -> None:
        """Serve in a thread; return when requests are answered."""
        self._server.start()
        self._running.announce()

    def stop(self) -> None:
        """Finish what was accepted and stop."""
        self._server.stop()
        self._running.forget()

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve until SIGINT or SIGTERM."""

        def ready() -> None:
            self._running.announce()
            on_ready()
            # What the start has made stays. To look through all of it for garbage stopped everything for 25 ms again
            # and again; now it is 5 (measured; under load the p99 of a webhook's answer went from 35 to 14 ms).
            gc.freeze()
            # Nearly everything that a request makes is gone with it; to look for garbage after every 700 things finds
            # nothing. After 20,000: three per cent less processor time for a webhook on the plain way (measured).
            gc.set_threshold(20_000)

        try:
            self._server.run(ready)
        finally:
            self._running.forget()


class _Application:
    """The ASGI application. Its parts are made when the event loop runs, and in the order they need each other."""

    def __init__(
        self,
        settings: Settings,
        address: str,
        announcement: Announcement,
        bells: Notifier,
        metrics: Metrics,
        health: Health,
        way: Way,
        clock: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._address = address
        self._announcement = announcement
        self._bells = bells
        self._metrics = metrics
        self._health = health
        self._way = way
        self._clock = clock
        self._faces = Starlette(lifespan=self._lifespan, exception_handlers=common.HANDLERS)
        self._framework: ASGIApp = CountsPolling(common.Hardened(self._faces), metrics)
        self._webhook: ASGIApp = self._framework

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hot = scope["type"] == "http" and scope["path"] == WEBHOOK
        await (self._webhook if hot else self._framework)(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        settings = self._settings
        async with contextlib.AsyncExitStack() as at_the_end:
            kept = store_for(settings.data_dir, settings.database_url, self._bells, [tables])
            store = measured(kept, self._metrics)
            links = measured_links(links_of(kept), self._metrics)
            data_key = await store.start(new_data_key(settings.master_key))
            at_the_end.push_async_callback(store.stop)
            self._health.watch(store)
            vault = Vault(settings.master_key, data_key)
            clock, pace = self._clock, RateLimits()
            graph = MeasuredGraph(
                self._metrics,
                settings.platform,
                settings.app,
                lambda page, limits: pace.told(page, limits, clock()),
            )
            at_the_end.push_async_callback(graph.close)
            transit = Transit(store, vault, self._bells, settings.app.id, clock)
            parts = Parts(store, links, vault, graph, settings.app, pace, transit, clock)
            sender, care = parts.sender, parts.care
            at_the_end.push_async_callback(_at_most, SENDS_FINISH_SECONDS, sender.finish)
            greeter = Greeter(store, vault, self._bells, sender, clock)
            hand_out = EventHandout(store, vault, self._bells, transit, parts.reply_time, clock)
            fetcher = Fetcher(settings.platform)
            at_the_end.push_async_callback(fetcher.close)
            conversations = Conversations(store, links, vault, graph, care, parts.reply_time, clock)
            entry = AccountAuth(store)
            files = FileRoutes(entry, store, vault, fetcher, self._address)
            sign_ins = SignIns(settings.app, settings.platform, graph, self._address + CALLBACK, store.ttl, vault)
            app_checks = AppChecks(graph, settings.app, self._address + WEBHOOK)
            world = World(
                app_checks,
                settings.platform,
                self._address + WEBHOOK,
                vault.verify_token,
                lambda: transit.other_products,
            )
            downloads = Downloads(settings.download_dir)
            registration = Registration(graph, settings.app, self._address + WEBHOOK, vault.verify_token)
            app.router.routes += [
                *AccountRoutes(entry, store, links, parts.linker, sender, settings.platform, app_checks).routes(),
                *EventRoutes(entry, hand_out, files).routes(),
                *MessageRoutes(entry, sender, conversations).routes(),
                *files.routes(),
                *DocsRoutes().routes(),
                *OAuthRoutes(store, sign_ins, self._address, by_hand=settings.sign_in_by_code).routes(),
                *CallbackRoutes(
                    DataRequests(links, parts.book, clock), settings.signing_secrets, self._address
                ).routes(),
                *AdminRoutes(store, registration, self._address, self._announcement, settings.admin_token).routes(),
                *DownloadRoutes(downloads, self._address).routes(),
                *LandingRoutes(downloads).routes(),
                *OperatorRoutes(store, self._health, self._metrics, settings, world, kept, self._announcement).routes(),
            ]
            patience = FailureRateLimit(settings.limits.failed_signatures_per_minute)
            doorkeeper = WebhookIngest(transit, care, settings.signing_secrets, self._metrics, patience)
            self._webhook = common.Hardened(http_webhook.WebhookEndpoint(doorkeeper, vault.verify_token), headers=())
            if settings.webhook_way == "short":
                self._way.open(doorkeeper)
            for work in (sender.run(), greeter.run(), care.run(), Forgetting(store, transit).run()):
                task = asyncio.create_task(work)
                task.add_done_callback(_died)
                at_the_end.push_async_callback(_cancelled, task)
            yield


def _died(task: asyncio.Task[None]) -> None:
    """Work in the background has no reader of its errors; without a word it would just not be done any more."""
    if not task.cancelled() and (error := task.exception()) is not None:
        place = "".join(traceback.format_tb(error.__traceback__)[-3:])
        log.critical("a part of the gateway has stopped by a defect: %s\n%s", type(error).__name__, place)


async def _at_most(seconds: float, ending: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ending(), seconds)


async def _cancelled(task: asyncio.Task[None]) -> None:
    while not task.done():
        task.cancel()  # again, because Python 3.11's wait_for can forget one that comes together with its event
        await asyncio.wait([task], timeout=1)
