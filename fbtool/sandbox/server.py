"""Runs the sandbox as a web server: one port for facebook.com, graph.facebook.com and the customers.

with SandboxServer(shipped("small-shop")) as server:
    requests.get(f"{server.address}/v26.0/me")
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fbtool import serving
from fbtool.sandbox.clock import Clock
from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.http.account_actions import AccountActionRoutes
from fbtool.sandbox.http.chat_page import ChatPage
from fbtool.sandbox.http.control import ControlRoutes
from fbtool.sandbox.http.customers import CustomerRoutes
from fbtool.sandbox.http.faults import FaultRoutes
from fbtool.sandbox.http.graph_api import HANG_UP, METHODS, GraphApi
from fbtool.sandbox.http.login_dialog import LoginDialogRoutes
from fbtool.sandbox.http.shop import ShopPages
from fbtool.sandbox.http.shop_control import ShopControl
from fbtool.sandbox.http.shop_relay import ShopRelay
from fbtool.sandbox.world import World


def create_app(sandbox: Sandbox) -> Starlette:
    """The ASGI application of one sandbox."""
    control, graph = ControlRoutes(sandbox), GraphApi(sandbox)

    async def root(request: Request) -> Response:
        # graph.facebook.com answers at its root too: many objects by ?ids=, and batches by POST.
        if request.method == "GET" and "ids" not in request.query_params:
            return await control.front(request)
        return await graph(request)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await sandbox.close()

    return Starlette(
        routes=[
            *LoginDialogRoutes(sandbox).routes(),
            *CustomerRoutes(sandbox).routes(),
            *ChatPage(sandbox).routes(),
            *FaultRoutes(sandbox).routes(),
            *AccountActionRoutes(sandbox).routes(),
            *ShopPages(sandbox).routes(),
            *ShopControl(sandbox).routes(),
            *ShopRelay(sandbox).routes(),
            *control.routes(),
            Route("/", root, methods=METHODS),
            Route("/{path:path}", graph.__call__, methods=METHODS),
        ],
        lifespan=lifespan,
    )


class SandboxServer:
    """A sandbox in a thread of this process. Use it as a context manager, or `start` and `stop` it."""

    def __init__(self, world: World, host: str = "127.0.0.1", port: int = 0, clock: Clock | None = None) -> None:
        self._sandbox = Sandbox(world, clock or Clock())
        self._host = host
        self._port = port
        self._server: serving.Server | None = None

    @property
    def address(self) -> str:
        """The base address, with the name ``localhost``: the platform takes plain http for no other name."""
        host = "localhost" if self._host == "127.0.0.1" else self._host
        return f"http://{host}:{self._port}"

    def start(self) -> Self:
        """Return when the port listens.

        Raises:
            PortInUse, PortNotAllowed: nothing was started.
        """
        server = self._listen()
        try:
            server.start()
        except BaseException:
            self.stop()
            raise
        return self

    def run(self, announce: Callable[[str], None]) -> None:
        """Serve in the main thread until Ctrl-C or SIGTERM; ``announce`` hears the address when the port listens.

        Raises:
            PortInUse, PortNotAllowed: nothing was started.
        """
        self._listen().run(lambda: announce(self.address))

    def stop(self) -> None:
        """End the server and whoever waits on it; harmless if it does not run."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def _listen(self) -> serving.Server:
        listeners = serving.listen(self._host, self._port)
        self._port = serving.port_of(listeners)
        # Long polls are woken before the server waits for them to end.
        self._server = serving.Server(
            create_app(self._sandbox), listeners, on_stop=self._sandbox.wake_all, protocol=_CuttableProtocol
        )
        return self._server

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class _CuttableProtocol(HttpToolsProtocol):
    """Lets the application cut a connection, which ASGI itself has no word for."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope.setdefault("extensions", {})[HANG_UP] = {"now": self.transport.abort}
