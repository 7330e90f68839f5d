"""Takes visitors' messages: checked, stored once for the CRM, and only then confirmed."""

import logging
from collections.abc import Callable
from typing import Annotated, Any

import msgspec

from fbtool.gateway.channels.port import Core
from fbtool.gateway.channels.webchat import proof_of_work
from fbtool.gateway.channels.webchat.automatic_texts import first_due
from fbtool.gateway.channels.webchat.problems import (
    ConversationFull,
    KeyEnded,
    MessageIdReused,
    TextTooLong,
    TicketNeeded,
)
from fbtool.gateway.channels.webchat.served_accounts import ServedAccount
from fbtool.gateway.channels.webchat.store import TakenAs, VisitorMessage, WebchatStore
from fbtool.gateway.channels.webchat.visitor_keys import (
    Visitor,
    VisitorKey,
    VisitorKeys,
    message_ms,
    source_of,
    visitor_of,
)
from fbtool.gateway.channels.webchat.visitor_limits import (
    BURST,
    PER_HOUR,
    SECONDS_EACH,
    TEXT_LENGTH,
    WAITING_EVENTS,
    NewConversations,
    Rates,
)
from fbtool.gateway.delivery.intake import EventKind
from fbtool.gateway.http.endpoints import Body
from fbtool.gateway.problems import RequestInvalid
from fbtool.gateway.store.inbox import Arrival
from fbtool.gateway.vault import ConversationKey
from fbtool.language import say
from fbtool.safe_text import is_blank, shown, shown_lines, utf16_length

log = logging.getLogger("fbtool.gateway.webchat")
_NAME_LENGTH = 100
_PAGE_LENGTH = 500


class Names(Body):
    """What the visitor says to be called; nobody has checked it."""

    first: Annotated[str, msgspec.Meta(max_length=_NAME_LENGTH)] = ""
    last: Annotated[str, msgspec.Meta(max_length=_NAME_LENGTH)] = ""


class MessageRequest(Body):
    """The body of ``POST …/messages``."""

    id: str
    text: str
    key: str = ""
    ticket: str = ""
    work: str = ""
    names: Names | None = None
    page: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    lang: Annotated[str, msgspec.Meta(pattern="^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3})?\\Z")] = ""
    keeps: bool = False


class Taken(msgspec.Struct):
    """The answer to a message."""

    key: str
    time: int
    available: bool


class MessagesIn:
    """Takes messages.

    Args:
        beginnings: counts new conversations.
        planned: called when an automatic text may have been planned.
    """

    def __init__(
        self,
        core: Core,
        store: WebchatStore,
        keys: VisitorKeys,
        beginnings: NewConversations,
        planned: Callable[[], None],
    ) -> None:
        self._core = core
        self._store = store
        self._keys = keys
        self._beginnings = beginnings
        self._planned = planned
        self._rates = Rates(BURST, SECONDS_EACH, PER_HOUR)

    async def take(self, served: ServedAccount, sent: MessageRequest, network: str, ip: str) -> tuple[Taken, bool]:
        """Store a message once; what its browser is told, and whether it is new.

        Args:
            served: the account.
            sent: the message.
            network: of the browser, for limits.
            ip: of the browser, for the CRM if the account wants it.

        Raises:
            GatewayProblem: it was not taken.
        """
        now, account_id = self._core.clock(), served.account.id
        time_ms = message_ms(sent.id, now)
        if time_ms is None:
            raise _too_old()
        text = _cleaned(sent.text)
        key = self._key(served, sent, time_ms, now)
        visitor = visitor_of(self._core.vault, account_id, key.number)
        take_back = self._admit(served, sent, network, now)
        try:
            self._rates.take(visitor.fingerprint, now)
            message = self._message(served, visitor, key, sent, text, time_ms, ip)
            taken = await self._store.take(message, WAITING_EVENTS, now)
        except BaseException:
            take_back()
            raise
        is_new = taken in {TakenAs.NEW, TakenAs.FIRST}
        if not is_new:
            take_back()
        _refuse(taken)
        self._noted(account_id, taken)
        issued = key._replace(issued_ms=max(key.issued_ms, time_ms))
        return Taken(self._keys.key(account_id, issued), time_ms, served.available(now)), is_new

    def _noted(self, account_id: str, taken: TakenAs) -> None:
        """Count a message, and wake who is to do something about it."""
        is_new = taken is not TakenAs.REPEATED
        log.info("a visitor's message: stored %d, repeated %d", is_new, not is_new)
        (self._core.metrics.stored if is_new else self._core.metrics.repeated).add()
        if is_new:
            self._core.intake.notify(account_id)
        if taken is TakenAs.FIRST:
            self._planned()

    def _key(self, served: ServedAccount, sent: MessageRequest, time_ms: int, now: int) -> VisitorKey:
        """Whose message it is.

        Raises:
            KeyEnded: the key opens nothing any more.
            RequestInvalid: a first message is so old that its key would open nothing: its answers would reach nobody.
        """
        account_id, days = served.account.id, served.settings.identify_days
        if not sent.key:
            first = VisitorKey(self._keys.number(account_id, sent.id), time_ms)
            if now >= first.ends_ms(days):
                raise _too_old()
            return first
        key = self._keys.visitor(account_id, sent.key)
        if key is None or now >= key.ends_ms(days):
            raise KeyEnded
        return key

    def _admit(self, served: ServedAccount, sent: MessageRequest, network: str, now: int) -> Callable[[], None]:
        """Let a first message in that has its ticket; what takes its counting back. Raises `TicketNeeded`."""
        if sent.key:
            return lambda: None
        account_id = served.account.id
        ticket = self._keys.ticket(account_id, sent.ticket)
        if ticket is None or not self._keys.fits(ticket, network, now):
            raise TicketNeeded
        wanted = self._beginnings.bits(account_id, network, now)
        if ticket.bits < wanted or not proof_of_work.is_done(sent.ticket, sent.work, ticket.bits):
            raise TicketNeeded
        if ticket.bits and self._beginnings.spent(sent.ticket, sent.id):
            raise TicketNeeded
        return self._beginnings.began(account_id, network, now)

    def _message(
        self,
        served: ServedAccount,
        visitor: Visitor,
        key: VisitorKey,
        sent: MessageRequest,
        text: str,
        time_ms: int,
        ip: str,
    ) -> VisitorMessage:
        now, account = self._core.clock(), served.account
        available = served.available(now)
        content = _content(sent, text) | {"available": available}
        of_first = {"ip": ip} if ip and served.settings.tell_ip else {}
        customer = ConversationKey(source_of(account.id), key.number.hex())
        identity = f"webchat message {visitor.conversation.id} {sent.id}".encode()

        def event(*, first: bool) -> Arrival:
            told = content | {"first": first} | (of_first if first else {})
            return self._core.intake.event(
                customer,
                EventKind.MESSAGE,
                told,
                identity=identity,
                time_ms=time_ms,
                opens_window=True,
                greets=False,
            )

        return VisitorMessage(
            account_id=account.id,
            visitor=visitor.fingerprint,
            conversation=visitor.conversation.fingerprint,
            conversation_id=visitor.conversation.id,
            event=event(first=False),
            first_event=event(first=True),
            digest=self._core.vault.fingerprint(identity + b" " + sent.text.encode()),
            keeps=sent.keeps and served.settings.identify != "off",
            due=first_due(served.settings, account.greeting, now),
        )


def _too_old() -> RequestInvalid:
    return RequestInvalid(reason=say("“id” is not one of a message from the last days."))


def _cleaned(text: str) -> str:
    """The text, fit to be shown. Raises `RequestInvalid`, `TextTooLong`."""
    if utf16_length(text) > TEXT_LENGTH:
        raise TextTooLong(limit=TEXT_LENGTH)
    cleaned = shown_lines(text).strip()
    if is_blank(cleaned):
        raise RequestInvalid(reason=say("“text” holds nothing that can be seen."))
    return cleaned


def _content(sent: MessageRequest, text: str) -> dict[str, Any]:
    """What the CRM is told of a message: names with the first one only, a page without what stands behind it."""
    content: dict[str, Any] = {"text": text}
    if sent.names is not None and not sent.key:
        names = {name: shown(value).strip() for name, value in msgspec.structs.asdict(sent.names).items()}
        if given := {name: value for name, value in names.items() if not is_blank(value)}:
            content["names"] = given
    page = shown(sent.page.partition("#")[0].partition("?")[0])[:_PAGE_LENGTH]
    if page.startswith(("https://", "http://")):
        content["page"] = page
    if sent.lang:
        content["lang"] = sent.lang
    return content


def _refuse(taken: TakenAs) -> None:
    """Raise the problem of a message that was not taken."""
    match taken:
        case TakenAs.OTHER_TEXT:
            raise MessageIdReused
        case TakenAs.OVER:
            raise KeyEnded
        case TakenAs.FULL:
            raise ConversationFull
