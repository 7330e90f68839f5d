"""Looks through a probe until everything is there, or until nothing more comes."""

import asyncio
from collections.abc import Callable

from fbtool.sandbox.conformance.probes import Probe, ProbeSilent
from fbtool.sandbox.conformance.sightings import Sightings

_LONGEST = 120.0
"""Seconds after which even an endpoint that hands on for ever is not waited for."""


class Watch:
    """A probe and what it has shown so far."""

    def __init__(self, probe: Probe, sightings: Sightings) -> None:
        self._probe = probe
        self.sightings = sightings

    async def until(self, complete: Callable[[Sightings], bool], patience: float) -> None:
        """Return when ``complete`` is satisfied, or after ``patience`` seconds without any news.

        Raises:
            ForeignEvents: looking on would do harm.
        """
        clock = asyncio.get_running_loop().time
        begun = news = clock()
        while True:
            if await self._look():
                news = clock()
            if complete(self.sightings) or clock() - news >= patience or clock() - begun >= _LONGEST:
                return
            await asyncio.sleep(self._probe.pause)

    async def _look(self) -> bool:
        """Whether there was anything new of this run."""
        try:
            records = await self._probe.look()
        except ProbeSilent:
            # It may be the endpoint itself that does not answer now; what has been seen stays.
            await asyncio.sleep(0.1)
            return False
        return sum(self.sightings.add(record) for record in records) > 0
