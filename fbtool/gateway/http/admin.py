"""The administrator's API: settings and the webhook's registration. Admin token, not an account's."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fbtool.gateway.channels.port import Registers
from fbtool.gateway.http.auth import Wall
from fbtool.gateway.http.common import Json
from fbtool.gateway.http.endpoints import Endpoint
from fbtool.gateway.operation.local_gateway import PROOF
from fbtool.gateway.operation.reloading import Reloading
from fbtool.gateway.operation.run_file import Announcement
from fbtool.gateway.outbound.registry import ChannelRegistry
from fbtool.gateway.problems import GatewayProblem
from fbtool.language import N_

_NONCE = 100
"""Characters; a command sends fewer."""


class NothingToRegister(GatewayProblem):
    """No platform of an offered channel has to be told where messages go."""

    status = 409
    code = "nothing_to_register"
    what = N_("None of the channels that this gateway offers has to be registered.")
    meaning = N_(
        "Only a channel such as “facebook” has to be told where the gateway is; a web chat needs nothing of it."
    )
    remedy = N_(
        "There is nothing to do. If “facebook” is to be offered too, write it into server.channels of gateway.toml and "
        "run “fbtool gateway reload”."
    )


class AdminRoutes:
    """Handlers for who runs the gateway.

    Args:
        channels: those that run.
        announcement: what commands on this computer know of this gateway.
        admin: lets the operator through.
        reloading: of the settings.
    """

    def __init__(
        self,
        channels: ChannelRegistry,
        announcement: Announcement,
        admin: Wall,
        reloading: Reloading,
    ) -> None:
        self._channels = channels
        self._announcement = announcement
        self._admin = admin
        self._reloading = reloading

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        return [
            Endpoint("GET", PROOF, self.prove, query={"nonce"}),
            Endpoint("POST", "/admin/webhook", self.listen, behind=self._admin),
            Endpoint("POST", "/admin/reload", self.reload, behind=self._admin),
        ]

    async def prove(self, request: Request) -> Response:
        """Prove to a command on this computer, before it says anything, that this is the gateway it means."""
        return PlainTextResponse(self._announcement.proof(request.query_params.get("nonce", "")[:_NONCE]))

    async def listen(self, request: Request) -> Response:
        """Register the offered channels that have to be told to their platform.

        Raises:
            NothingToRegister: there is none.
        """
        addresses: dict[str, str] = {}
        for one in self._channels:
            if one.sender.offered and isinstance(one.channel, Registers):
                addresses |= await one.channel.register()
        if not addresses:
            raise NothingToRegister
        return Json(addresses)

    async def reload(self, request: Request) -> Response:
        """Read the settings again and take what can change at once."""
        return Json(await self._reloading.reload())
