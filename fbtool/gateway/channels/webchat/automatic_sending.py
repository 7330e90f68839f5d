"""Sends what a chat says by itself: the greeting, and replies as long as no person has answered.

What is due is planned together with the visitor's message, and cancelled together with a person's answer, so that no
crash makes a text twice, and none loses one. Every gateway of a database looks; whoever is first sends.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import msgspec

from fbtool.gateway.channels.port import Core
from fbtool.gateway.channels.webchat.automatic_texts import GREETING, AutomaticText, next_text
from fbtool.gateway.channels.webchat.served_accounts import ServedAccounts
from fbtool.gateway.channels.webchat.store import DueText, WebchatStore
from fbtool.gateway.channels.webchat.visitor_keys import source_of
from fbtool.gateway.messages import Author, Deadlines, OutboundMessage, new_message_id
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store.outbox import QueuedMessage

log = logging.getLogger("fbtool.gateway.webchat")
_AT_ONCE = 100
_LONGEST_SECONDS = 30.0


class AutomaticSending:
    """Queues automatic texts whose time has come."""

    def __init__(
        self, core: Core, store: WebchatStore, served: ServedAccounts, deadlines: Callable[[int], Deadlines]
    ) -> None:
        self._core = core
        self._store = store
        self._served = served
        self._deadlines = deadlines
        self._planned = asyncio.Event()

    def planned(self) -> None:
        """Something may have been planned: look at once."""
        self._planned.set()

    async def run(self) -> None:
        """Send what is due until cancelled."""
        while True:
            self._planned.clear()
            pause = _LONGEST_SECONDS
            try:
                await self._send_due()
                pause = await self._until_next()
            except StoreUnavailable:
                pass
            except Exception as defect:  # one text that cannot be made stops no other conversation's for ever
                log.error("automatic texts were not sent because of a defect: %s", type(defect).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._planned.wait()

    async def _send_due(self) -> None:
        while due := await self._store.due_texts(self._core.clock(), _AT_ONCE):
            settled = [await self._settle(one) for one in due]
            if not any(settled):
                return  # another gateway is at it

    async def _until_next(self) -> float:
        next_ms = await self._store.next_due_ms()
        if next_ms is None:
            return _LONGEST_SECONDS
        return min(max((next_ms - self._core.clock()) / 1000, 0.05), _LONGEST_SECONDS)

    async def _settle(self, due: DueText) -> bool:
        """Queue one text, or pass over it, and plan the following."""
        served, now = await self._served.get(due.account_id), self._core.clock()
        if served is None or not served.account.active:
            return await self._store.settle_due(due, None, None, now)
        greeting = served.account.greeting
        decided = next_text(served.settings, greeting, due, served.available_until_ms, now)
        message = self._message(due, decided.text, now) if decided.text else None
        settled = await self._store.settle_due(due, message, decided.following, now)
        if settled and message is not None:
            self._core.outbox_signal.notify(message.source_id)
        return settled

    def _message(self, due: DueText, text: AutomaticText, now: int) -> QueuedMessage | None:
        vault, message_id = self._core.vault, new_message_id(now)
        key = vault.address_of(due.conversation_id)
        if key is None:
            return None
        author = Author.GREETING if text.step == GREETING else Author.AUTOREPLY
        content = OutboundMessage(key.customer, text.text, author=author)
        return QueuedMessage(
            id=message_id,
            account_id=due.account_id,
            source_id=source_of(due.account_id),
            conversation=due.conversation,
            body=vault.seal(msgspec.json.encode(content), message_id),
            human=False,
            expires_ms=self._deadlines(now).anyone,
        )
