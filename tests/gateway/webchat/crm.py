"""A CRM that takes events and answers, whatever happens on the way: it repeats every call until it knows its fate."""

import asyncio
import itertools
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


class Crm:
    """One account's.

    Args:
        http: for all requests.
        address: of the gateway.
        token: of the account.
        took: called with each event, once it is taken.
        accepted: called with the text of an answer that the gateway has taken, its conversation and its id.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        address: str,
        token: str,
        took: Callable[[dict[str, Any]], None],
        accepted: Callable[[str, str, str], None] = lambda text, conversation, message_id: None,
    ) -> None:
        self._http = http
        self._address = address
        self._headers = {"Authorization": f"Bearer {token}"}
        self._took = took
        self._accepted = accepted
        self.refused: dict[str, str] = {}
        """Those that were not: text to the problem's code."""
        self._due: dict[str, deque[dict[str, Any] | None]] = defaultdict(deque)
        """What each conversation's next calls are; None: the one that ends it."""
        self._at_work: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def opens(self) -> None:
        """Begin to take events."""
        self._do(self._take())

    async def shuts(self) -> None:
        """Stop in the middle of whatever is done."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def answer(self, conversation: str, text: str, *, human: bool) -> None:
        """Queue an answer behind the others of its conversation; texts are never the same."""
        self._queue(conversation, {"conversation": conversation, "text": text, "human": human})

    def close(self, conversation: str) -> None:
        """End the conversation behind the answers that are queued."""
        self._queue(conversation, None)

    @property
    def busy(self) -> bool:
        """Whether something is not known to be accepted yet."""
        return any(self._due.values())

    def _queue(self, conversation: str, what: dict[str, Any] | None) -> None:
        self._due[conversation].append(what)
        if conversation not in self._at_work:
            self._at_work.add(conversation)
            self._do(self._work_off(conversation))

    async def _work_off(self, conversation: str) -> None:
        due = self._due[conversation]
        while due:
            if due[0] is None:
                await self._until_known("POST", f"conversations/{conversation}/close")
            else:
                await self._send(due[0])
            due.popleft()
        self._at_work.discard(conversation)

    async def _send(self, content: dict[str, Any]) -> None:
        key = {"Idempotency-Key": content["text"]}
        status, told = await self._until_known("POST", "messages", json=content, headers=key)
        if status == 202:
            self._accepted(content["text"], content["conversation"], told["id"])
        else:
            self.refused[content["text"]] = told["code"]

    async def _take(self) -> None:
        cursor = ""
        while True:
            query = {"after": cursor, "wait": "5", "limit": "500"}
            _, batch = await self._until_known("GET", "events", params=query)
            if "events" in batch:
                for event in batch["events"]:
                    self._took(event)
                cursor = batch["cursor"]

    async def _until_known(
        self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any
    ) -> tuple[int, dict[str, Any]]:
        """Ask until the gateway says something that stands."""
        url = f"{self._address}/v1/{path}"
        for count in itertools.count():
            with suppress(aiohttp.ClientError, OSError, ValueError):
                async with self._http.request(method, url, headers=self._headers | (headers or {}), **more) as got:
                    told = await got.json(content_type=None) if got.status != 204 else {}
                    if got.status < 500 and got.status != 429:
                        return got.status, told
            await asyncio.sleep(min(_FIRST_PAUSE * 2 ** min(count, 9), _LONGEST_PAUSE))
        raise AssertionError

    def _do(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
