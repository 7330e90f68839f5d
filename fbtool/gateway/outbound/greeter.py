"""The account's greeting: sent once to each customer, right after their first message.

That somebody is to be greeted is stored together with their message, and that they were greeted together with
the queued greeting. So no crash makes a second greeting, and none loses one.
"""

import asyncio
import contextlib
from collections.abc import Callable

import msgspec

from fbtool.gateway.messages import Author, OutboundMessage, new_message_id
from fbtool.gateway.outbound.registry import ChannelRegistry, RunningChannel
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store import Store
from fbtool.gateway.store.conversations import GreetingDue
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.vault import Vault

_AT_ONCE = 100
_LONGEST_SLEEP_S = 60.0


class Greeter:
    """Turns greetings that are due into messages on their way.

    Args:
        due: set when a customer waits for a greeting.
    """

    def __init__(
        self, store: Store, vault: Vault, channels: ChannelRegistry, due: asyncio.Event, clock: Callable[[], int]
    ) -> None:
        self._store = store
        self._vault = vault
        self._channels = channels
        self._due = due
        self._clock = clock

    async def run(self) -> None:
        """Greet who is due until cancelled."""
        while True:
            self._due.clear()
            with contextlib.suppress(StoreUnavailable):
                await self._greet_all()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_SLEEP_S):
                    await self._due.wait()

    async def _greet_all(self) -> None:
        for running in self._channels:
            while due := await self._store.conversations.greetings_due(running.name, _AT_ONCE):
                for one in due:
                    await self._store.conversations.greet(one.conversation, self._greeting(running, one), self._clock())
                    running.sender.wake(one.source_id)

    def _greeting(self, running: RunningChannel, due: GreetingDue) -> QueuedMessage | None:
        """The message; None if there is nothing to say any more, or it would come too late."""
        key = self._vault.address_of(due.conversation_id)
        if key is None or not due.text:
            return None
        ends = running.channel.deadlines(due.since_ms)
        if self._clock() >= ends.anyone:
            return None
        message_id = new_message_id(self._clock())
        content = OutboundMessage(key.customer, due.text, author=Author.GREETING)
        return QueuedMessage(
            id=message_id,
            account_id=due.account_id,
            source_id=due.source_id,
            conversation=due.conversation,
            body=self._vault.seal(msgspec.json.encode(content), message_id),
            human=False,
            expires_ms=ends.anyone,
        )
