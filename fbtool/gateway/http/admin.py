"""The administrator's API: accounts, settings and the webhook's registration. Admin token, not an account's."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fbtool.gateway.channels.port import Registers
from fbtool.gateway.http.auth import operators_only
from fbtool.gateway.http.common import Json, body_as
from fbtool.gateway.http.endpoints import Endpoint, Handler
from fbtool.gateway.operation.account_commands import COMMANDS, AccountCommand, Accounts
from fbtool.gateway.operation.local_gateway import PROOF
from fbtool.gateway.operation.reloading import Reloading
from fbtool.gateway.operation.run_file import Announcement
from fbtool.gateway.outbound.registry import ChannelRegistry
from fbtool.gateway.store import Store

_NONCE = 100
"""Characters; a command sends fewer."""


class AdminRoutes:
    """Handlers for who runs the gateway.

    Args:
        store: where the accounts are.
        channels: those that run.
        address: the gateway's, for connection codes and for Facebook.
        announcement: what commands on this computer know of this gateway.
        admin_token: what everybody else has to bring.
        reloading: of the settings.
    """

    def __init__(
        self,
        store: Store,
        channels: ChannelRegistry,
        address: str,
        announcement: Announcement,
        admin_token: str,
        reloading: Reloading,
    ) -> None:
        self._store = store
        self._channels = channels
        self._address = address
        self._announcement = announcement
        self._admin_token = admin_token
        self._reloading = reloading

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        admin = operators_only(self._admin_token, self._announcement.secret)
        return [
            Endpoint("GET", PROOF, self.prove, query={"nonce"}),
            Endpoint("POST", "/admin/webhook", self.listen, behind=admin),
            Endpoint("POST", "/admin/reload", self.reload, behind=admin),
            *(
                Endpoint(one.method, f"/admin/{one.path}", self._over_accounts(one), body=bool(one.body), behind=admin)
                for one in COMMANDS
            ),
        ]

    async def prove(self, request: Request) -> Response:
        """Prove to a command on this computer, before it says anything, that this is the gateway it means."""
        return PlainTextResponse(self._announcement.proof(request.query_params.get("nonce", "")[:_NONCE]))

    async def listen(self, request: Request) -> Response:
        """Register the channels that have to be told to their platform."""
        addresses: dict[str, str] = {}
        for one in self._channels:
            if isinstance(one.channel, Registers):
                addresses |= await one.channel.register()
        return Json(addresses)

    async def reload(self, request: Request) -> Response:
        """Read the settings again and take what can change at once."""
        return Json(await self._reloading.reload())

    def _over_accounts(self, command: AccountCommand) -> Handler:
        async def handle(request: Request) -> Response:
            body = await body_as(request, command.body) if command.body else None
            on = Accounts(self._store, self._reloading.settings.channels, self._address)
            return Json(await command.run(on, request.path_params.get("name", ""), body), command.status)

        return handle
