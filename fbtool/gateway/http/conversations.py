"""What the CRM can do in a conversation besides answering."""

import contextlib
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.port import Action, Acts, Closes, Erases, Profiles
from fbtool.gateway.delivery.erasure import Erasure
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import Json, body_as
from fbtool.gateway.http.endpoints import Body, Endpoint
from fbtool.gateway.outbound.conversations import conversation_key
from fbtool.gateway.outbound.registry import ChannelRegistry
from fbtool.gateway.problems import NotOfThisChannel, SourceNotLinked
from fbtool.gateway.store import Store
from fbtool.gateway.vault import ConversationKey, Vault


class CloseRequest(Body):
    """The body of ``POST /v1/conversations/{conversation}/close``."""

    note: bool = False


class ConversationRoutes:
    """The handlers of ``/v1/conversations``."""

    def __init__(
        self, auth: AccountAuth, channels: ChannelRegistry, store: Store, vault: Vault, erasure: Erasure
    ) -> None:
        self._auth = auth
        self._channels = channels
        self._store = store
        self._vault = vault
        self._erasure = erasure

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        one = "/v1/conversations/{conversation:str}"
        return [
            Endpoint("POST", one + "/typing", partial(self.act, action=Action.TYPING)),
            Endpoint("POST", one + "/seen", partial(self.act, action=Action.SEEN)),
            Endpoint("GET", one + "/profile", self.profile),
            Endpoint("POST", one + "/close", self.close, body=True),
            Endpoint("DELETE", one, self.erase),
        ]

    async def profile(self, request: Request) -> Response:
        """Tell the customer's name, as the channel tells it now."""
        account = await self._auth.active(request)
        channel = self._channels.of(account).offered
        if not isinstance(channel, Profiles):
            raise NotOfThisChannel(channel=account.channel)
        customer = await self._customer(account, request.path_params["conversation"])
        return Json(await channel.profile(account, customer))

    async def act(self, request: Request, action: Action) -> Response:
        """Show the customer that somebody types or has read."""
        account = await self._auth.active(request)
        channel = self._channels.of(account).offered
        if not isinstance(channel, Acts):
            raise NotOfThisChannel(channel=account.channel)
        customer = await self._customer(account, request.path_params["conversation"])
        await channel.act(account, customer, action)
        return Response(status_code=204)

    async def close(self, request: Request) -> Response:
        """Show the customer that the conversation has come to its end."""
        account = await self._auth.active(request)
        wanted = await body_as(request, CloseRequest, optional=True)
        channel = self._channels.of(account).offered
        if not isinstance(channel, Closes):
            raise NotOfThisChannel(channel=account.channel)
        customer = await self._customer(account, request.path_params["conversation"])
        await channel.close_conversation(account, customer, note=wanted.note)
        return Response(status_code=204)

    async def erase(self, request: Request) -> Response:
        """Forget a customer: what waits for the CRM, what waits for them, and what is known of them.

        This works while the channel is off as well, and for events of a source that is not the account's any more.
        """
        account = await self._auth.active(request)
        running, conversation = self._channels.of(account), request.path_params["conversation"]
        with contextlib.suppress(SourceNotLinked):
            customer = await self._customer(account, conversation)
            if isinstance(running.channel, Erases):
                await running.channel.erase(account, customer)
            await self._erasure.forget(customer)
        await self._erasure.drop_waiting(account.id, conversation)
        return Response(status_code=204)

    async def _customer(self, account: Account, conversation: str) -> ConversationKey:
        return await conversation_key(self._store, self._vault, account, conversation)
