"""Puts the gateway together: the core around its store, and the channels around the core."""

import asyncio
import contextlib
import logging
import traceback
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp

from fbtool.gateway.channels import installed
from fbtool.gateway.channels.port import ClaimsDeliveries, Core
from fbtool.gateway.defect_log import log_defect
from fbtool.gateway.delivery.erasure import Erasure
from fbtool.gateway.delivery.handout import EventHandout
from fbtool.gateway.delivery.intake import Intake
from fbtool.gateway.delivery.retention import Retention
from fbtool.gateway.edge.connection_budgets import ConnectionBudgets
from fbtool.gateway.http.account import AccountRoutes
from fbtool.gateway.http.admin import AdminRoutes
from fbtool.gateway.http.auth import AccountAuth, operators_only
from fbtool.gateway.http.commands import CommandRoutes
from fbtool.gateway.http.conversations import ConversationRoutes
from fbtool.gateway.http.docs import DocsRoutes
from fbtool.gateway.http.download import DownloadRoutes
from fbtool.gateway.http.events import EventRoutes
from fbtool.gateway.http.files import FileRoutes
from fbtool.gateway.http.landing import LandingRoutes
from fbtool.gateway.http.messages import MessageRoutes
from fbtool.gateway.http.open_requests import OpenRequests
from fbtool.gateway.http.operator import OperatorRoutes
from fbtool.gateway.http.pictures import PictureRoutes
from fbtool.gateway.limits import SENDS_FINISH_SECONDS
from fbtool.gateway.operation.downloads import Downloads
from fbtool.gateway.operation.reloading import Reloading
from fbtool.gateway.operation.run_file import Announcement
from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.outbound.dispatcher import Dispatcher
from fbtool.gateway.outbound.greeter import Greeter
from fbtool.gateway.outbound.registry import ChannelRegistry, RunningChannel
from fbtool.gateway.outbound.sender import Sender
from fbtool.gateway.problems import ChannelOff
from fbtool.gateway.store.factory import store_for
from fbtool.gateway.telemetry.health import Health
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.gateway.vault import Vault, new_data_key
from fbtool.gateway.wakeups import Notifier, OutboxSignal

log = logging.getLogger("fbtool.gateway")
Worker = Callable[[], Coroutine[Any, Any, None]]


class Composition:
    """The gateway's parts, made when the event loop runs and ended with it.

    Args:
        settings: everything it needs to know.
        address: the one that the world reaches.
        notifier: wakes who waits for events.
        metrics: what is counted.
        health: told of the store.
        budgets: told where the channels have visitors.
        announcement: what commands on this computer know of this gateway.
        clock: unix milliseconds.
    """

    def __init__(
        self,
        settings: Settings,
        address: str,
        notifier: Notifier,
        metrics: Metrics,
        health: Health,
        budgets: ConnectionBudgets,
        announcement: Announcement,
        clock: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._address = address
        self._notifier = notifier
        self._metrics = metrics
        self._health = health
        self._budgets = budgets
        self._announcement = announcement
        self._clock = clock
        self._channels = ChannelRegistry()
        self._workers: dict[str, list[asyncio.Task[None]]] = {}
        self._core_routes: list[BaseRoute] = []
        self._offered: frozenset[str] = frozenset()
        self.hot_paths: Mapping[str, ASGIApp] = {}
        """What is served in front of the framework now."""

    async def start(self, router: Router, at_the_end: AsyncExitStack) -> None:
        """Open the store and the channels, begin to work, and keep the router's routes.

        Raises:
            Problem: the store cannot be opened.
        """
        settings, self._router = self._settings, router
        store = store_for(settings.data_dir, settings.database_url, self._notifier, installed.tables())
        data_key = await store.start(new_data_key(settings.master_key))
        at_the_end.push_async_callback(store.stop)
        self._health.watch(store)
        vault = Vault(settings.master_key, data_key)
        greetings_due = asyncio.Event()
        intake = Intake(store, vault, self._notifier, greetings_due, self._metrics, self._clock)
        self._parts = store, vault, intake
        self._at_the_end = at_the_end
        for name in settings.of_channel:
            self._open(name, settings)
        auth = AccountAuth(store, self._clock)
        open_requests = OpenRequests(auth, self._notifier.account_changes)
        self._core_routes = self._routes_around(auth, open_requests)
        greeter = Greeter(store, vault, self._channels, greetings_due, self._clock)
        self._work("core", [greeter.run, Retention(store, intake).run, open_requests.run])
        at_the_end.push_async_callback(self._stop_all)
        await self._offer(settings.channels)

    async def apply(self, settings: Settings) -> None:
        """Offer the channels that the settings name; one that was not complete before is opened."""
        for name in settings.of_channel:
            if self._channels.get(name) is None:
                self._open(name, settings)
        await self._offer(settings.channels)

    def _open(self, name: str, settings: Settings) -> None:
        plug = installed.plug(name)
        if plug is None:
            return
        store, vault, intake = self._parts
        signal = OutboxSignal()
        core = Core(
            self._address,
            store,
            vault,
            intake,
            signal,
            self._metrics,
            settings.limits,
            self._notifier,
            self._claimed,
            self._clock,
        )
        try:
            channel = plug.open(core, settings.of_channel[name])
        except (
            Exception
        ) as defect:  # one channel that cannot be opened stops no other; its accounts are told `channel_off`
            log.critical("the channel %s is not served, because it could not be opened", name)
            log_defect(log, defect)
            return
        self._at_the_end.push_async_callback(channel.close)
        dispatcher = Dispatcher(store, vault, intake, channel, self._clock)
        sender = Sender(name, store, vault, channel, dispatcher, signal, self._clock)
        self._at_the_end.push_async_callback(_at_most, SENDS_FINISH_SECONDS, sender.finish)
        self._channels.add(RunningChannel(name, channel, sender))
        self._work(f"{name}: answers", [sender.run])

    async def _offer(self, names: Sequence[str]) -> None:
        """From now on exactly these channels are offered.

        The others take nothing in, their answers wait, and what waits for a CRM is still handed out.
        """
        for one in self._channels:
            offered = one.name in names
            one.sender.offer(offered=offered)
            if not offered:
                await self._stop(one.name)
            elif one.name not in self._workers:
                self._work(one.name, one.channel.workers())
        self._serve(names)

    def _serve(self, names: Sequence[str]) -> None:
        """Serve what these channels have, and refuse what the others had."""
        self._offered = frozenset(names)
        routes = [*self._core_routes]
        hot: dict[str, ASGIApp] = {}
        for one in self._channels:
            own = one.channel.routes()
            if one.name in self._offered:
                routes += own
                hot |= one.channel.hot_paths()
            else:
                routes += [_refusing(path, one.name) for path in (*_paths(own), *one.channel.hot_paths())]
        # Visitors of a channel that is off still come, to be refused.
        self._budgets.expect_visitors_below(one.channel.visitors_below for one in self._channels)
        self._router.routes = routes
        self.hot_paths = hot

    def _routes_around(self, auth: AccountAuth, open_requests: OpenRequests) -> list[BaseRoute]:
        settings, address, channels = self._settings, self._address, self._channels
        store, vault, intake = self._parts
        reloading = Reloading(settings, self.apply)
        admin = operators_only(settings.admin_token, self._announcement.secret)
        files = FileRoutes(auth, store, vault, channels, address)
        handout = EventHandout(store, vault, self._notifier, intake, self._metrics, self._clock)
        downloads = Downloads(settings.download_dir)
        return [
            *AccountRoutes(auth, store, channels, self._notifier, self._clock).routes(),
            *PictureRoutes(auth, store).routes(),
            *EventRoutes(auth, open_requests, handout, files, channels).routes(),
            *MessageRoutes(auth, channels, store, vault).routes(),
            *ConversationRoutes(auth, channels, store, vault, Erasure(store, vault)).routes(),
            *files.routes(),
            *DocsRoutes().routes(),
            *AdminRoutes(channels, self._announcement, admin, reloading).routes(),
            *CommandRoutes(store, lambda: reloading.settings.channels, address, self._clock, admin).routes(),
            *DownloadRoutes(downloads, address).routes(),
            *LandingRoutes(downloads).routes(),
            *OperatorRoutes(store, self._health, self._metrics, settings, channels, self._announcement).routes(),
        ]

    async def _claimed(self, body: bytes) -> bool:
        """Whether one of the offered channels has taken the delivery."""
        claiming = (
            one.channel
            for one in self._channels
            if one.name in self._offered and isinstance(one.channel, ClaimsDeliveries)
        )
        for channel in claiming:
            if await channel.claim(body):
                return True
        return False

    def _work(self, owner: str, workers: Sequence[Worker]) -> None:
        self._workers[owner] = [asyncio.create_task(work()) for work in workers]
        for task in self._workers[owner]:
            task.add_done_callback(_died)

    async def _stop(self, owner: str) -> None:
        await asyncio.gather(*map(_cancelled, self._workers.pop(owner, [])))

    async def _stop_all(self) -> None:
        for owner in list(self._workers):
            await self._stop(owner)


def _paths(routes: Sequence[BaseRoute]) -> list[str]:
    return [route.path for route in routes if isinstance(route, Route)]


def _refusing(path: str, channel: str) -> Route:
    """An address at which everything is refused."""

    async def refuse(request: Request) -> Response:
        raise ChannelOff(channel=channel)

    return Route(path, refuse, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])


def _died(task: asyncio.Task[None]) -> None:
    """Work in the background has no reader of its errors; without a word it would just not be done any more."""
    if not task.cancelled() and (error := task.exception()) is not None:
        place = "".join(traceback.format_tb(error.__traceback__)[-3:])
        log.critical("a part of the gateway has stopped by a defect: %s\n%s", type(error).__name__, place)


async def _at_most(seconds: float, ending: Worker) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await ending()


async def _cancelled(task: asyncio.Task[None]) -> None:
    while not task.done():
        task.cancel()  # again, because Python 3.11's wait_for can forget one that comes together with its event
        await asyncio.wait([task], timeout=1)
