"""What an account is, where it is reached, and whether somebody is there. The contract is openapi.yaml."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from fbtool import __version__
from fbtool.gateway.channels.port import Acts, Channel, Closes, Describes, Profiles, Uploads
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import Json, body_as
from fbtool.gateway.http.endpoints import Body, Endpoint
from fbtool.gateway.outbound.registry import ChannelRegistry
from fbtool.gateway.store import Store
from fbtool.gateway.wakeups import AVAILABLE, Notifier


class AvailabilityRequest(Body):
    """The body of ``PUT /v1/availability``."""

    available: bool
    seconds: Annotated[int, msgspec.Meta(ge=1, le=86400)] = 300


class AccountRoutes:
    """The account and its availability."""

    def __init__(
        self,
        auth: AccountAuth,
        store: Store,
        channels: ChannelRegistry,
        notifier: Notifier,
        clock: Callable[[], int],
    ) -> None:
        self._auth = auth
        self._store = store
        self._channels = channels
        self._notifier = notifier
        self._clock = clock

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        return [
            Endpoint("GET", "/v1/account", self.account),
            Endpoint("GET", "/v1/availability", self.availability),
            Endpoint("PUT", "/v1/availability", self.set_availability, body=True),
        ]

    async def account(self, request: Request) -> Response:
        """Tell a token's owner what it belongs to, whatever its channel."""
        account = await self._auth.holder(request)
        running = self._channels.get(account.channel)
        channel = running.channel if running else None
        about: Mapping[str, str] = channel.about() if isinstance(channel, Describes) else {}
        capabilities = _capabilities(channel) if channel else None
        sources = await self._store.sources.of_account(account.id)
        return Json(
            {
                "id": account.id,
                "name": account.name,
                "channel": account.channel,
                "active": account.active,
                "greeting": account.greeting,
                "avatar_url": account.avatar_url,
                "gateway": {"version": __version__, **about},
                "sources": [
                    {"id": one.id, "name": one.name, "held": one.held, "capabilities": capabilities} for one in sources
                ],
            }
        )

    async def availability(self, request: Request) -> Response:
        """Tell whether somebody is there to answer."""
        account = await self._auth.active(request)
        return self._availability(await self._store.accounts.available_until(account.id))

    async def set_availability(self, request: Request) -> Response:
        """Keep whether somebody is there to answer, for a while."""
        account = await self._auth.active(request)
        wanted = await body_as(request, AvailabilityRequest)
        until = self._clock() + wanted.seconds * 1000 if wanted.available else 0
        await self._store.accounts.set_availability(account.id, until)
        self._notifier.notify(AVAILABLE + account.id)
        return self._availability(until)

    def _availability(self, until_ms: int) -> Response:
        available = until_ms > self._clock()
        return Json({"available": available, "until": until_ms if available else None})


def _capabilities(channel: Channel) -> dict[str, Any]:
    """What can be sent, and what else the channel can do."""
    limits = channel.limits()
    return {
        "text_length": limits.text,
        "attachments": dict(limits.attachments),
        "uploads": isinstance(channel, Uploads),
        "typing": isinstance(channel, Acts),
        "profile": isinstance(channel, Profiles),
        "agents": limits.agents,
        "close": isinstance(channel, Closes),
    }
