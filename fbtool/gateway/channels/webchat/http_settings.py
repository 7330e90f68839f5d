"""The settings of an account's widget, for its admin and its CRM. The contract is openapi.yaml."""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from fbtool.gateway.accounts import Account, TokenKind
from fbtool.gateway.channels.port import Core
from fbtool.gateway.channels.webchat import NAME
from fbtool.gateway.channels.webchat.served_accounts import SAVED
from fbtool.gateway.channels.webchat.settings_service import SettingsRequest, SettingsService
from fbtool.gateway.channels.webchat.store import WebchatStore
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import Json, bearer, body_as
from fbtool.gateway.http.endpoints import Endpoint

PATH = "/v1/webchat/settings"


class SettingsRoutes:
    """Handlers for both tokens of an account.

    Args:
        core: of the gateway.
        kept: what the channel keeps.
        origins_seen: the web sites that have asked for an account's widget lately.
    """

    def __init__(self, core: Core, kept: WebchatStore, origins_seen: Callable[[str], Sequence[str]]) -> None:
        self._core = core
        self._kept = kept
        self._auth = AccountAuth(core.store, core.clock)
        self._service = SettingsService(core.store, kept, core.address, core.clock, origins_seen)

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        return [Endpoint("GET", PATH, self.show), Endpoint("PUT", PATH, self.save, body=True)]

    async def show(self, request: Request) -> Response:
        """Tell what is set."""
        return Json(await self._service.show(await self._account(request)))

    async def save(self, request: Request) -> Response:
        """Set everything anew."""
        account = await self._account(request)
        saved = await self._service.save(account, await body_as(request, SettingsRequest))
        self._core.notifier.notify(SAVED + account.id)
        await self._kept.tell([SAVED + account.id])
        return Json(saved)

    async def _account(self, request: Request) -> Account:
        """The account of either token.

        Raises:
            TokenUnknown, AccountInactive, AccountOfOtherChannel: it may not do this.
        """
        if bearer(request).startswith(f"{TokenKind.WIDGET}_"):
            return await self._auth.widget_account(request)
        return await self._auth.of_channel(request, NAME)
