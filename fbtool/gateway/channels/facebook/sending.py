"""Brings one answer to Facebook, by the token of who holds the Page's link.

Where an answer of Facebook puts the link in question, a check of the link decides, and only what was proven counts.
"""

import logging
from collections.abc import Callable

from fbtool.facebook import messages, messaging_window
from fbtool.facebook.errors import AnswerUnreadable
from fbtool.facebook.graph import Call
from fbtool.gateway.channels.facebook.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.channels.facebook.link_monitor import LinkMonitor
from fbtool.gateway.channels.facebook.linking import LinkVerdict
from fbtool.gateway.channels.facebook.links import Holder
from fbtool.gateway.channels.facebook.outcomes import InQuestion, OnlyThisRefused, refusal_of
from fbtool.gateway.channels.facebook.problems import LinkNeedsPerson
from fbtool.gateway.channels.facebook.reply_window import ReplyWindow
from fbtool.gateway.channels.facebook.store import LinkStore
from fbtool.gateway.channels.port import Outbound, Outcome, Refused, Scope, Sent
from fbtool.gateway.messages import OutboundMessage
from fbtool.gateway.problems import SendingExpired, SourceNotLinked
from fbtool.gateway.rate_limits import SendPause
from fbtool.gateway.vault import Vault
from fbtool.meta.errors import GraphError
from fbtool.problem import Problem

log = logging.getLogger("fbtool.gateway.sender")


class Sending:
    """Sends answers for linked Pages."""

    def __init__(
        self,
        links: LinkStore,
        vault: Vault,
        graph: Graph,
        monitor: LinkMonitor,
        reply_window: ReplyWindow,
        clock: Callable[[], int],
    ) -> None:
        self._links = links
        self._vault = vault
        self._graph = graph
        self._monitor = monitor
        self._reply_window = reply_window
        self._clock = clock

    async def send(self, message: Outbound) -> Sent | Refused:
        """See `port.Channel.send`."""
        page_id = message.key.source_id
        link = await self._links.link(page_id)
        if link is None or link.account_id != message.account_id:
            return Refused(Outcome.FAILED, Scope.LINK, SourceNotLinked(), answered=False)
        holder = link.current
        if holder is None or link.reason:
            return Refused(Outcome.WAITS, Scope.LINK, LinkNeedsPerson(page=link.name))
        envelope = messaging_window.declare(message.last_customer_ms, self._clock(), human=message.human)
        if isinstance(envelope, messaging_window.Closed):
            return Refused(Outcome.FAILED, Scope.MESSAGE, SendingExpired(), answered=False)
        token = self._vault.open_token(page_id, holder.sealed_token)
        try:
            sent = await self._graph.run(_call(page_id, token, message.content, envelope, message.own.metadata()))
        except (GraphError, AnswerUnreadable, FacebookSilent, FacebookUnreachable) as problem:
            return await self._judged(page_id, holder, problem)
        if envelope.tag:
            self._reply_window.went()
        return Sent(sent.mid)

    async def _judged(self, page_id: str, holder: Holder, problem: Problem) -> Refused:
        """The refusal, with what a check found of the link where it puts that in question."""
        refused = refusal_of(problem)
        if not isinstance(refused, InQuestion):
            if refused.outcome is Outcome.FAILED and refused.scope is Scope.APP:
                self._reply_window.refused()  # the one thing that Facebook refuses an app and still takes answers
            return refused
        match await self._monitor.verify_holder(page_id, holder, self._clock()):
            case LinkVerdict.WORKS:
                return Refused(Outcome.FAILED, Scope.CUSTOMER, OnlyThisRefused(refused.problem))
            case LinkVerdict.CHANGED:
                return Refused(Outcome.WAITS, Scope.LINK, refused.problem)
            case LinkVerdict.APP:
                log.error("Facebook does not accept the app (%s): all answers wait", refused.problem.code)
                return Refused(Outcome.WAITS, Scope.APP, refused.problem, SendPause.THROTTLED)
            case LinkVerdict.UNKNOWN:
                return Refused(Outcome.LATER, Scope.MESSAGE, refused.problem)


def _call(
    page_id: str, token: str, content: OutboundMessage, envelope: messaging_window.Envelope, metadata: str
) -> Call[messages.Sent]:
    """How Facebook is asked to bring the message to the customer."""
    if content.attachment is None:
        return messages.send_text(page_id, token, content.customer, content.text, envelope, metadata)
    kind, url, uploaded = content.attachment.type, content.attachment.url, content.attachment.id
    return messages.send_attachment(
        page_id,
        token,
        content.customer,
        messages.Attachment(kind),
        envelope,
        metadata,
        url=url,
        attachment_id=uploaded,
    )
