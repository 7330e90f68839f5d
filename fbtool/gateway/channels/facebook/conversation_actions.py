"""What the CRM can do in a conversation beside answering: show that somebody types, ask for a name, leave a file.

Nothing of it is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from fbtool.facebook import messages, profiles
from fbtool.facebook.errors import AnswerUnreadable
from fbtool.facebook.graph import Call
from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.facebook.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.channels.facebook.link_monitor import LinkMonitor
from fbtool.gateway.channels.facebook.linking import LinkVerdict
from fbtool.gateway.channels.facebook.links import Holder
from fbtool.gateway.channels.facebook.outcomes import OnlyThisRefused
from fbtool.gateway.channels.facebook.problems import FacebookRefused, LinkNeedsPerson
from fbtool.gateway.channels.facebook.reply_window import ReplyWindow
from fbtool.gateway.channels.facebook.store import LinkStore
from fbtool.gateway.channels.port import Action, FileUpload, Profile
from fbtool.gateway.messages import AttachmentKind
from fbtool.gateway.problems import SourceNotLinked, WindowClosed
from fbtool.gateway.store.conversations import ConversationStore
from fbtool.gateway.vault import ConversationKey, Vault
from fbtool.meta.catalogue import Scope
from fbtool.meta.errors import GraphError

T = TypeVar("T")
_PROVEN_FOR_MS = 10 * 60_000
"""Such a call asks for a check of the link only so often: unlike an answer, it is not lost when it is refused."""
_ACTIONS = {Action.TYPING: messages.Action.TYPING, Action.SEEN: messages.Action.SEEN}


@dataclass(frozen=True)
class _Access:
    """By whose token a customer is reached."""

    account_id: str
    key: ConversationKey
    holder: Holder
    token: str = field(repr=False)


class ConversationActions:
    """Acts in a conversation that a customer opened."""

    def __init__(
        self,
        links: LinkStore,
        conversations: ConversationStore,
        vault: Vault,
        graph: Graph,
        monitor: LinkMonitor,
        reply_window: ReplyWindow,
        clock: Callable[[], int],
    ) -> None:
        self._links = links
        self._windows = conversations
        self._vault = vault
        self._graph = graph
        self._monitor = monitor
        self._reply_window = reply_window
        self._clock = clock

    async def act(self, account: Account, key: ConversationKey, action: Action) -> None:
        """Show the customer that somebody types or has read.

        Raises:
            SourceNotLinked, LinkNeedsPerson, WindowClosed: Facebook was not asked.
            FacebookRefused, LinkNeedsPerson: it said no.
        """
        access = await self._open(account, key)
        await self._run(access, messages.act(key.source_id, access.token, key.customer, _ACTIONS[action]))

    async def profile(self, account: Account, key: ConversationKey) -> Profile:
        """The customer's name and picture, asked of Facebook at this moment and not kept.

        Raises:
            SourceNotLinked, LinkNeedsPerson: Facebook was not asked.
            FacebookRefused: it said no, perhaps because the app may not see profiles.
        """
        access = await self._access(account, key)
        told = await self._run(access, profiles.profile(key.customer, access.token))
        return Profile(told.name, told.first_name, told.last_name, told.profile_pic)

    async def upload(self, account: Account, key: ConversationKey, kind: AttachmentKind, file: FileUpload) -> str:
        """Leave a file at Facebook for the Page of this conversation; returns its id there.

        Raises:
            SourceNotLinked, LinkNeedsPerson, WindowClosed: nothing of the file was read.
            FacebookRefused: it said no.
        """
        access = await self._open(account, key)
        call = messages.upload(key.source_id, access.token, messages.Attachment(kind))
        return await self._run(access, call, file)

    async def _run(self, access: _Access, call: Call[T], file: FileUpload | None = None) -> T:
        try:
            return await self._graph.run(call, file, by=access.account_id)
        except GraphError as error:
            raise await self._refused(access, error) from None
        except (AnswerUnreadable, FacebookUnreachable, FacebookSilent) as trouble:
            raise FacebookRefused(trouble) from None

    async def _refused(self, access: _Access, error: GraphError) -> FacebookRefused | LinkNeedsPerson:
        """What the CRM is told; of the link, only what a check has proven."""
        if error.scope is not Scope.LINK:
            return FacebookRefused(error, error.trace_id)
        page_id = access.key.source_id
        match await self._monitor.verify_holder(page_id, access.holder, self._clock() - _PROVEN_FOR_MS):
            case LinkVerdict.WORKS:
                return FacebookRefused(OnlyThisRefused(error), error.trace_id)
            case LinkVerdict.CHANGED if (link := await self._links.link(page_id)) and link.reason:
                return LinkNeedsPerson(page=link.name)
            case _:
                return FacebookRefused(error, error.trace_id)

    async def _open(self, account: Account, key: ConversationKey) -> _Access:
        access = await self._access(account, key)
        last = await self._windows.last_customer_ms(self._vault.conversation(access.key).fingerprint)
        if self._reply_window.is_over(last, human=True):
            raise WindowClosed
        return access

    async def _access(self, account: Account, key: ConversationKey) -> _Access:
        link = await self._links.link(key.source_id)
        if link is None or link.account_id != account.id:
            raise SourceNotLinked
        holder = next(iter(link.living), None)
        if holder is None:
            raise LinkNeedsPerson(page=link.name)
        return _Access(account.id, key, holder, self._vault.open_token(link.page_id, holder.sealed_token))
