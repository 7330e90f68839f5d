"""The commands over accounts and managers: all of them for the operator, and for a manager those over its accounts."""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from fbtool.gateway.accounts import Manager
from fbtool.gateway.channels import installed
from fbtool.gateway.command import Accounts, Command
from fbtool.gateway.http.auth import Wall, manager_of
from fbtool.gateway.http.common import Json, body_as
from fbtool.gateway.http.endpoints import Endpoint
from fbtool.gateway.operation import account_commands, manager_commands
from fbtool.gateway.store import Store


class CommandRoutes:
    """Handlers for who looks after accounts.

    Args:
        store: where the accounts are.
        channels: tells which ones are offered now.
        address: the gateway's, for connection codes.
        clock: unix milliseconds.
        admin: lets the operator through.
    """

    def __init__(
        self,
        store: Store,
        channels: Callable[[], Sequence[str]],
        address: str,
        clock: Callable[[], int],
        admin: Wall,
    ) -> None:
        self._store = store
        self._channels = channels
        self._address = address
        self._clock = clock
        self._admin = admin

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        of_operator = [*account_commands.COMMANDS, *manager_commands.COMMANDS, *installed.commands()]
        return [*map(self._of_operator, of_operator), *map(self._of_manager, account_commands.COMMANDS)]

    def _of_operator(self, command: Command) -> Endpoint:
        async def handle(request: Request) -> Response:
            return await self._done(command, request, None)

        path = f"/admin/{command.path}"
        return Endpoint(command.method, path, handle, body=bool(command.body), behind=self._admin)

    def _of_manager(self, command: Command) -> Endpoint:
        async def handle(request: Request) -> Response:
            return await self._done(command, request, await manager_of(self._store, request))

        path = f"/v1/{command.path}".replace("{name}", "{account}")
        return Endpoint(command.method, path, handle, body=bool(command.body))

    async def _done(self, command: Command, request: Request, manager: Manager | None) -> Response:
        body = await body_as(request, command.body, optional=command.method == "POST") if command.body else None
        on = Accounts(self._store, self._channels(), self._address, manager, self._clock)
        (name,) = request.path_params.values() or ("",)
        return Json(await command.run(on, name, body), command.status)
