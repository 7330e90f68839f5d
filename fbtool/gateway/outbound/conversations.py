"""Whom a conversation's id stands for."""

from fbtool.gateway.accounts import Account
from fbtool.gateway.problems import ConversationUnknown, SourceNotLinked
from fbtool.gateway.store import Store
from fbtool.gateway.vault import ConversationKey, Vault


async def conversation_key(store: Store, vault: Vault, account: Account, conversation: str) -> ConversationKey:
    """The customer of a conversation that the account may answer.

    Raises:
        ConversationUnknown: this gateway never gave the id out, so the customer never wrote.
        SourceNotLinked: where they wrote is not the account's (any more).
    """
    key = vault.address_of(conversation)
    if key is None:
        raise ConversationUnknown
    source = await store.sources.source(key.source_id)
    if source is None or source.account_id != account.id:
        raise SourceNotLinked
    return key
