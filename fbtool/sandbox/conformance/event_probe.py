"""The probe for an fbtool gateway: reads its events as a customer-service system does, and acknowledges them."""

import contextlib
import json
from typing import Any

import aiohttp

from fbtool.address import read_address
from fbtool.connection_code import Connection
from fbtool.language import current
from fbtool.problem import Problem
from fbtool.sandbox.conformance import markers
from fbtool.sandbox.conformance.probes import ProbeSilent
from fbtool.sandbox.conformance.problems import (
    AddressUnusable,
    EventsRefused,
    ForeignEvents,
    NoPageLinked,
    PagesNotLinked,
    ProbeUnreadable,
    TokenWouldBeVisible,
)

_PATH = "/v1/events"
_PAGES = "/v1/facebook/pages"
_LIMIT = 500
_WAIT_SECONDS = 1
_ANSWER_SECONDS = 15


class EventsProbe:
    """``GET /v1/events``. Never acknowledges an event that does not come from this suite.

    Args:
        address: of the gateway, with or without ``/v1/events``.
        token: of a messenger account, or its connection code.

    Raises:
        TokenWouldBeVisible: the address is plain http to another computer.
        ConnectionCodeUnreadable: the text begins as a connection code and is none.
    """

    name = "events"
    pause = 0.0

    def __init__(self, address: str, token: str) -> None:
        read = read_address(address)
        if read is None:
            raise AddressUnusable(address=address)
        if read.scheme != "https" and not read.is_this_computer:
            raise TokenWouldBeVisible(host=read.host)
        self._base = address.rstrip("/").removesuffix(_PATH)
        self._token = Connection.from_code(token).token if token.startswith("fbtool-") else token
        self._cursor = ""
        self._conversations: set[str] = set()
        self._session: aiohttp.ClientSession

    async def open(self) -> None:
        """Clear away what earlier runs of this suite left.

        Raises:
            ProbeUnreadable, EventsRefused, ForeignEvents: it cannot be used.
        """
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS),
            trust_env=False,
            headers={"Authorization": f"Bearer {self._token}", "Accept-Language": current()},
        )
        try:
            while await self._events(wait=0):
                pass
        except ProbeSilent as silence:
            await self._session.close()
            raise ProbeUnreadable(address=self._base + _PATH, reason=silence.args[0]) from None
        except BaseException:
            await self._session.close()
            raise

    async def pages(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """``wanted``, or the account's linked Pages.

        Raises:
            NoPageLinked, PagesNotLinked: there is none, or one that is wanted is not linked.
            ProbeUnreadable, EventsRefused: the gateway does not say.
        """
        try:
            answer = await self._get(_PAGES, {})
        except ProbeSilent as silence:
            raise ProbeUnreadable(address=self._base + _PAGES, reason=silence.args[0]) from None
        linked = tuple(link["page_id"] for link in answer["pages"])
        if not linked:
            raise NoPageLinked
        missing = [page for page in wanted if page not in linked]
        if missing:
            raise PagesNotLinked(pages=", ".join(missing))
        return wanted or linked

    async def look(self) -> list[str]:
        """The next events; waits a moment if there are none."""
        return await self._events(wait=_WAIT_SECONDS)

    async def close(self) -> None:
        """Acknowledge what was read, and hang up."""
        with contextlib.suppress(ProbeSilent, Problem):
            if self._cursor:
                await self._get(_PATH, {"after": self._cursor, "wait": "0", "limit": "1"})
        await self._session.close()

    async def _events(self, wait: int) -> list[str]:
        query = {"after": self._cursor, "wait": str(wait), "limit": str(_LIMIT)}
        batch = await self._get(_PATH, query)
        events = [(event, json.dumps(event, ensure_ascii=False)) for event in batch["events"]]
        self._conversations.update(event["conversation"] for event, text in events if markers.is_marked(text))
        if any(not self._is_ours(event, text) for event, text in events):
            self._cursor = ""
            raise ForeignEvents
        self._cursor = batch["cursor"] if events else ""
        return [text for _, text in events]

    def _is_ours(self, event: dict[str, Any], text: str) -> bool:
        # What the gateway itself says about a conversation of ours, such as a greeting's fate, is ours too.
        conversation = event["conversation"]
        return markers.is_marked(text) or (bool(conversation) and conversation in self._conversations)

    async def _get(self, path: str, query: dict[str, str]) -> Any:
        try:
            async with self._session.get(self._base + path, params=query, allow_redirects=False) as answer:
                content = json.loads(await answer.read())
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ProbeSilent(type(error).__name__) from None
        except ValueError:
            raise ProbeSilent(f"HTTP {answer.status}") from None
        if answer.status in (401, 403):
            raise EventsRefused(reason=content.get("title", answer.status))
        if answer.status != 200:
            raise ProbeSilent(f"HTTP {answer.status}")
        return content
