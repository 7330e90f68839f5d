"""The account's greeting: sent once to each customer, right after their first message.

That somebody is to be greeted is stored together with their message, and that they were greeted together with
the queued greeting. So no crash makes a second greeting, and none loses one.
"""

import asyncio
import contextlib
from collections.abc import Callable

import msgspec

from fbtool.facebook import window
from fbtool.gateway.accounts import Channel
from fbtool.gateway.clock import now_ms
from fbtool.gateway.delivery.receiving import GREETINGS
from fbtool.gateway.outbound.messages import OutboundMessage
from fbtool.gateway.outbound.sender import Sender
from fbtool.gateway.own_messages import Author, new_message_id
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store import Store
from fbtool.gateway.store.conversations import GreetingDue
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.vault import Vault
from fbtool.gateway.wakeups import Notifier

_AT_ONCE = 100
_LONGEST_SLEEP_S = 60.0


class Greeter:
    """Turns greetings that are due into messages on their way."""

    def __init__(
        self, store: Store, vault: Vault, bells: Notifier, sender: Sender, clock: Callable[[], int] = now_ms
    ) -> None:
        self._store = store
        self._vault = vault
        self._bells = bells
        self._sender = sender
        self._clock = clock

    async def run(self) -> None:
        """Greet who is due until cancelled."""
        while True:
            bell = self._bells.listen(GREETINGS)
            with contextlib.suppress(StoreUnavailable):
                await self._greet_all()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), _LONGEST_SLEEP_S)

    async def _greet_all(self) -> None:
        while due := await self._store.conversations.greetings_due(Channel.FACEBOOK, _AT_ONCE):
            for one in due:
                await self._store.conversations.greet(one.conversation, self._greeting(one), self._clock())
                self._sender.wake(one.source_id)

    def _greeting(self, due: GreetingDue) -> QueuedMessage | None:
        """The message; None if there is nothing to say any more or it would come too late."""
        address = self._vault.address_of(due.conversation_id)
        ends = window.deadlines(due.since_ms)
        if address is None or not due.text or self._clock() >= ends.anyone:
            return None
        message_id = new_message_id(self._clock())
        letter = OutboundMessage(address.customer, due.text, author=Author.GREETING)
        return QueuedMessage(
            id=message_id,
            account_id=due.account_id,
            source_id=due.source_id,
            conversation=due.conversation,
            body=self._vault.seal(msgspec.json.encode(letter), message_id),
            human=False,
            expires_ms=ends.anyone,
        )
