"""Sends deliveries and measures their answers."""

import asyncio
import contextlib
import io
import os
from collections.abc import AsyncIterator
from typing import Self
from urllib.parse import urlsplit

import aiohttp

from fbtool.language import say
from fbtool.sandbox.conformance.delivery import Answer, Delivery, Round
from fbtool.sandbox.conformance.problems import WebhookUnreachable
from fbtool.sandbox.conformance.settings import RunLimits

_ANSWER_BYTES = 4_096
"""More of an answer is not read: only a challenge is looked at."""
_DRIPS = 10
_DRIP_SECONDS = 0.05


class Sender:
    """The network's side of a run. Each delivery has its own connection, and none is redirected."""

    def __init__(self, webhook: str, limits: RunLimits) -> None:
        self._webhook = webhook
        self._limits = limits
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        # A kept connection may be closed by the server in the very moment of its next use; that would be our fault.
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        timeout = aiohttp.ClientTimeout(total=self._limits.give_up)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def reach(self) -> None:
        """Make sure that somebody listens.

        Raises:
            WebhookUnreachable: nobody does.
        """
        parts = urlsplit(self._webhook)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            async with asyncio.timeout(self._limits.give_up):
                _, writer = await asyncio.open_connection(parts.hostname, port)
        except (OSError, TimeoutError) as error:
            raise WebhookUnreachable(address=self._webhook, reason=_reason(error)) from None
        writer.close()

    async def send(self, together: Round) -> list[Answer]:
        """Send deliveries at the same moment; the answers in their order."""
        meeting = _Meeting(together, self._limits.answer_within + 1)
        return await asyncio.gather(*(self._repeated(delivery, meeting) for delivery in together))

    async def _repeated(self, delivery: Delivery, meeting: "_Meeting") -> Answer:
        await meeting.may_start(delivery)
        answer = await self._once(delivery, meeting)
        for _ in range(delivery.tries - 1):
            if delivery.demand.allows(answer.status) or answer.timed_out:
                break
            answer = await self._once(delivery, meeting)
        meeting.answered(delivery)
        return answer

    async def _once(self, delivery: Delivery, meeting: "_Meeting") -> Answer:
        clock = asyncio.get_running_loop().time
        begun = clock()

        def seconds() -> float:
            return clock() - (meeting.last_drop if delivery.drips and meeting.last_drop else begun)

        headers = {**delivery.headers}
        data: AsyncIterator[bytes] | io.BytesIO | None = None
        if delivery.drips:
            headers["Content-Length"] = str(len(delivery.body))
            data = meeting.dripping(delivery.body)
        elif delivery.method == "POST":
            data = io.BytesIO(delivery.body)
        try:
            async with self._session.request(
                delivery.method, self._webhook, params=delivery.query, headers=headers, data=data, allow_redirects=False
            ) as response:
                text = (await response.content.read(_ANSWER_BYTES)).decode("utf-8", "replace")
                return Answer(response.status, seconds(), text)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return Answer(0, seconds(), trouble=_reason(error), timed_out=isinstance(error, TimeoutError))


class _Meeting:
    """What the deliveries of one round know of each other.

    A dripping body begins before its neighbours, and its last piece waits until they are answered or have waited
    too long. So a server that serves one connection after the other is found out, and a good one costs no time.
    """

    def __init__(self, together: Round, longest: float) -> None:
        self._steady = sum(not one.drips for one in together)
        self._longest = longest
        self._dripping = asyncio.Event()
        self._others_answered = asyncio.Event()
        self.last_drop = 0.0
        """When the last piece of the dripping body went out, on the event loop's clock."""
        if self._steady == len(together):
            self._dripping.set()
        if not self._steady:
            self._others_answered.set()

    async def may_start(self, delivery: Delivery) -> None:
        """Wait for the neighbour that drips."""
        if not delivery.drips:
            await _within(self._longest, self._dripping)

    def answered(self, delivery: Delivery) -> None:
        """Count one neighbour less to wait for."""
        self._steady -= not delivery.drips
        if not self._steady:
            self._others_answered.set()

    async def dripping(self, body: bytes) -> AsyncIterator[bytes]:
        """The body in small pieces."""
        size = len(body) // _DRIPS + 1
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        for piece in pieces[:-1]:
            yield piece
            self._dripping.set()
            await asyncio.sleep(_DRIP_SECONDS)
        await _within(self._longest, self._others_answered)
        self.last_drop = asyncio.get_running_loop().time()
        yield pieces[-1]


async def _within(seconds: float, event: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def _reason(error: BaseException) -> str:
    """What the system calls the error, or its kind. The text of an exception may hold anything."""
    if isinstance(error, TimeoutError):
        return str(say("no answer in time"))
    number = getattr(error, "errno", None)
    return os.strerror(number) if number else str(say("the connection broke"))
