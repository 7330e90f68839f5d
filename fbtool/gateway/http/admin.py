"""The administrator's face: accounts and the webhook's registration. Admin token, not an account's."""

from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fbtool.connection import Connection
from fbtool.gateway.accounts import Account, Channel
from fbtool.gateway.channels.port import Registers
from fbtool.gateway.http.auth import operators_only
from fbtool.gateway.http.common import Json, body_as
from fbtool.gateway.http.endpoints import Endpoint
from fbtool.gateway.operation.accountbook import AccountBook, AccountName, Look, as_json
from fbtool.gateway.operation.local import PROOF
from fbtool.gateway.operation.run_file import Announcement
from fbtool.gateway.outbound.registry import ChannelRegistry
from fbtool.gateway.store import Store

_NONCE = 100
"""Characters; a command sends fewer."""


class AccountRequest(Look, kw_only=True):
    """The body of ``POST /admin/accounts``."""

    name: AccountName
    channel: Channel = Channel.FACEBOOK


class AdminRoutes:
    """Handlers for who runs the gateway.

    Args:
        store: where the accounts are.
        channels: those that run.
        address: the gateway's, for connection codes and for Facebook.
        announcement: what commands on this computer know of this gateway.
        admin_token: what everybody else has to bring.
    """

    def __init__(
        self, store: Store, channels: ChannelRegistry, address: str, announcement: Announcement, admin_token: str
    ) -> None:
        self._book = AccountBook(store)
        self._channels = channels
        self._address = address
        self._announcement = announcement
        self._admin_token = admin_token

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        admin = operators_only(self._admin_token, self._announcement.secret)
        one = "/admin/accounts/{name:str}"
        return [
            Endpoint("GET", PROOF, self.prove, query={"nonce"}),
            Endpoint("POST", "/admin/webhook", self.listen, behind=admin),
            Endpoint("GET", "/admin/accounts", self.accounts, behind=admin),
            Endpoint("POST", "/admin/accounts", self.add, body=True, behind=admin),
            Endpoint("POST", one + "/rotate", self.rotate, behind=admin),
            Endpoint("POST", one + "/disable", self.disable, behind=admin),
            Endpoint("POST", one + "/enable", self.enable, behind=admin),
            Endpoint("PATCH", one, self.change, body=True, behind=admin),
            Endpoint("DELETE", one, self.remove, behind=admin),
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

    async def accounts(self, request: Request) -> Response:
        """List all accounts."""
        return Json({"accounts": [as_json(account) for account in await self._book.accounts()]})

    async def add(self, request: Request) -> Response:
        """Make an account; its token is told here and never again."""
        wanted = await body_as(request, AccountRequest)
        account, token = await self._book.add(wanted.name, wanted.channel, wanted)
        return Json(self._with_token(account, token), 201)

    async def rotate(self, request: Request) -> Response:
        """Replace an account's token."""
        account, token = await self._book.rotate(request.path_params["name"])
        return Json(self._with_token(account, token))

    async def disable(self, request: Request) -> Response:
        """Switch an account off."""
        return Json(as_json(await self._book.set_active(request.path_params["name"], active=False)))

    async def enable(self, request: Request) -> Response:
        """Switch an account on."""
        return Json(as_json(await self._book.set_active(request.path_params["name"], active=True)))

    async def change(self, request: Request) -> Response:
        """Change an account's name, greeting or picture."""
        look = await body_as(request, Look)
        return Json(as_json(await self._book.change(request.path_params["name"], look)))

    async def remove(self, request: Request) -> Response:
        """Remove an account without links."""
        return Json(as_json(await self._book.remove(request.path_params["name"])))

    def _with_token(self, account: Account, token: str) -> dict[str, Any]:
        code = Connection(self._address, token).code()
        return as_json(account) | {"token": token, "connection_code": code}
