"""Facebook as a channel of the gateway: puts its parts together and answers for them."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from fbtool.facebook import messages
from fbtool.facebook.graph import Platform
from fbtool.finding import Finding
from fbtool.gateway.channels.facebook import NAME, settings
from fbtool.gateway.channels.facebook.app_checks import AppChecks
from fbtool.gateway.channels.facebook.checks import FacebookChecks
from fbtool.gateway.channels.facebook.conversation_actions import ConversationActions
from fbtool.gateway.channels.facebook.data_requests import DataRequests
from fbtool.gateway.channels.facebook.file_fetching import Fetcher
from fbtool.gateway.channels.facebook.graph import Graph
from fbtool.gateway.channels.facebook.http_callbacks import DATA_DELETION, DEAUTHORIZE, CallbackRoutes
from fbtool.gateway.channels.facebook.http_oauth import CALLBACK, OAuthRoutes
from fbtool.gateway.channels.facebook.http_pages import PageRoutes
from fbtool.gateway.channels.facebook.http_webhook import WebhookEndpoint
from fbtool.gateway.channels.facebook.link_monitor import LinkMonitor
from fbtool.gateway.channels.facebook.link_news import LinkNews
from fbtool.gateway.channels.facebook.link_repository import LinkRepository
from fbtool.gateway.channels.facebook.linking import Linker
from fbtool.gateway.channels.facebook.links import Change, Reason
from fbtool.gateway.channels.facebook.page_tokens import PageApi
from fbtool.gateway.channels.facebook.reply_window import ReplyWindow
from fbtool.gateway.channels.facebook.sending import Sending
from fbtool.gateway.channels.facebook.settings import FacebookSettings
from fbtool.gateway.channels.facebook.signin import SignIns
from fbtool.gateway.channels.facebook.store.tables import links_of, tables
from fbtool.gateway.channels.facebook.unsubscribing import Unsubscriber
from fbtool.gateway.channels.facebook.webhook_events import WebhookEvents
from fbtool.gateway.channels.facebook.webhook_ingest import PATH, WebhookIngest
from fbtool.gateway.channels.facebook.webhook_registration import listen
from fbtool.gateway.channels.port import Core, MessageLimits, Plug
from fbtool.gateway.command import Command
from fbtool.gateway.edge.failure_rate_limit import FailureRateLimit
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import Hardened
from fbtool.gateway.messages import AttachmentKind
from fbtool.gateway.rate_limits import RateLimits, Rates
from fbtool.gateway.setting import Setting, SettingsReader
from fbtool.gateway.store.schema import Tables
from fbtool.meta.usage import Limits, Usage
from fbtool.problem import Problem

RATES = Rates(in_flight=32, per_second=300, media_per_second=10, in_all_per_second=5_000)
"""Facebook documents 300 texts and 10 audios or videos a second of one Page. For all Pages together it documents no
rate, only how much is used up; this is far beyond our connections."""
_LIMITS = MessageLimits(messages.TEXT_LIMIT, {AttachmentKind(kind): kind.limit for kind in messages.Attachment})


class FacebookChannel:
    """Facebook Pages, served. What a part does as `port` asks for it is that part's own method."""

    repeatable = False
    visitors_below = ""

    def __init__(self, core: Core, settings: FacebookSettings) -> None:
        app, platform, store, vault, clock = settings.app, settings.platform, core.store, core.vault, core.clock
        self._core = core
        self._settings = settings
        self.rates = RateLimits(RATES)
        graph = self._graph = Graph(platform, app, self._heed, core.metrics)
        page_api, links = PageApi(graph, app), links_of(store)
        self._links = LinkRepository(links, core.intake, core.outbox_signal, core.metrics, clock)
        unsubscriber = Unsubscriber(links, vault, page_api, clock)
        linker = Linker(links, self._links, vault, page_api, unsubscriber, clock)
        self._monitor = LinkMonitor(links, self._links, linker, unsubscriber, clock)
        reply_window = ReplyWindow(clock)
        self.deadlines = reply_window.deadlines
        self.send = Sending(links, vault, graph, self._monitor, reply_window, clock).send
        conversations = ConversationActions(
            links, store.conversations, vault, graph, self._monitor, reply_window, clock
        )
        self.act, self.profile, self.upload = conversations.act, conversations.profile, conversations.upload
        self._fetcher = Fetcher(platform)
        self.may_fetch, self.fetch = self._fetcher.may_fetch, self._fetcher.fetch
        self._events = WebhookEvents(core.intake, vault, app.id, core.claimed, clock)
        webhook_url = core.address + PATH
        app_checks = AppChecks(graph, app, webhook_url)
        self._checks = FacebookChecks(
            app_checks, platform, webhook_url, vault.verify_token, lambda: self._events.other_products
        )
        failures = FailureRateLimit(core.limits.failed_signatures_per_minute)
        self._ingest = WebhookIngest(self._events, self._monitor, settings.signing_secrets, core.metrics, failures)
        self._page_routes = PageRoutes(
            AccountAuth(store, clock), links, store.conversations, linker, core.outbox_signal, app_checks
        )

    def routes(self) -> Sequence[BaseRoute]:
        """See `port.Channel`."""
        core, settings = self._core, self._settings
        sign_ins = SignIns(
            settings.app, settings.platform, self._graph, core.address + CALLBACK, core.store.ttl, core.vault
        )
        data_requests = DataRequests(links_of(core.store), self._links, core.clock)
        return [
            *self._page_routes.routes(),
            *OAuthRoutes(core.store, sign_ins, core.address, by_hand=settings.sign_in_by_code).routes(),
            *CallbackRoutes(data_requests, settings.signing_secrets, core.address).routes(),
        ]

    def hot_paths(self) -> Mapping[str, ASGIApp]:
        """The webhook."""
        return {PATH: Hardened(WebhookEndpoint(self._ingest, self._core.vault.verify_token), headers=())}

    def workers(self) -> Sequence[Callable[[], Coroutine[Any, Any, None]]]:
        """Who looks after links."""
        return [self._monitor.run]

    def limits(self) -> MessageLimits:
        """Facebook's limits."""
        return _LIMITS

    async def checks(self, *, reachable: bool) -> Sequence[Finding]:
        """What Facebook, the clock and the public address say."""
        return await self._checks.findings(reachable=reachable)

    async def close(self) -> None:
        """Close all connections to Facebook."""
        await self._fetcher.close()
        await self._graph.close()

    async def register(self) -> Mapping[str, str]:
        """Register the webhook at the Meta app."""
        address = self._core.address
        await listen(self._graph, self._settings.app, address + PATH, self._core.vault.verify_token)
        return {
            "callback_url": address + PATH,
            "redirect_url": address + CALLBACK,
            "deauthorize_url": address + DEAUTHORIZE,
            "data_deletion_url": address + DATA_DELETION,
        }

    async def stopped(self, source_id: str, problem: Problem) -> None:
        """Tell the CRM that Facebook has blocked the Page."""
        news = LinkNews(Change.SENDING_STOPPED, Reason.of(problem, self._core.clock() // 1000))
        await self._links.change(source_id, lambda link: link, news)

    def about(self) -> Mapping[str, str]:
        """Which Facebook it is, if not the real one: the tool has to ask the same."""
        platform = self._settings.platform
        return {} if platform == Platform() else {"graph": platform.graph}

    def _heed(self, page_id: str, limits: Limits) -> None:
        self._note("", limits.app)
        if page_id:  # else nobody says whose limit it is
            self._note(page_id, limits.source)

    def _note(self, source_id: str, usage: Usage) -> None:
        self.rates.used(source_id, usage.percent, usage.wait_minutes * 60_000, self._core.clock())


class FacebookPlug:
    """What is known of Facebook without a running gateway."""

    name = NAME
    settings: Sequence[Setting] = settings.SETTINGS
    widget_token = own_source = False
    commands: Sequence[Command] = ()

    def read_settings(self, reader: SettingsReader) -> FacebookSettings:
        """The settings' values; mistakes are noted with the reader."""
        return settings.read(reader)

    def tables(self, database: str) -> Tables:
        """See `port.Plug`."""
        return tables(database)

    async def checks(self, settings: FacebookSettings, address: str) -> Sequence[Finding]:
        """What Facebook says while no gateway runs."""
        graph = Graph(settings.platform, settings.app)
        url = address + PATH if address else ""
        app_checks = AppChecks(graph, settings.app, url)
        try:
            return await FacebookChecks(app_checks, settings.platform, url).findings(reachable=False)
        finally:
            await graph.close()

    def open(self, core: Core, settings: FacebookSettings) -> FacebookChannel:
        """The running channel."""
        return FacebookChannel(core, settings)


PLUG: Plug = FacebookPlug()
