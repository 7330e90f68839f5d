"""Counts what passes through the store, the calls to Facebook and the CRM's waiting, without their knowing."""

import logging
import time
from collections.abc import Sequence
from typing import Any, TypeVar, cast

from starlette.types import ASGIApp, Receive, Scope, Send

from fbtool.facebook.errors import AnswerUnreadable, GraphError
from fbtool.facebook.graph import Call
from fbtool.gateway.channels.facebook.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.channels.facebook.links import Link
from fbtool.gateway.channels.facebook.store import LinkStore, PendingUnsubscribe
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store import Store
from fbtool.gateway.store.inbox import Accepted, Arrival, InboxStore, RoutedArrival, Waiting
from fbtool.gateway.telemetry.logs import pseudonyms
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.gateway.uploads import FileUpload

log = logging.getLogger("fbtool.gateway.channels.facebook.links")
T = TypeVar("T")


def measured(store: Store, metrics: Metrics) -> Store:
    """The same store, counted."""
    return cast("Store", _MeasuredStore(store, metrics))


def measured_links(links: LinkStore, metrics: Metrics) -> LinkStore:
    """The same links, counted."""
    return cast("LinkStore", _MeasuredLinks(links, metrics))


class _MeasuredStore:
    """Passes everything on but the inbox."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self.inbox = _MeasuredInbox(store.inbox, metrics)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class _MeasuredInbox:
    """Passes everything on; what it does not count it does not know."""

    def __init__(self, inbox: InboxStore, metrics: Metrics) -> None:
        self._inbox = inbox
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inbox, name)

    async def accept(self, deliveries: Sequence[Sequence[Arrival]], now_ms: int) -> Accepted:
        started = time.perf_counter()
        try:
            accepted = await self._inbox.accept(deliveries, now_ms)
        except StoreUnavailable:
            self._metrics.store_failures.add()
            raise
        self._metrics.commit_seconds.observe(time.perf_counter() - started)
        self._metrics.stored.add(by=accepted.stored)
        self._metrics.repeated.add(by=accepted.repeated)
        self._metrics.unlinked.add(by=accepted.unlinked)
        self._metrics.store_failures.add(by=len(accepted.refused))
        return accepted

    async def set_aside(self, body: bytes, now_ms: int) -> None:
        await self._inbox.set_aside(body, now_ms)
        self._metrics.aside.add()

    async def waiting(self, account_id: str, limit: int) -> list[Waiting]:
        found = await self._inbox.waiting(account_id, limit)
        self._metrics.handed_out.add(by=len(found))
        return found

    async def acknowledge(self, account_id: str, sequences: Sequence[int]) -> int:
        count = await self._inbox.acknowledge(account_id, sequences)
        self._metrics.acknowledged.add(by=count)
        return count


class _MeasuredLinks:
    """The same for links, with a line for each change."""

    def __init__(self, links: LinkStore, metrics: Metrics) -> None:
        self._links = links
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._links, name)

    async def keep_link(self, link: Link, news: Sequence[RoutedArrival], now_ms: int) -> bool:
        kept = await self._links.keep_link(link, news, now_ms)
        page = pseudonyms.of(link.page_id)
        if kept and news and link.reason:
            self._metrics.links_marked.add()
            log.warning("a link needs a person's sign-in", extra={"page": page, "reason": link.reason.code})
        elif kept and len({one.account_id for one in news}) > 1:
            accounts = {f"account_{number}": pseudonyms.of(one.account_id) for number, one in enumerate(news, 1)}
            log.warning("a Page was taken over from account 1 by account 2", extra={"page": page, **accounts})
        elif kept and (news or not link.version):
            log.info("a link is new or has changed", extra={"page": page})
        return kept

    async def remove_link(self, page_id: str, pending: PendingUnsubscribe | None = None) -> None:
        await self._links.remove_link(page_id, pending)
        log.info("a Page was unlinked", extra={"page": pseudonyms.of(page_id)})


class MeasuredGraph(Graph):
    """Counts the calls by how they ended."""

    def __init__(self, metrics: Metrics, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._metrics = metrics

    async def run(self, call: Call[T], parcel: FileUpload | None = None, *, proven: bool = True, by: str = "") -> T:
        """See `Graph.run`."""
        is_send = call.method == "POST" and call.path.endswith("/messages")
        started = time.perf_counter()
        outcome = "ok"
        try:
            return await super().run(call, parcel, proven=proven, by=by)
        except GraphError as error:
            outcome = error.reaction.name.lower()
            raise
        except FacebookUnreachable:
            outcome = "unreachable"
            raise
        except (FacebookSilent, AnswerUnreadable):
            outcome = "unclear"
            raise
        finally:
            (self._metrics.sends if is_send else self._metrics.graph).add(outcome)
            if is_send:
                self._metrics.send_seconds.observe(time.perf_counter() - started)


class CountsPolling:
    """Around the CRM's face: how many wait for events right now."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope.get("path") not in {"/v1/events", "/v1/stream"}:
            await self._app(scope, receive, send)
            return
        self._metrics.polling.add()
        try:
            await self._app(scope, receive, send)
        finally:
            self._metrics.polling.add(by=-1)
