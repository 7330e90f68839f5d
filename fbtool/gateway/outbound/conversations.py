"""What the CRM can do in a conversation beside answering: show that somebody types, ask for a name, leave a file.

Nothing of it is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from fbtool.facebook import messages, profiles
from fbtool.facebook.catalogue import Scope
from fbtool.facebook.errors import AnswerUnreadable, GraphError
from fbtool.facebook.graph import Call
from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.facebook.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.channels.facebook.link_checks import LinkMonitor
from fbtool.gateway.channels.facebook.linking import Verdict
from fbtool.gateway.channels.facebook.links import Holder
from fbtool.gateway.channels.facebook.outcomes import OnlyThisRefused
from fbtool.gateway.channels.facebook.reply_time import ReplyTime
from fbtool.gateway.channels.facebook.store import LinkStore
from fbtool.gateway.clock import now_ms
from fbtool.gateway.problems import ConversationUnknown, FacebookRefused, LinkNeedsPerson, PageNotLinked, WindowClosed
from fbtool.gateway.store import Store
from fbtool.gateway.uploads import FileUpload
from fbtool.gateway.vault import ConversationKey, Vault

T = TypeVar("T")
_PROVEN_FOR_MS = 10 * 60_000
"""Such a call asks for a check of the link only so often: unlike an answer, it is not lost when it is refused."""


@dataclass(frozen=True)
class _Place:
    """Where a conversation is: the customer, and who holds the link by which they are reached."""

    account_id: str
    address: ConversationKey
    holder: Holder
    token: str = field(repr=False)


async def addressed(store: Store, vault: Vault, account: Account, conversation: str) -> ConversationKey:
    """The customer that a conversation's id stands for.

    Raises:
        ConversationUnknown: this gateway never gave the id out, so the customer never wrote.
        PageNotLinked: its Page is not the account's.
    """
    address = vault.address_of(conversation)
    if address is None:
        raise ConversationUnknown
    source = await store.sources.source(address.source_id)
    if source is None or source.account_id != account.id:
        raise PageNotLinked(page=address.source_id)
    return address


class Conversations:
    """Acts in a conversation that a customer opened."""

    def __init__(
        self,
        store: Store,
        links: LinkStore,
        vault: Vault,
        graph: Graph,
        care: LinkMonitor,
        reply_time: ReplyTime,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._store = store
        self._links = links
        self._vault = vault
        self._graph = graph
        self._care = care
        self._reply_time = reply_time
        self._clock = clock

    async def act(self, account: Account, conversation: str, action: messages.Action) -> None:
        """Show the customer that somebody types or has read.

        Raises:
            ConversationUnknown, PageNotLinked, LinkNeedsPerson, WindowClosed: Facebook was not asked.
            FacebookRefused, LinkNeedsPerson: it said no.
        """
        place = await self._open_place(account, conversation)
        await self._run(place, messages.act(place.address.source_id, place.token, place.address.customer, action))

    async def profile(self, account: Account, conversation: str) -> profiles.Profile:
        """The customer's name and picture, asked of Facebook at this moment and not kept.

        Raises:
            ConversationUnknown, PageNotLinked, LinkNeedsPerson: Facebook was not asked.
            FacebookRefused: it said no, perhaps because the app may not see profiles.
        """
        place = await self._place(account, conversation)
        return await self._run(place, profiles.profile(place.address.customer, place.token))

    async def upload(self, account: Account, conversation: str, kind: messages.Attachment, parcel: FileUpload) -> str:
        """Leave a file at Facebook for the Page of this conversation; returns its id there.

        Raises:
            ConversationUnknown, PageNotLinked, LinkNeedsPerson, WindowClosed: nothing of the file was read.
            FacebookRefused: it said no.
        """
        place = await self._open_place(account, conversation)
        return await self._run(place, messages.upload(place.address.source_id, place.token, kind), parcel)

    async def _run(self, place: _Place, call: Call[T], parcel: FileUpload | None = None) -> T:
        try:
            return await self._graph.run(call, parcel, by=place.account_id)
        except GraphError as error:
            raise await self._refused(place, error) from None
        except (AnswerUnreadable, FacebookUnreachable, FacebookSilent) as trouble:
            raise FacebookRefused(trouble) from None

    async def _refused(self, place: _Place, error: GraphError) -> FacebookRefused | LinkNeedsPerson:
        """What the CRM is told; of the link, only what a check has proven."""
        if error.scope is not Scope.LINK:
            return FacebookRefused(error, error.trace_id)
        source_id = place.address.source_id
        match await self._care.doubt(source_id, place.holder, self._clock() - _PROVEN_FOR_MS):
            case Verdict.WORKS:
                return FacebookRefused(OnlyThisRefused(error), error.trace_id)
            case Verdict.CHANGED if (link := await self._links.link(source_id)) and link.reason:
                return LinkNeedsPerson(page=link.name)
            case _:
                return FacebookRefused(error, error.trace_id)

    async def _open_place(self, account: Account, conversation: str) -> _Place:
        place = await self._place(account, conversation)
        last = await self._store.conversations.last_customer_ms(self._vault.conversation(place.address).fingerprint)
        if self._reply_time.is_over(last, human=True):
            raise WindowClosed
        return place

    async def _place(self, account: Account, conversation: str) -> _Place:
        address = await addressed(self._store, self._vault, account, conversation)
        link = await self._links.link(address.source_id)
        if link is None:
            raise PageNotLinked(page=address.source_id)
        holder = next(iter(link.living), None)
        if holder is None:
            raise LinkNeedsPerson(page=link.name)
        return _Place(account.id, address, holder, self._vault.open_token(link.page_id, holder.sealed_token))
