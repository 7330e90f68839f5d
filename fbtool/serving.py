"""Runs an ASGI application on this computer: as a program of its own, or beside other work in a thread.

Shared by the gateway and the sandbox. Both bind before they report ready, and stop cleanly.
"""

import asyncio
import contextlib
import errno
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any, Literal

import uvicorn

from fbtool.language import N_
from fbtool.problem import Problem

_START_SECONDS = 30
_STOP_SECONDS = 10
_GRACE_SECONDS = 5
"""How long running requests may take once the server stops."""
_WEBSOCKET_BYTES = 64 * 1024
"""The longest message that a WebSocket client may send."""

_STOP_SIGNALS = [signal.SIGINT, signal.SIGTERM]
if sys.platform == "win32":
    _STOP_SIGNALS.append(signal.SIGBREAK)  # what a Windows service's wrapper sends
_KILLED_BY = 128
"""An exit code above it names the signal, as shells have it."""

_THIS_COMPUTER = ("127.0.0.1", "localhost")
_BACKLOG = 2048


class PortInUse(Problem):
    """Something else listens there."""

    code = "port_in_use"
    what = N_("Port {port} on {host} is already in use.")
    meaning = N_("Another program, perhaps an earlier start of this one, listens there.")
    remedy = N_("Stop that program, or choose another port with --port (0 = any free one).")


class PortNotAllowed(Problem):
    """The system does not let us listen there."""

    code = "port_not_allowed"
    what = N_("This computer does not allow to listen on {host}, port {port}.")
    meaning = N_("The address is not one of this computer, or the port is reserved by the system.")
    remedy = N_("Choose another address with --host or a port above 1023 with --port.")


class ServerDidNotStart(Problem):
    """The application failed before it was ready."""

    code = "server_did_not_start"
    what = N_("The server did not start.")
    remedy = N_("Start it again; if it happens again, run it with FBTOOL_DEBUG=1 and report what it prints.")


def listen(host: str, port: int) -> list[socket.socket]:
    """Listening sockets; port 0 takes any free one (`port_of` tells which).

    On this computer both address families listen on the same port: ``localhost`` may mean either of them.

    Raises:
        PortInUse, PortNotAllowed: before anything else has been started that would have to be undone.
    """
    if host not in _THIS_COMPUTER:
        return [_bound(host, port)]
    first = _bound("127.0.0.1", port)
    try:
        return [first, _bound("::1", first.getsockname()[1])]
    except PortNotAllowed:
        return [first]  # this computer has no IPv6
    except PortInUse:
        first.close()
        if port == 0:
            return listen(host, port)  # the other family's port of this number was taken by chance
        raise


def port_of(listeners: list[socket.socket]) -> int:
    """The port the sockets listen on."""
    port: int = listeners[0].getsockname()[1]
    return port


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        raise PortNotAllowed(host=host, port=port) from None
    if family is socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
        # Windows: otherwise another program could take over the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        in_use = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        raise (PortInUse if in_use else PortNotAllowed)(host=host, port=port) from None
    return listener


class Server:
    """One ASGI application on listening sockets.

    Args:
        app: the application; its lifespan is honoured, and an error in it is raised by `start` and `run`.
        listeners: what `listen` returned.
        on_stop: called in the event loop as soon as the server begins to stop, while requests still run.
        protocol: another class than uvicorn's own to speak HTTP on a connection.
        trusted_proxies: addresses and networks whose ``X-Forwarded-*`` headers are believed.
        idle_seconds: how long a connection may be idle between requests.
        websockets: whether the application speaks WebSocket too; needs the package "websockets".
    """

    def __init__(
        self,
        app: Any,
        listeners: list[socket.socket],
        *,
        on_stop: Callable[[], None] = lambda: None,
        protocol: type[asyncio.Protocol] | Literal["auto"] = "auto",
        trusted_proxies: Sequence[str] = ("127.0.0.1",),
        idle_seconds: int = 5,
        websockets: bool = False,
    ) -> None:
        self._sockets = listeners
        # It would print tracebacks; failures are raised here as problems instead.
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
        self._failure: BaseException | None = None
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        config = uvicorn.Config(
            _remember_failure(app, self._fail),
            http=protocol,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=list(trusted_proxies),
            timeout_keep_alive=idle_seconds,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            ws="websockets-sansio" if websockets else "none",
            ws_max_size=_WEBSOCKET_BYTES,
            ws_per_message_deflate=False,
        )
        self._server = _QuietServer(config, self._ready, on_stop)

    def start(self) -> None:
        """Serve in a thread; return when requests are answered."""
        self._thread = threading.Thread(target=self._serve, name="server", daemon=True)
        self._thread.start()
        self._ready.wait(_START_SECONDS)
        self._raise_failure()

    def stop(self) -> None:
        """Finish what was accepted and stop. Harmless when called twice or before `start`."""
        self._server.should_exit = True
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_STOP_SECONDS)
        for listener in self._sockets:
            listener.close()

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve in this thread until SIGINT or SIGTERM; a second signal stops at once."""
        watcher = threading.Thread(target=self._announce, args=(on_ready,), daemon=True)
        watcher.start()
        with _stop_on_signal(self._server):
            self._serve()
        self._raise_failure()

    def _announce(self, on_ready: Callable[[], None]) -> None:
        self._ready.wait()
        if self._server.started:
            on_ready()

    def _serve(self) -> None:
        try:
            self._server.run(sockets=self._sockets)
        except SystemExit:
            # uvicorn ends the process when the start fails; the reason is in _failure.
            self._failure = self._failure or ServerDidNotStart()
        finally:
            self._ready.set()

    def _fail(self, error: BaseException) -> None:
        self._failure = error

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure
        if self._thread is not None and not self._server.started:
            raise ServerDidNotStart


class _QuietServer(uvicorn.Server):
    """uvicorn, but signals are ours and "ready" is an event."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._on_stop = on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stop()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def _stop_on_signal(server: uvicorn.Server) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        if server.should_exit:
            # At once means at once: nothing is lost that a sudden power cut would not lose, and that is nothing.
            os._exit(_KILLED_BY + number)
        server.should_exit = True

    earlier = {number: signal.signal(number, stop) for number in _STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _remember_failure(app: Any, remember: Callable[[BaseException], None]) -> Any:
    """Keep the exception of a failed start: uvicorn would only log it."""

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return

        async def watch(message: Any) -> None:
            if message["type"] == "lifespan.startup.failed" and not failures:
                failures.append(ServerDidNotStart())
            await send(message)

        failures: list[BaseException] = []
        try:
            await app(scope, receive, watch)
        except BaseException as error:
            failures.insert(0, error)
            raise
        finally:
            if failures:
                remember(failures[0])

    return guarded
