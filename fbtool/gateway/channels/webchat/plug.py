"""The web chat as a channel of the gateway: puts its parts together and answers for them."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from fbtool.finding import Finding
from fbtool.gateway.channels.port import Channel, Core, MessageLimits, Plug
from fbtool.gateway.channels.webchat import NAME, checks
from fbtool.gateway.channels.webchat.answers import Answers
from fbtool.gateway.channels.webchat.automatic_sending import AutomaticSending
from fbtool.gateway.channels.webchat.commands import COMMANDS
from fbtool.gateway.channels.webchat.http_configurator import ConfiguratorRoutes
from fbtool.gateway.channels.webchat.http_script import ScriptRoutes
from fbtool.gateway.channels.webchat.http_settings import SettingsRoutes
from fbtool.gateway.channels.webchat.http_visitor import VisitorRoutes
from fbtool.gateway.channels.webchat.messages_in import MessagesIn
from fbtool.gateway.channels.webchat.polling import Polling
from fbtool.gateway.channels.webchat.presence import Presence
from fbtool.gateway.channels.webchat.served_accounts import ServedAccounts
from fbtool.gateway.channels.webchat.store.tables import tables, webchat_of
from fbtool.gateway.channels.webchat.visitor_keys import VisitorKeys
from fbtool.gateway.channels.webchat.visitor_limits import Networks, NewConversations, OriginsSeen, PollPlaces
from fbtool.gateway.channels.webchat.visitor_wakeups import VisitorWakeups
from fbtool.gateway.messages import Deadlines
from fbtool.gateway.rate_limits import RateLimits, Rates
from fbtool.gateway.setting import Setting, SettingsReader
from fbtool.gateway.store.limits import DAY_MS
from fbtool.gateway.store.schema import Tables

ANSWER_MS = 7 * DAY_MS
"""How long after a visitor's last message an answer is taken, if the conversation was not closed."""
RATES = Rates(in_flight=64, per_second=2_000, in_all_per_second=20_000)
"""An answer is handed over within the gateway; this is far beyond what agents write."""
_LIMITS = MessageLimits(text=4_000, agents=True)


class WebchatChannel:
    """The web chat, served. What a part does as `port` asks for it is that part's own method."""

    repeatable = True
    visitors_below = "/webchat/"

    def __init__(self, core: Core) -> None:
        store = webchat_of(core.store)
        self.rates = RateLimits(RATES)
        wakeups = VisitorWakeups(core.notifier)
        served = ServedAccounts(core.store, store, core.notifier, core.clock)
        keys, networks = VisitorKeys(core.vault.key), Networks()
        beginnings, origins = NewConversations(networks), OriginsSeen(core.clock)
        self._automatic = AutomaticSending(core, store, served, self.deadlines)
        self._presence = Presence(core, store, wakeups)
        answers = Answers(core, store, served, wakeups)
        self.queue, self.send, self.act = answers.queue, answers.send, answers.act
        self.close_conversation, self.erase = answers.close_conversation, answers.erase
        messages = MessagesIn(core, store, keys, beginnings, self._automatic.planned)
        polling = Polling(core, store, served, wakeups, self._presence, PollPlaces(networks))
        self._checks = checks.WebchatChecks(core, store, keys)
        self._scripts = ScriptRoutes(core, served)
        self._settings = SettingsRoutes(core, store, origins.of)
        self._visitors = VisitorRoutes(core, store, served, keys, beginnings, messages, polling, answers, origins)

    def routes(self) -> Sequence[BaseRoute]:
        """See `port.Channel`."""
        return [
            *ConfiguratorRoutes().routes(),
            *self._settings.routes(),
            *self._visitors.routes(),
            *self._scripts.routes(),
        ]

    def hot_paths(self) -> Mapping[str, ASGIApp]:
        """None: every path has an account in it."""
        return {}

    def workers(self) -> Sequence[Callable[[], Coroutine[Any, Any, None]]]:
        """Who sends automatic texts, who notes who is here, and who makes the script ready."""
        return [self._automatic.run, self._presence.run, self._scripts.prepare]

    def deadlines(self, last_customer_ms: int) -> Deadlines:
        """The same for everybody."""
        return Deadlines(last_customer_ms + ANSWER_MS, last_customer_ms + ANSWER_MS)

    def limits(self) -> MessageLimits:
        """Text only, with its agent."""
        return _LIMITS

    async def checks(self, *, reachable: bool) -> Sequence[Finding]:
        """See `port.Channel`."""
        return await self._checks.findings(reachable=reachable)

    async def close(self) -> None:
        """Keep who was here."""
        await self._presence.flush()


class WebchatPlug:
    """What is known of the web chat without a running gateway."""

    name = NAME
    settings: Sequence[Setting] = ()
    commands = COMMANDS
    widget_token = True
    own_source = True

    def read_settings(self, reader: SettingsReader) -> None:
        """There are none in the settings file: admins set up their chat themselves."""
        return

    def tables(self, database: str) -> Tables:
        """See `port.Plug`."""
        return tables(database)

    async def checks(self, settings: None, address: str) -> Sequence[Finding]:
        """See `port.Plug`."""
        return checks.stopped(address)

    def open(self, core: Core, settings: None) -> Channel:
        """The running channel."""
        return WebchatChannel(core)


PLUG: Plug = WebchatPlug()
