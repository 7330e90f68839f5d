"""In front of the webhook: counts deliveries, and tires of those whose signatures are wrong.

A delivery that is signed well is never limited here, whoever sends it: the signature is always checked. An address
that keeps sending wrong ones is answered 429 instead of 403, and at once where no signature was given at all.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fbtool.gateway.metrics import Metrics

_REMEMBERED = 10_000
"""Addresses whose failures are remembered; beyond it the one that failed longest ago is forgotten."""
_REFUSED = 403
_TIRED = 429


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
    """An ASGI application around the webhook's."""

    def __init__(self, app: ASGIApp, metrics: Metrics, patience: Patience) -> None:
        self._app = app
        self._metrics = metrics
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request to the webhook."""
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        address = (scope.get("client") or ("",))[0]

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] == _REFUSED:
                    message = self._refused(message, address)
                self._count(message["status"], time.perf_counter() - started)
            await send(message)

        if not _claims_signature(scope) and self._patience.is_over(address):
            await counted({"type": "http.response.start", "status": _REFUSED, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body"})
            return
        await self._app(scope, receive, counted)

    def _refused(self, message: Message, address: str) -> Message:
        self._metrics.forged.add()
        if self._patience.failed(address):
            return message
        return {**message, "status": _TIRED, "headers": [*message["headers"], (b"retry-after", b"60")]}

    def _count(self, status: int, seconds: float) -> None:
        self._metrics.webhooks.add(str(status))
        self._metrics.webhook_seconds.observe(seconds)
        if status == 200:
            self._metrics.webhook_last.set(time.time())


def _claims_signature(scope: Scope) -> bool:
    return any(name == b"x-hub-signature-256" for name, _ in scope["headers"])
