"""Judges deliveries: checks the signature, has the rest stored, counts, and tires of those who sign wrongly.

A delivery that is signed well is never limited here, whoever sends it: the signature is always checked. An address
that keeps sending wrong ones is answered 429 instead of 403.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable

from fbtool.facebook import webhook
from fbtool.gateway.linkage.care import Care
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.gateway.transit.receiving import Transit

log = logging.getLogger("fbtool.gateway.webhook")

_REMEMBERED = 10_000
"""Addresses whose failures are remembered; beyond it the one that failed longest ago is forgotten."""
PATH = "/facebook/webhook"
SIGNATURE = b"x-hub-signature-256"
RETRY_AFTER = b"60"
"""Seconds after which an address that was answered 429 may try again."""
TIRED = 429
_STORED, _REFUSED, _LATER = 200, 403, 503


class Patience:
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


class Doorkeeper:
    """Decides about each delivery, on whichever way it came in."""

    def __init__(
        self, transit: Transit, care: Care, secrets: tuple[str, ...], metrics: Metrics, patience: Patience
    ) -> None:
        self._transit = transit
        self._care = care
        self._secrets = secrets
        self._metrics = metrics
        self._patience = patience

    async def take(self, body: bytes, signature: str, address: str) -> int:
        """The HTTP status for a delivery: 200 only when everything is on disk.

        Args:
            body: as it came; not a word of it is read before the signature is proven.
            signature: the header ``X-Hub-Signature-256``, empty if there is none.
            address: who sends it, for counting wrong signatures.
        """
        started = time.perf_counter()
        if webhook.is_signed(body, signature, self._secrets):
            status = await self._store(body)
        else:
            log.warning("a delivery with a wrong or missing signature was refused")
            status = self._failed(address)
        self._count(status, time.perf_counter() - started)
        return status

    def is_tired_of(self, address: str) -> bool:
        """Whether the next wrong signature from there will be one too many."""
        return self._patience.is_over(address)

    def refuse(self, address: str) -> int:
        """The HTTP status for a delivery without a signature, whose body need not be waited for."""
        status = self._failed(address)
        self._count(status, 0)
        return status

    def _failed(self, address: str) -> int:
        self._metrics.forged.add()
        return _REFUSED if self._patience.failed(address) else TIRED

    def _count(self, status: int, seconds: float) -> None:
        self._metrics.webhooks.add(str(status))
        self._metrics.webhook_seconds.observe(seconds)
        if status == _STORED:
            self._metrics.webhook_last.set(time.time())

    async def _store(self, body: bytes) -> int:
        try:
            accepted = await self._transit.receive(body)
        except StoreUnavailable:
            log.error("a delivery could not be stored; Facebook will send it again")
            return _LATER
        self._care.strayed(accepted.strays)
        log.info("stored %d, repeated %d, unlinked %d", accepted.stored, accepted.repeated, accepted.unlinked)
        return _STORED
