"""Probes: how the suite learns what the tested endpoint handed on.

Each returns *records*, new ones at every look, in the order in which they were handed on.
"""

import asyncio
import json
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from fbtool.language import say
from fbtool.sandbox.conformance.problems import LogUnreadable, ProbeUnreadable
from fbtool.sandbox.conformance.settings import MADE_UP_PAGES

_ANSWER_SECONDS = 10


class ProbeSilent(Exception):
    """This look failed; the next may succeed."""


class Probe(Protocol):
    """One way to see what arrived."""

    name: str
    """What the report calls it."""
    pause: float
    """Seconds between two looks."""

    async def open(self) -> None:
        """Get ready; what was handed on before is not looked at.

        Raises:
            Problem: there is nothing to look at.
        """

    async def pages(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """The Pages to write to: ``wanted``, or those that suit if none is wanted."""

    async def look(self) -> list[str]:
        """The records since the last look.

        Raises:
            ProbeSilent: it cannot tell at the moment.
        """

    async def close(self) -> None:
        """Let go."""


class LogProbe:
    """A text file to which the endpoint adds a line for each message."""

    name = "log"
    pause = 0.05

    def __init__(self, file: Path) -> None:
        self._file = file
        self._position = 0
        self._begun = b""

    async def open(self) -> None:
        """Begin at the present end.

        Raises:
            LogUnreadable: it does not exist or is not for us.
        """
        try:
            self._position = (await asyncio.to_thread(self._file.stat)).st_size
            await asyncio.to_thread(self._added)
        except OSError as error:
            raise LogUnreadable(file=self._file, reason=error.strerror) from None

    async def pages(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Any will do."""
        return wanted or MADE_UP_PAGES

    async def look(self) -> list[str]:
        """Every line that has ended since the last look."""
        try:
            added = await asyncio.to_thread(self._added)
        except OSError as error:
            raise ProbeSilent from error
        *lines, self._begun = (self._begun + added).split(b"\n")
        return [line.decode("utf-8", "replace") for line in lines if line]

    async def close(self) -> None:
        """Nothing to do."""

    def _added(self) -> bytes:
        with self._file.open("rb") as file:
            if file.seek(0, 2) < self._position:
                # The log was started anew.
                self._position, self._begun = 0, b""
            file.seek(self._position)
            added = file.read()
            self._position = file.tell()
            return added


class UrlProbe:
    """An address that answers with everything handed on so far: a JSON list, or one JSON value in each line."""

    name = "probe"
    pause = 0.1

    def __init__(self, address: str) -> None:
        self._address = address
        self._known = 0
        self._session: aiohttp.ClientSession

    async def open(self) -> None:
        """Look for the first time.

        Raises:
            ProbeUnreadable: it does not answer, or not as promised.
        """
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS),
            trust_env=False,
            headers={"Accept": "application/json"},
        )
        try:
            await self.look()
        except ProbeSilent as silence:
            await self.close()
            raise ProbeUnreadable(address=self._address, reason=silence.args[0]) from None

    async def pages(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Any will do."""
        return wanted or MADE_UP_PAGES

    async def look(self) -> list[str]:
        """What the list has more than at the last look."""
        records = await self._records()
        if len(records) < self._known:
            # The endpoint was started anew, with an empty memory.
            self._known = 0
        new, self._known = records[self._known :], len(records)
        return new

    async def close(self) -> None:
        """Hang up."""
        await self._session.close()

    async def _records(self) -> list[str]:
        try:
            async with self._session.get(self._address, allow_redirects=False) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ProbeSilent(type(error).__name__) from None
        if answer.status != 200:
            raise ProbeSilent(f"HTTP {answer.status}")
        try:
            return [json.dumps(one, ensure_ascii=False) for one in _listed(body)]
        except ValueError:
            raise ProbeSilent(say("the answer is no JSON")) from None


def _listed(body: bytes) -> list[Any]:
    """The elements of a list, or of JSON lines.

    Raises:
        ValueError: it is neither.
    """
    try:
        whole = json.loads(body)
    except ValueError:
        return [json.loads(line) for line in body.splitlines() if line.strip()]
    return whole if isinstance(whole, list) else [whole]
