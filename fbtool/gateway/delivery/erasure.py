"""Erasing a customer: nothing that waits, and nothing by which they would be known again, is left."""

import msgspec

from fbtool.gateway.delivery.intake import StoredEvent
from fbtool.gateway.store import Store
from fbtool.gateway.store.inbox import WaitingEvent
from fbtool.gateway.vault import ConversationKey, Vault

_AT_ONCE = 500
"""Waiting events that are looked through in one go: what they are about is sealed."""


class Erasure:
    """Erases what the gateway keeps of a customer, whatever the channel."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    async def forget(self, key: ConversationKey) -> None:
        """Forget the answers on their way to the customer, and what is known of the conversation.

        Keyed fingerprints of messages stay until their time is over; nobody can read anything in them.
        """
        await self._store.conversations.forget(self._vault.conversation(key).fingerprint)

    async def drop_waiting(self, account_id: str, conversation: str) -> None:
        """Drop the events of a conversation that wait for the account."""
        last = 0
        while waiting := await self._store.inbox.waiting(account_id, _AT_ONCE, after=last):
            last = waiting[-1].sequence
            theirs = [one.sequence for one in waiting if self._conversation_in(one) == conversation]
            if theirs:
                await self._store.inbox.acknowledge(account_id, theirs)

    def _conversation_in(self, waiting: WaitingEvent) -> str:
        event = self._vault.open(waiting.body, waiting.source_id)
        return msgspec.json.decode(event, type=StoredEvent).conversation
