"""Judges deliveries: checks the signature, has the rest stored, counts, and tires of those who sign wrongly.

A delivery that is signed well is never limited here, whoever sends it: the signature is always checked. An address
that keeps sending wrong ones is answered 429 instead of 403.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from fbtool.gateway.channels.facebook.link_checks import LinkMonitor
from fbtool.gateway.delivery.receiving import Transit
from fbtool.gateway.edge.origins import origin_of
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.meta.webhook import Signatures

log = logging.getLogger("fbtool.gateway.webhook")

_REMEMBERED = 10_000
"""Addresses whose failures are remembered; beyond it the one that failed longest ago is forgotten."""
PATH = "/facebook/webhook"
SIGNATURE = b"x-hub-signature-256"
RETRY_AFTER = b"60"
"""Seconds after which an address that was answered 429 may try again."""
TIRED = 429
_STORED, _REFUSED, _BROKEN, _LATER = 200, 403, 500, 503


class FailureRateLimit:
    """So many failures a minute for each address, as a bucket that refills steadily."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def failed(self, address: str) -> bool:
        """Count a failure; whether there was patience left for it."""
        left = self._remaining(address)
        self._left[address] = (max(left - 1, 0), self._clock())
        self._left.move_to_end(address)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return left >= 1

    def is_over(self, address: str) -> bool:
        """Whether the next failure would be one too many."""
        return self._remaining(address) < 1

    def _remaining(self, address: str) -> float:
        left, at = self._left.get(address, (self._most, 0.0))
        return min(self._most, left + (self._clock() - at) * self._most / 60)


class Delivery(Protocol):
    """One delivery, and who waits for its answer."""

    @property
    def body(self) -> bytes:
        """As it came; not a word of it is read before the signature is proven."""

    @property
    def signature(self) -> bytes:
        """The header ``X-Hub-Signature-256``, empty if there is none."""

    @property
    def address(self) -> str:
        """Who sends it, for counting wrong signatures."""

    def answer(self, status: int) -> None:
        """Take the HTTP status: 200 only when everything is on disk. Only the first one counts."""


class WebhookIngest:
    """Decides about each delivery, on whichever way it came in.

    What comes in one turn of the event loop is judged, read and stored together.
    """

    def __init__(
        self,
        transit: Transit,
        care: LinkMonitor,
        secrets: tuple[str, ...],
        metrics: Metrics,
        patience: FailureRateLimit,
    ) -> None:
        self._transit = transit
        self._care = care
        self._signatures = Signatures(secrets)
        self._metrics = metrics
        self._patience = patience
        self._brought: list[Delivery] = []
        self._work: set[asyncio.Task[None]] = set()

    def bring(self, delivery: Delivery) -> None:
        """Have a delivery judged; it is answered later."""
        if not self._brought:
            work = asyncio.get_running_loop().create_task(self._judge())
            self._work.add(work)
            work.add_done_callback(self._work.discard)
        self._brought.append(delivery)

    async def take(self, body: bytes, signature: bytes, address: str) -> int:
        """Have a delivery judged; the HTTP status for it."""
        told = asyncio.get_running_loop().create_future()
        self.bring(_Asked(body, signature, address, told))
        status: int = await told
        return status

    def is_tired_of(self, address: str) -> bool:
        """Whether the next wrong signature from there will be one too many."""
        return self._patience.is_over(origin_of(address))

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

    async def _judge_all(self, brought: Sequence[Delivery], started: float) -> None:
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
        return _REFUSED if self._patience.failed(origin_of(address)) else TIRED

    async def _store(self, deliveries: Sequence[Delivery], started: float) -> None:
        try:
            accepted = await self._transit.receive([delivery.body for delivery in deliveries])
        except StoreUnavailable:
            log.info("could not be stored: %d; Facebook will send them again", len(deliveries))  # the store says why
            self._answer(deliveries, _LATER, started)
        except Exception as defect:
            await self._store_each(deliveries, started, defect)
        else:
            self._care.strayed(accepted.strays)
            log.info("stored %d, repeated %d, unlinked %d", accepted.stored, accepted.repeated, accepted.unlinked)
            self._answer_all(deliveries, accepted.refused, started)

    async def _store_each(self, deliveries: Sequence[Delivery], started: float, defect: Exception) -> None:
        """One delivery that we cannot cope with must not keep its neighbours out."""
        if len(deliveries) > 1:
            for delivery in deliveries:
                await self._store([delivery], started)
        else:
            log.critical("a delivery could not be taken because of a defect: %s", type(defect).__name__)
            self._answer(deliveries, _BROKEN, started)

    def _answer_all(self, deliveries: Sequence[Delivery], refused: frozenset[int], started: float) -> None:
        if not refused:
            self._answer(deliveries, _STORED, started)
            return
        log.error("deliveries were refused (%d): an account has too much waiting", len(refused))
        for number, delivery in enumerate(deliveries):
            self._answer([delivery], _LATER if number in refused else _STORED, started)

    def _answer(self, deliveries: Sequence[Delivery], status: int, started: float) -> None:
        for delivery in deliveries:
            delivery.answer(status)
        self._metrics.webhooks.add(str(status), by=len(deliveries))
        self._metrics.webhook_seconds.observe(time.perf_counter() - started, times=len(deliveries))
        if status in {_LATER, _BROKEN}:
            self._care.undelivered()
        if status == _STORED:
            self._metrics.webhook_last.set(time.time())


class _Asked(NamedTuple):
    """A delivery whose sender awaits the answer."""

    body: bytes
    signature: bytes
    address: str
    told: asyncio.Future[int]

    def answer(self, status: int) -> None:
        """Tell it, if somebody still waits."""
        if not self.told.done():
            self.told.set_result(status)
