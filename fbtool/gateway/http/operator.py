"""The operator's face: alive, ready, metrics, and what is held. The first two tell strangers nothing of worth."""

import time

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from fbtool import __version__
from fbtool.gateway.http.auth import operators_only
from fbtool.gateway.http.common import Json, language_of
from fbtool.gateway.http.endpoints import Endpoint
from fbtool.gateway.operation import database_checks
from fbtool.gateway.operation.run_file import Announcement
from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.outbound.registry import ChannelRegistry
from fbtool.gateway.problems import NothingHere, StoreUnavailable
from fbtool.gateway.store import Copies, Store
from fbtool.gateway.telemetry.health import Health
from fbtool.gateway.telemetry.metrics import CONTENT_TYPE, Metrics


class OperatorRoutes:
    """Handlers for who watches the gateway."""

    def __init__(
        self,
        store: Store,
        health: Health,
        metrics: Metrics,
        settings: Settings,
        channels: ChannelRegistry,
        announcement: Announcement,
    ) -> None:
        self._announcement = announcement
        self._store = store
        self._channels = channels
        self._health = health
        self._metrics = metrics
        self._settings = settings

    def routes(self) -> list[Route]:
        """Where the handlers are."""
        tokens = (self._settings.admin_token, self._announcement.secret)
        admin, watcher = operators_only(*tokens), operators_only(self._settings.metrics_token, *tokens)
        return [
            Route("/healthz", self.alive, methods=["GET"]),
            Route("/readyz", self.ready, methods=["GET"]),
            Route("/metrics", watcher(self.metrics), methods=["GET"]),
            Endpoint("GET", "/admin/holdings", self.holdings, behind=admin),
            Endpoint("GET", "/admin/checks", self.checks, behind=admin),
            Endpoint("GET", "/admin/backup", self.backup, behind=admin),
        ]

    async def alive(self, request: Request) -> Response:
        """Whether the process and its loop answer; looks at nothing else."""
        return PlainTextResponse("ok")

    async def ready(self, request: Request) -> Response:
        """Whether it can do its work; otherwise why not, a line for each reason."""
        troubles = await self._health.troubles()
        return PlainTextResponse("\n".join(troubles), 503) if troubles else PlainTextResponse("ready")

    async def metrics(self, request: Request) -> Response:
        """Everything counted, for Prometheus. Needs the metrics token or the admin token."""
        return Response(self._metrics.text(await self._now(), __version__), media_type=CONTENT_TYPE)

    async def holdings(self, request: Request) -> Response:
        """What is held right now, as counts."""
        return Json((await self._store.holdings()).document())

    async def checks(self, request: Request) -> Response:
        """What asking the database, Facebook and the public address with the keys in use says."""
        language = language_of(request)
        found = [*await database_checks.findings(self._settings, self._store)]
        for one in self._channels:
            found += await one.channel.checks(reachable=True)
        return Json({"checks": [one.as_json(language) for one in found]})

    async def backup(self, request: Request) -> Response:
        """A consistent copy of the database; its contents are sealed, and the master key is not in it."""
        if not isinstance(self._store, Copies):
            raise NothingHere  # PostgreSQL has its own ways
        return Response(await self._store.copy(), media_type="application/vnd.sqlite3")

    async def _now(self) -> dict[str, tuple[str, float]]:
        troubles = await self._health.troubles()
        now: dict[str, tuple[str, float]] = {
            "gateway_gateways": ("Gateways on this database; they share Facebook's limits.", self._store.gateways),
            "gateway_ready": ("1 if the gateway is ready, as /readyz says.", float(not troubles)),
            "gateway_store_free_bytes": ("Free space where the data is.", self._health.free_bytes()),
        }
        size = sum(file.stat().st_size for file in self._settings.data_dir.glob("gateway.sqlite*"))
        now["gateway_store_bytes"] = ("Size of the embedded database and its log of changes.", size)
        try:
            held = await self._store.holdings()
        except StoreUnavailable:
            return now  # the rest is worth having all the same
        oldest = held.oldest_event_ms
        age = max(time.time() - oldest / 1000, 0.0) if oldest else 0.0
        return now | {
            "gateway_events_waiting": ("Events that wait for an acknowledgement.", held.events_waiting),
            "gateway_oldest_event_age_seconds": ("Age of the oldest of them.", age),
            "gateway_send_queue": ("Answers that are still to be sent.", held.messages_queued),
            "gateway_dead_letters": ("Deliveries set aside because nobody could read them.", held.set_aside),
            **{f"gateway_{name}": ("Kept by a channel.", count) for name, count in held.of_channels.items()},
        }
