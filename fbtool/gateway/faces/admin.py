"""The administrator's face: accounts and the webhook's registration. Admin token, not an account's."""

import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fbtool.connection import Connection
from fbtool.gateway.accounts import Account, Channel
from fbtool.gateway.faces.answers import Json, bearer, body_as
from fbtool.gateway.faces.callbacks import DATA_DELETION, DEAUTHORIZE
from fbtool.gateway.faces.calls import Call
from fbtool.gateway.operation.accountbook import AccountBook, AccountName, Look, as_json
from fbtool.gateway.operation.registration import Registration
from fbtool.gateway.problems import TokenUnknown
from fbtool.gateway.store import Store


class AccountRequest(Look, kw_only=True):
    """The body of ``POST /admin/accounts``."""

    name: AccountName
    channel: Channel = Channel.FACEBOOK


class AdminFace:
    """Handlers for who runs the gateway."""

    def __init__(self, store: Store, registration: Registration, address: str, admin_token: str) -> None:
        self._book = AccountBook(store)
        self._registration = registration
        self._address = address
        self._admin_token = admin_token

    def routes(self) -> list[Call]:
        """Where the handlers are."""
        one = "/admin/accounts/{name:str}"
        return [
            Call("POST", "/admin/webhook", self.listen),
            Call("GET", "/admin/accounts", self.accounts),
            Call("POST", "/admin/accounts", self.add, body=True),
            Call("POST", one + "/rotate", self.rotate),
            Call("POST", one + "/disable", self.disable),
            Call("POST", one + "/enable", self.enable),
            Call("PATCH", one, self.change, body=True),
            Call("DELETE", one, self.remove),
        ]

    async def listen(self, request: Request) -> Response:
        """Register the webhook at the Meta app."""
        self._admit(request)
        addresses = {"callback_url": await self._registration.listen()}
        addresses |= {
            "deauthorize_url": self._address + DEAUTHORIZE,
            "data_deletion_url": self._address + DATA_DELETION,
        }
        return Json(addresses)

    async def accounts(self, request: Request) -> Response:
        """List all accounts."""
        self._admit(request)
        return Json({"accounts": [as_json(account) for account in await self._book.accounts()]})

    async def add(self, request: Request) -> Response:
        """Make an account; its token is told here and never again."""
        self._admit(request)
        wanted = await body_as(request, AccountRequest)
        account, token = await self._book.add(wanted.name, wanted.channel, wanted)
        return Json(self._with_token(account, token), 201)

    async def rotate(self, request: Request) -> Response:
        """Replace an account's token."""
        self._admit(request)
        account, token = await self._book.rotate(request.path_params["name"])
        return Json(self._with_token(account, token))

    async def disable(self, request: Request) -> Response:
        """Switch an account off."""
        self._admit(request)
        return Json(as_json(await self._book.set_active(request.path_params["name"], active=False)))

    async def enable(self, request: Request) -> Response:
        """Switch an account on."""
        self._admit(request)
        return Json(as_json(await self._book.set_active(request.path_params["name"], active=True)))

    async def change(self, request: Request) -> Response:
        """Change an account's name, greeting or picture."""
        self._admit(request)
        look = await body_as(request, Look)
        return Json(as_json(await self._book.change(request.path_params["name"], look)))

    async def remove(self, request: Request) -> Response:
        """Remove an account without links."""
        self._admit(request)
        return Json(as_json(await self._book.remove(request.path_params["name"])))

    def _with_token(self, account: Account, token: str) -> dict[str, Any]:
        code = Connection(self._address, token).code()
        return as_json(account) | {"token": token, "connection_code": code}

    def _admit(self, request: Request) -> None:
        if not hmac.compare_digest(bearer(request).encode(), self._admin_token.encode()):
            raise TokenUnknown
