"""Runs the gateway on one port."""

import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from fbtool import serving
from fbtool.gateway.clock import now_ms
from fbtool.gateway.composition import Composition
from fbtool.gateway.edge.client_addresses import ForwardedHeaders, TrustedProxies
from fbtool.gateway.edge.connection import behind
from fbtool.gateway.edge.connection_budgets import ConnectionBudgets
from fbtool.gateway.http import common
from fbtool.gateway.http.polling import CountsPolling
from fbtool.gateway.limits import IDLE_SECONDS
from fbtool.gateway.operation.run_file import RunFile
from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.telemetry.health import Health
from fbtool.gateway.telemetry.metrics import Metrics
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

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._settings = settings
        listeners = serving.listen(settings.host, settings.port)
        self.port = serving.port_of(listeners)
        self.address = settings.public_url or f"http://localhost:{self.port}"
        """The address that Facebook, browsers and CRMs use."""
        self._running = RunFile(settings.data_dir, self.listening)
        notifier = Notifier()
        metrics = Metrics()
        health = Health(settings.data_dir, settings.limits)

        def on_stop() -> None:
            health.stop()
            notifier.close()  # who waits for events is answered at once, not after the wait

        trusted = TrustedProxies(settings.trusted_proxies)
        budgets = ConnectionBudgets(settings.limits, trusted, metrics)
        composition = Composition(
            settings, self.address, notifier, metrics, health, budgets, self._running.announcement, clock
        )
        self._server = serving.Server(
            ForwardedHeaders(_Application(composition, metrics), trusted),
            listeners,
            on_stop=on_stop,
            protocol=behind(budgets),
            trusted_proxies=(),  # our own parser says who asks
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
            # nothing. Not much more than 2,000 either: connections of a web chat's visitors, which end with their
            # answer, leave rings of things, and 20,000 of them stopped everything for 12 to 21 ms; now it is 2 to 6.
            gc.set_threshold(2_000)

        try:
            self._server.run(ready)
        finally:
            self._running.forget()


class _Application:
    """The ASGI application: what is asked most often in front of the framework, all else behind it."""

    def __init__(self, composition: Composition, metrics: Metrics) -> None:
        self._composition = composition
        self._routes = Starlette(lifespan=self._lifespan, exception_handlers=common.HANDLERS)
        self._framework: ASGIApp = CountsPolling(common.Hardened(self._routes), metrics)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hot = self._composition.hot_paths.get(scope["path"]) if scope["type"] == "http" else None
        await (hot or self._framework)(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as at_the_end:
            await self._composition.start(app.router, at_the_end)
            yield
