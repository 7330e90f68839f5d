"""Judges deliveries: checks the signature, has the rest stored, counts, and blocks those who sign wrongly.

A delivery that is signed well is never limited here, whoever sends it: the signature is always checked. An address
that keeps sending wrong ones is answered 429 instead of 403.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import NamedTuple

from fbtool.gateway.channels.facebook.link_monitor import LinkMonitor
from fbtool.gateway.channels.facebook.webhook_events import WebhookEvents
from fbtool.gateway.edge.client_addresses import client_of
from fbtool.gateway.edge.failure_rate_limit import FailureRateLimit
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.meta.webhook import Signatures

log = logging.getLogger("fbtool.gateway.webhook")

PATH = "/facebook/webhook"
SIGNATURE = b"x-hub-signature-256"
RETRY_AFTER = b"60"
"""Seconds after which an address that was answered 429 may try again."""
BLOCKED = 429
_STORED, _REFUSED, _BROKEN, _LATER = 200, 403, 500, 503


class _Delivery(NamedTuple):
    """A delivery whose sender awaits the answer."""

    body: bytes
    """As it came; not a word of it is read before the signature is proven."""
    signature: bytes
    """The header ``X-Hub-Signature-256``, empty if there is none."""
    address: str
    """Who sends it, for counting wrong signatures."""
    told: asyncio.Future[int]

    def answer(self, status: int) -> None:
        """Tell the HTTP status, if somebody still waits: 200 only when everything is on disk."""
        if not self.told.done():
            self.told.set_result(status)


class WebhookIngest:
    """Decides about each delivery.

    What comes in one turn of the event loop is judged, read and stored together.
    """

    def __init__(
        self,
        events: WebhookEvents,
        monitor: LinkMonitor,
        secrets: tuple[str, ...],
        metrics: Metrics,
        failures: FailureRateLimit,
    ) -> None:
        self._events = events
        self._monitor = monitor
        self._signatures = Signatures(secrets)
        self._metrics = metrics
        self._failures = failures
        self._brought: list[_Delivery] = []
        self._work: set[asyncio.Task[None]] = set()

    async def take(self, body: bytes, signature: bytes, address: str) -> int:
        """Have a delivery judged; the HTTP status for it."""
        loop = asyncio.get_running_loop()
        if not self._brought:
            work = loop.create_task(self._judge())
            self._work.add(work)
            work.add_done_callback(self._work.discard)
        told = loop.create_future()
        self._brought.append(_Delivery(body, signature, address, told))
        status: int = await told
        return status

    def is_blocked(self, address: str) -> bool:
        """Whether the next wrong signature from there will be one too many."""
        return self._failures.is_over(client_of(address))

    def refuse(self, address: str) -> int:
        """The HTTP status for a delivery without a signature, whose body need not be waited for."""
        status = self._failed(address)
        self._metrics.webhooks.add(str(status))
        return status

    async def _judge(self) -> None:
        brought, self._brought = self._brought, []
        try:
            await self._judge_all(brought, time.perf_counter())
        except Exception as defect:
            log.critical("deliveries could not be judged because of a defect: %s", type(defect).__name__)
            for delivery in brought:
                delivery.answer(_BROKEN)  # else their senders would wait for ever

    async def _judge_all(self, brought: Sequence[_Delivery], started: float) -> None:
        signed = []
        for delivery in brought:
            if self._signatures.prove(delivery.body, delivery.signature):
                signed.append(delivery)
            else:
                log.warning("a delivery with a wrong or missing signature was refused")
                self._answer([delivery], self._failed(delivery.address), started)
        if signed:
            await self._store(signed, started)

    def _failed(self, address: str) -> int:
        self._metrics.forged.add()
        return _REFUSED if self._failures.failed(client_of(address)) else BLOCKED

    async def _store(self, deliveries: Sequence[_Delivery], started: float) -> None:
        try:
            accepted = await self._events.receive([delivery.body for delivery in deliveries])
        except StoreUnavailable:
            log.info("could not be stored: %d; Facebook will send them again", len(deliveries))  # the store says why
            self._answer(deliveries, _LATER, started)
        except Exception as defect:
            await self._store_each(deliveries, started, defect)
        else:
            self._monitor.note_strays(accepted.strays)
            log.info("stored %d, repeated %d, unlinked %d", accepted.stored, accepted.repeated, accepted.unlinked)
            self._answer_all(deliveries, accepted.refused, started)

    async def _store_each(self, deliveries: Sequence[_Delivery], started: float, defect: Exception) -> None:
        """One delivery that we cannot cope with must not keep its neighbours out."""
        if len(deliveries) > 1:
            for delivery in deliveries:
                await self._store([delivery], started)
        else:
            log.critical("a delivery could not be taken because of a defect: %s", type(defect).__name__)
            self._answer(deliveries, _BROKEN, started)

    def _answer_all(self, deliveries: Sequence[_Delivery], refused: frozenset[int], started: float) -> None:
        if not refused:
            self._answer(deliveries, _STORED, started)
            return
        log.error("deliveries were refused (%d): an account has too much waiting", len(refused))
        for number, delivery in enumerate(deliveries):
            self._answer([delivery], _LATER if number in refused else _STORED, started)

    def _answer(self, deliveries: Sequence[_Delivery], status: int, started: float) -> None:
        for delivery in deliveries:
            delivery.answer(status)
        self._metrics.webhooks.add(str(status), by=len(deliveries))
        self._metrics.webhook_seconds.observe(time.perf_counter() - started, times=len(deliveries))
        if status in {_LATER, _BROKEN}:
            self._monitor.note_failed_delivery()
        if status == _STORED:
            self._metrics.webhook_last.set(time.time())
