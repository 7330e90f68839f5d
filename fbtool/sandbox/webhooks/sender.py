"""Delivers webhooks to the apps' callbacks, tries again, and gives up after an hour.

Timing after Meta, "Webhooks for Messenger": an answer counts within five seconds; failures are repeated at once a
few times and then more and more rarely; after one hour of failures the app is unsubscribed from the Page.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import aiohttp

from fbtool.sandbox import ids
from fbtool.sandbox.clock import HOUR, MINUTE
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.faults.kinds import WebhookTrouble
from fbtool.sandbox.webhooks import payload
from fbtool.sandbox.world import Access, Mode, Page

TIMEOUT = 5.0
"""Seconds; older material says 20."""
RETRIES = (0.2, 0.5, 1, 2, 5, 15, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, 15 * MINUTE, 30 * MINUTE)
"""Seconds between one attempt and the next; the real ones are not published."""
PATIENCE = HOUR
_REMEMBERED = 500


@dataclass(frozen=True)
class Attempt:
    """One try to deliver, as the control page lists it."""

    time: float
    app_id: str
    page_ids: tuple[str, ...]
    fields: tuple[str, ...]
    status: int
    """HTTP status; 0 if there was no answer in time."""
    number: int
    """1 for the first try."""


@dataclass(frozen=True)
class OutgoingWebhook:
    """One POST: what it says and whom it concerns."""

    app_id: str
    page_ids: tuple[str, ...]
    fields: tuple[str, ...]
    entries: tuple[dict[str, Any], ...]

    @property
    def body(self) -> bytes:
        """The bytes, the same at every attempt."""
        return payload.body(list(self.entries))


class WebhookSender:
    """Sends what happens to the apps that want to know it."""

    def __init__(self, state: WorldState) -> None:
        self._state = state
        self._tasks: set[asyncio.Task[Any]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._in_order: defaultdict[tuple[str, str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._failing_since: dict[tuple[str, str], float] = {}
        self._held: defaultdict[str, list[OutgoingWebhook]] = defaultdict(list)
        self.attempts: deque[Attempt] = deque(maxlen=_REMEMBERED)

    async def close(self) -> None:
        """Stop all retries and hang up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()
            self._session = None

    def later(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Let ``work`` go on by itself until it ends or the sender closes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def publish(self, page: Page, field: str, item: dict[str, Any], customer: str) -> int:
        """Tell every app that takes ``field`` of the Page; returns how many took it at the first try.

        The order of one customer's items is kept up to the first failure, as with the real one. An app that does not
        control the thread gets it under ``standby``, if it wants that.
        """
        owner = self._state.thread(page, customer).controller(self._state.clock.now())
        time_ms = self._state.clock.now_ms()
        deliveries = []
        for app_id in self._state.subscriptions.takers(page.id, field):
            if not self._may_hear(app_id, page, customer):
                continue
            entry: dict[str, Any] = {"id": page.id, "time": time_ms}
            if owner in ("", app_id) or field == "messaging_handovers":
                entry["messaging"] = [item]
            elif app_id in self._state.subscriptions.takers(page.id, "standby"):
                entry["standby"] = [payload.for_standby(item)]
            else:
                continue
            deliveries.append(self._post(OutgoingWebhook(app_id, (page.id,), (field,), (entry,)), page, customer))
        return sum(await asyncio.gather(*deliveries))

    async def publish_change(self, page: Page, field: str, value: Any) -> int:
        """Tell every app of something outside of Messenger, like a comment; its entry counts time in seconds (seen)."""
        entry = {"id": page.id, "time": int(self._state.clock.now()), "changes": [{"field": field, "value": value}]}
        takers = self._state.subscriptions.takers(page.id, field)
        deliveries = [OutgoingWebhook(app_id, (page.id,), (field,), (entry,)) for app_id in takers]
        return sum(await asyncio.gather(*(self._post(delivery, page, "") for delivery in deliveries)))

    def _may_hear(self, app_id: str, page: Page, customer: str) -> bool:
        """Without review, or in development, an app hears only of people who have a role on it (documented)."""
        app, person = self._state.world.app(app_id), self._state.world.customer_by_psid(page, customer)
        if app is None or person is None:
            return False
        open_to_all = app.access is Access.ADVANCED and app.mode is Mode.LIVE
        return open_to_all or app_id in person.role_on_apps

    async def release(self) -> int:
        """Send what the faults "collected" and "reversed" still hold back; returns how many deliveries those were."""
        held = [delivery for deliveries in self._held.values() for delivery in deliveries]
        self._held.clear()
        for delivery in held:
            await self._deliver(delivery)
        return len(held)

    async def verify(self, callback: str, verify_token: str) -> str:
        """Ask the callback for its challenge; returns what is wrong, or nothing."""
        challenge = ids.challenge()
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        try:
            async with self.client().get(callback, params=query, allow_redirects=False) as answer:
                text = await answer.text()
                if answer.status != 200:
                    return f"HTTP Status Code = {answer.status}; HTTP Message = {answer.reason}"
                if text != challenge:
                    return "The callback does not return the value of hub.challenge"
                return ""
        except (aiohttp.ClientError, TimeoutError, UnicodeError) as error:
            return f"curl_errno = 7; {type(error).__name__}"

    def client(self) -> aiohttp.ClientSession:
        """The HTTP client for all that the sandbox sends by itself."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0))
        return self._session

    async def _post(self, delivery: OutgoingWebhook, page: Page, customer: str) -> bool:
        """Send one delivery on its way, with the faults that are on for its Page."""
        if self._hit(WebhookTrouble.LOST, page.id):
            return False
        for trouble in (WebhookTrouble.COLLECTED, WebhookTrouble.REVERSED):
            if fault := self._state.faults.for_webhook(trouble, page.id):
                held = self._held[delivery.app_id]
                held.append(delivery)
                if len(held) < fault.size:
                    return False
                del self._held[delivery.app_id]
                self._state.faults.spend(fault)
                return all([await self._deliver(one) for one in _rearranged(trouble, held)])
        # What one customer does reaches an app in its order.
        async with self._in_order[delivery.app_id, page.id, customer]:
            taken = await self._deliver(delivery)
            if self._hit(WebhookTrouble.TWICE, page.id):
                await self._deliver(delivery)
            return taken

    async def _deliver(self, delivery: OutgoingWebhook) -> bool:
        body = delivery.body
        if await self._try(delivery, body, 1):
            return True
        self.later(self._repeat(delivery, body))
        return False

    async def _repeat(self, delivery: OutgoingWebhook, body: bytes) -> None:
        for number, pause in enumerate(RETRIES, start=2):
            await self._state.clock.sleep_until(self._state.clock.now() + pause)
            subscribed = [page for page in delivery.page_ids if delivery.app_id in self._state.subscriptions.page(page)]
            if not subscribed or await self._try(delivery, body, number):
                return

    async def _try(self, delivery: OutgoingWebhook, body: bytes, number: int) -> bool:
        where = self._state.subscriptions.app(delivery.app_id)
        app = self._state.world.app(delivery.app_id)
        if where is None or app is None:
            return False
        headers = payload.headers(body, app.secret, self._signature_trouble(delivery.page_ids[0]))
        status = 0
        try:
            client = self.client()
            async with client.post(where.callback_url, data=body, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            pass
        now = self._state.clock.now()
        self.attempts.append(Attempt(now, delivery.app_id, delivery.page_ids, delivery.fields, status, number))
        for page_id in delivery.page_ids:
            self._judge(delivery.app_id, page_id, now, taken=status == 200)
        self._state.changed.notify()
        return status == 200

    def _judge(self, app_id: str, page_id: str, now: float, *, taken: bool) -> None:
        """After an hour without a success "Webhooks Disabled": nothing subscribes the app again by itself."""
        if taken:
            self._failing_since.pop((app_id, page_id), None)
            return
        since = self._failing_since.setdefault((app_id, page_id), now)
        if now - since >= PATIENCE:
            self._state.subscriptions.drop_page(page_id, app_id)
            self._failing_since.pop((app_id, page_id), None)

    def _hit(self, trouble: WebhookTrouble, page_id: str) -> bool:
        fault = self._state.faults.for_webhook(trouble, page_id)
        if fault:
            self._state.faults.spend(fault)
        return fault is not None

    def _signature_trouble(self, page_id: str) -> WebhookTrouble | None:
        wanted = (WebhookTrouble.WRONG_SIGNATURE, WebhookTrouble.NO_SIGNATURE, WebhookTrouble.OLD_SIGNATURE)
        return next((trouble for trouble in wanted if self._hit(trouble, page_id)), None)


def _rearranged(trouble: WebhookTrouble, deliveries: list[OutgoingWebhook]) -> list[OutgoingWebhook]:
    """Several deliveries in reverse order, or all in one; neighbours of one Page then share an entry."""
    if trouble is WebhookTrouble.REVERSED:
        return deliveries[::-1]
    entries: list[dict[str, Any]] = []
    for delivery in deliveries:
        (entry,) = delivery.entries
        last = entries[-1] if entries else {}
        if last.get("id") == entry["id"] and "messaging" in last and "messaging" in entry:
            last["messaging"] = [*last["messaging"], *entry["messaging"]]
        else:
            entries.append(dict(entry))
    pages = tuple(dict.fromkeys(page for delivery in deliveries for page in delivery.page_ids))
    fields = tuple(field for delivery in deliveries for field in delivery.fields)
    return [OutgoingWebhook(deliveries[0].app_id, pages, fields, tuple(entries))]
