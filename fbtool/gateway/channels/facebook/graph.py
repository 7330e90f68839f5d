"""Calls to the Graph API with the app's proof, from a running event loop."""

import asyncio
import importlib
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.request import getproxies, proxy_bypass

from fbtool.address import read_address, without_secrets
from fbtool.facebook.errors import AnswerUnreadable
from fbtool.facebook.graph import App, Call, Platform
from fbtool.gateway import limits as numbers
from fbtool.gateway.channels.facebook.upload_request import upload_request
from fbtool.gateway.channels.port import FileUpload
from fbtool.gateway.fair_semaphore import FairSemaphore
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.language import N_, Sentence, say
from fbtool.meta.errors import GraphError
from fbtool.meta.usage import Limits, read_limits
from fbtool.problem import Kind, Problem

if TYPE_CHECKING:
    import aiohttp

T = TypeVar("T")
_CONNECT_SECONDS = 10
"""Until there is a connection, with the search for the address; nothing was sent before."""
_ANSWER_SECONDS = 30
_UPLOAD_SECONDS = 150
"""The file passes through while it arrives, so a slow sender counts too."""
_ANSWER_BYTES = 16 * 1024 * 1024
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def load_http() -> None:
    """Load aiohttp: it takes a third of the gateway's start (measured), and no delivery waits for it."""
    if "aiohttp" not in sys.modules:
        await asyncio.to_thread(importlib.import_module, "aiohttp")


class FacebookUnreachable(Problem):
    """The call never reached Facebook: it is safe to try again."""

    code = "facebook_unreachable"
    kind = Kind.UNREACHABLE
    what = N_("The gateway cannot reach Facebook.")
    meaning = N_("Facebook or the gateway's internet connection is down.")
    remedy = N_("Try again in a few minutes.")
    way: Sentence | None = None
    """What was tried."""

    def for_operator(self) -> "FacebookUnreachable":
        """The same with hosts and proxies in it, which concern nobody else."""
        return _FacebookUnreachableFromHere(way=self.way or say("no connection"))


class _FacebookUnreachableFromHere(FacebookUnreachable):
    what = N_("The gateway cannot reach Facebook: {way}.")
    remedy = N_("Check the firewall, the DNS, and the variables https_proxy and no_proxy of the gateway's service.")


class ConnectionsBusy(FacebookUnreachable):
    """The call waited for its turn and did not get it."""

    code = "facebook_lines_busy"
    what = N_("The gateway has too many calls to Facebook under way.")
    meaning = N_("Nothing was sent.")
    remedy = N_("Try again in a minute; if it happens again, send fewer files at a time.")


class FacebookSilent(Problem):
    """The call was sent and no answer came: it may have been carried out."""

    code = "facebook_silent"
    kind = Kind.UNREACHABLE
    what = N_("Facebook took the gateway's call but did not answer.")
    meaning = N_("The call may have been carried out.")
    remedy = N_("Look at Facebook whether it was carried out, then try again.")


class Graph:
    """An HTTP client for `Call`. Make it inside the event loop; `close` it at the end.

    Args:
        platform: where Facebook is.
        app: whose secret proves the calls.
        on_limits: told of every answer, how far the limits are used up, and the first part of the call's path,
            which is the Page's id where the call is about a Page.
        metrics: counts the calls by how they ended.
    """

    def __init__(
        self,
        platform: Platform,
        app: App,
        on_limits: Callable[[str, Limits], None] = lambda subject, limits: None,
        metrics: Metrics | None = None,
    ) -> None:
        self._platform = platform
        self._app = app
        self._on_limits = on_limits
        self._metrics = metrics or Metrics()
        self._session: aiohttp.ClientSession | None = None
        self._connections = FairSemaphore(numbers.GRAPH_CONNECTIONS, numbers.GRAPH_CONNECTIONS)
        self._request_connections = FairSemaphore(numbers.REQUEST_CONNECTIONS, numbers.REQUEST_CONNECTIONS_PER_ACCOUNT)
        self._upload_connections = FairSemaphore(numbers.UPLOAD_CONNECTIONS, numbers.UPLOAD_CONNECTIONS_PER_ACCOUNT)
        # Looked up once: aiohttp would ask the environment in another thread for every call.
        self._proxy = _proxy_to(platform.graph)
        self._way_is_open = self._proxy is None or _is_proxy(self._proxy)

    async def run(self, call: Call[T], upload: FileUpload | None = None, *, proven: bool = True, by: str = "") -> T:
        """Send the call, with a file if there is one, and read its answer.

        Files, and what an account waits for, have lines to Facebook of their own: they keep no answer waiting.

        Args:
            call: the call.
            upload: the file.
            proven: whether with the proof of the app's secret.
            by: the account that waits for it; one account gets a share of the lines.

        Raises:
            GraphError: Facebook said no.
            AnswerUnreadable: something else answered.
            FacebookUnreachable: it was not sent.
            FacebookSilent: it was sent; nobody knows what became of it.
        """
        connections = (
            self._upload_connections if upload is not None else self._request_connections if by else self._connections
        )
        try:
            await connections.enter(by, numbers.CONNECTION_WAIT_SECONDS)
        except TimeoutError:
            raise ConnectionsBusy from None
        try:
            return await self._counted(call, upload, proven=proven)
        finally:
            connections.leave(by)

    async def _counted(self, call: Call[T], upload: FileUpload | None, *, proven: bool) -> T:
        is_send = call.method == "POST" and call.path.endswith("/messages")
        started = time.perf_counter()
        outcome = "ok"
        try:
            return await self._run(call, upload, proven=proven)
        except GraphError as error:
            outcome = error.reaction.name.lower()
            raise
        except FacebookUnreachable:
            outcome = "unreachable"
            raise
        except (FacebookSilent, AnswerUnreadable):
            outcome = "unclear"
            raise
        finally:
            (self._metrics.sends if is_send else self._metrics.graph).add(outcome)
            if is_send:
                self._metrics.send_seconds.observe(time.perf_counter() - started)

    async def _run(self, call: Call[T], upload: FileUpload | None, *, proven: bool) -> T:
        if not self._way_is_open:
            raise self._unreachable()
        await load_http()
        import aiohttp
        import yarl

        sent = call.proven(self._app, int(time.time())) if proven else call
        data: Any = None
        seconds = _ANSWER_SECONDS
        headers = sent.headers
        if sent.form is not None:
            # yarl encodes a form in a third of the time of urllib, which does it letter by letter (measured).
            data, headers = yarl.URL.build(query=sent.form).raw_query_string.encode(), headers | _FORM
        if upload is not None:
            data, described = upload_request(upload, sent.form or {})
            headers = headers | described
            seconds = _UPLOAD_SECONDS
        try:
            async with self._open_session().request(
                sent.method,
                sent.url(self._platform),
                params=sent.query or None,
                data=data,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=seconds, connect=_CONNECT_SECONDS),
                proxy=self._proxy,
                allow_redirects=False,
            ) as answer:
                body = await answer.content.read(_ANSWER_BYTES)
                limits = read_limits(answer.headers)
        # The causes name addresses, and addresses may hold tokens: hence "from None".
        # A proxy that refuses to connect has passed nothing on.
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise self._unreachable(error) from None
        except (aiohttp.ClientError, TimeoutError):
            raise FacebookSilent from None
        self._on_limits(sent.path.partition("/")[0], limits)
        return sent.answer(answer.status, body)

    def _unreachable(self, error: Exception | None = None) -> FacebookUnreachable:
        problem = FacebookUnreachable()
        problem.way = self._what_was_tried(error)
        return problem

    def _what_was_tried(self, error: Exception | None) -> Sentence:
        import aiohttp

        host, proxy = _place(self._platform.graph), _place(self._proxy or "")
        if not self._way_is_open:
            return say("“{proxy}” is not the address of an HTTP proxy, which is written http://NAME:PORT", proxy=proxy)
        if isinstance(error, aiohttp.ClientHttpProxyError):
            return say("the proxy {proxy} refuses the way to {host} (HTTP {status})", proxy=proxy, host=host,
                       status=error.status)  # fmt: skip
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            return say("the certificate of {host} is not valid here; this computer's clock may be wrong, or a proxy "
                       "decrypts the connection", host=host)  # fmt: skip
        if self._proxy:
            return say("no connection to {host} through the proxy {proxy}", host=host, proxy=proxy)
        return say("no connection to {host}, tried without a proxy", host=host)

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> "aiohttp.ClientSession":
        if self._session is None:
            import aiohttp

            # Our lines are the limit: who waited here would wait within the time that sending may take.
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _place(address: str) -> str:
    """Host and port of an address, never the name and password in it."""
    read = read_address(address)
    return read.place if read else without_secrets(address)


def _proxy_to(address: str) -> str | None:
    """The proxy that this computer's settings name for the address."""
    read = read_address(address)
    if read is None or proxy_bypass(read.host):
        return None
    written = getproxies().get(read.scheme, "").strip()
    # People write a proxy without http://, and curl takes it so.
    return (written if "://" in written else f"http://{written}") if written else None


def _is_proxy(address: str) -> bool:
    read = read_address(address)
    return read is not None and read.scheme in {"http", "https"} and read.path in {"", "/"} and (
        read.query is None and read.fragment is None
    )  # fmt: skip
