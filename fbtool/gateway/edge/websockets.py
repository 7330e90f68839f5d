"""A connection after its upgrade: WebSocket frames, which uvicorn's own class takes without a bound."""

import asyncio
from collections.abc import Callable
from typing import Any

from fbtool.gateway import limits as numbers
from fbtool.gateway.edge.deadline import Deadline
from fbtool.gateway.telemetry.metrics import Counter


class UpgradedConnection(asyncio.Protocol):
    """A connection that speaks WebSocket now: ``inner`` serves it, and ``leave`` is called at its end.

    Who has not been let in yet is not listened to, and who does not listen is not answered for ever: ``inner`` would
    keep whatever comes meanwhile, and a reply to each ping.
    """

    def __init__(
        self, inner: Any, transport: asyncio.Transport, turned_away: Counter, leave: Callable[[], None]
    ) -> None:
        self._inner = inner
        self._transport = transport
        self._turned_away = turned_away
        self._leave = leave
        self._reading = Deadline(asyncio.get_running_loop(), self._abandon)

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        if not self._inner.handshake_complete:
            self._abandon("early_frames")  # a client waits for the answer before it goes on (RFC 6455, 4.1)
            return
        self._inner.data_received(data)
        if len(self._inner.frames) > numbers.FRAGMENTS:
            self._abandon("many_fragments")

    def eof_received(self) -> Any:
        """Pass it on."""
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        """The reader is slower than we are: so we do not listen either."""
        self._inner.pause_writing()
        self._transport.pause_reading()
        if not self._reading.is_set:
            self._reading.set(numbers.READING_SECONDS, "slow_reader")

    def resume_writing(self) -> None:
        """The reader goes on."""
        self._inner.resume_writing()
        if not self._inner.read_paused:
            self._transport.resume_reading()
        self._reading.end()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end, for both."""
        self._reading.end()
        self._leave()
        self._inner.connection_lost(exc)

    def _abandon(self, reason: str) -> None:
        self._turned_away.add(reason)
        self._transport.abort()
