"""Fetching the files that customers sent: from Facebook's file servers only, and from nowhere inside a network.

An address comes from outside, so it could lead anywhere (server-side request forgery). It has to be https on
Facebook's file servers; the name is resolved once, every address must be a public one, and the connection goes
to exactly those addresses. Each redirection is checked again. Nothing is kept.
"""

import re
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from fbtool.address import Address, read_address
from fbtool.facebook.graph import Platform
from fbtool.gateway import limits
from fbtool.gateway.channels.facebook.file_names import name_of
from fbtool.gateway.channels.facebook.graph import load_http
from fbtool.gateway.fair_semaphore import FairSemaphore
from fbtool.gateway.problems import FileGone, FileUnavailable
from fbtool.language import Sentence, say

if TYPE_CHECKING:
    import aiohttp

_SUFFIXES = (".fbcdn.net", ".fbsbx.com")
"""Facebook's file servers (as seen in its webhooks)."""
SIZE_LIMIT = 100 * 1024 * 1024
_SECONDS = 120
_CONNECT_SECONDS = 5
_HOPS = 4
"""The address itself and three redirections."""
_REDIRECTIONS = {301, 302, 303, 307, 308}
_GONE = {403, 404, 410}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_URL_LIMIT = 2000


@dataclass(frozen=True)
class File:
    """A file that begins to arrive."""

    content_type: str
    size: int | None
    """Bytes; None if the server does not say."""
    name: str
    answer: "aiohttp.ClientResponse"
    line: ExitStack = field(default_factory=ExitStack)
    """Given back with `close`."""

    async def parts(self) -> AsyncIterator[bytes]:
        """The content as it arrives.

        Raises:
            FileUnavailable: it breaks off, or is larger than was said and allowed.
        """
        import aiohttp

        arrived = 0
        try:
            async for part in self.answer.content.iter_any():
                arrived += len(part)
                if arrived > SIZE_LIMIT:
                    raise FileUnavailable(reason=_TOO_LARGE)
                yield part
        except (aiohttp.ClientError, TimeoutError):
            raise FileUnavailable(reason=_BROKEN) from None

    def close(self) -> None:
        """End the connection."""
        self.answer.close()
        self.line.close()


class Fetcher:
    """An HTTP client for files. Make it inside the event loop; `close` it at the end.

    Args:
        platform: if it is a stand-in for Facebook, its own host may be asked too, even on this computer.
    """

    def __init__(self, platform: Platform) -> None:
        self._stand_in = set() if platform == Platform() else _places(platform)
        self._session: aiohttp.ClientSession | None = None
        self._connections = FairSemaphore(limits.FILE_CONNECTIONS, limits.FILE_CONNECTIONS_PER_ACCOUNT)

    def may_fetch(self, url: str) -> bool:
        """Whether a file at this address would be fetched."""
        where = _server(url)
        if where is None or len(url) > _URL_LIMIT or where.user is not None:
            return False
        if (where.host, where.port or 0) in self._stand_in:
            return True
        return where.scheme == "https" and where.port in {None, 443} and where.host.endswith(_SUFFIXES)

    async def fetch(self, url: str, account_id: str) -> File:
        """Begin to fetch a file for the account, which has a share of the lines; the caller closes it.

        Raises:
            FileGone: it is no longer there.
            FileUnavailable: it cannot be fetched, or leads where it must not, or too many are under way.
        """
        try:
            await self._connections.enter(account_id, limits.CONNECTION_WAIT_SECONDS)
        except TimeoutError:
            raise FileUnavailable(reason=say("too many files are under way")) from None
        with ExitStack() as line:
            line.callback(self._connections.leave, account_id)
            file = await self._open(url)
            return replace(file, line=line.pop_all())

    async def _open(self, url: str) -> File:
        for _ in range(_HOPS):
            if not self.may_fetch(url):
                raise FileUnavailable(reason=say("its address is not one of Facebook's file servers"))
            answer = await self._ask(url)
            if answer.status not in _REDIRECTIONS:
                return _opened(answer, url)
            answer.close()
            url = _joined(url, answer.headers.get("Location", ""))
        raise FileUnavailable(reason=say("it is redirected too often"))

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> "aiohttp.ClientSession":
        if self._session is None:
            import aiohttp

            from fbtool.gateway.channels.facebook.public_addresses import PublicOnly

            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_SECONDS, sock_connect=_CONNECT_SECONDS),
                connector=aiohttp.TCPConnector(limit=0, resolver=PublicOnly({host for host, _ in self._stand_in})),
                cookie_jar=aiohttp.DummyCookieJar(),
                # A proxy would resolve the name itself, and nobody could check the result.
                trust_env=False,
                auto_decompress=False,
            )
        return self._session

    async def _ask(self, url: str) -> "aiohttp.ClientResponse":
        await load_http()
        import aiohttp

        try:
            return await self._open_session().get(url, allow_redirects=False, headers={"Accept-Encoding": "identity"})
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise FileUnavailable(reason=_BROKEN) from None


_BROKEN: Sentence = say("its server does not answer")
_TOO_LARGE: Sentence = say("it is larger than {limit} MB", limit=SIZE_LIMIT // 1024 // 1024)


def _opened(answer: "aiohttp.ClientResponse", url: str) -> File:
    size = answer.content_length
    if answer.status == 200 and (size or 0) <= SIZE_LIMIT:
        name = name_of(url, answer.headers.get("Content-Disposition", ""))
        return File(answer.content_type, size, name, answer)
    answer.close()
    if answer.status in _GONE:
        raise FileGone
    raise FileUnavailable(reason=_TOO_LARGE if answer.status == 200 else _BROKEN)


def _server(url: str) -> Address | None:
    """Whom an address leads to. The path behind may be written loosely: a customer named the file."""
    found = re.match(r"[^/\\]+//[^/?#]+", url)
    return read_address(found[0]) if found and url.isascii() and url.isprintable() else None


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def _places(platform: Platform) -> set[tuple[str, int]]:
    """Host and port of a stand-in; on this computer by every name it has."""
    places = set()
    for address in (platform.www, platform.graph):
        where = _server(address)
        host, port = (where.host, where.port or 0) if where else ("", 0)
        places |= {(name, port) for name in (_LOOPBACK if host in _LOOPBACK else {host})}
    return places
