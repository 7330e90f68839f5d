"""HTTP as an admin's computer needs it: the system's certificates and proxies, limits, errors as problems.

No problem made here holds an address with its query, a body or a header: all of them may carry secrets.
"""

import io
import logging
import time
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from fbtool import __version__
from fbtool.address import read_address, without_secrets
from fbtool.connection_code import AddressUnusable
from fbtool.language import current
from fbtool.linking.network import clock
from fbtool.linking.network.http_problems import AnswerBrokenOff, AnswerTooLarge, NoAnswer, ProxyRefused, problem_of
from fbtool.linking.network.settings import Proxy, own_authorities, proxy_to
from fbtool.linking.system.timeouts import StillRunning, within

if TYPE_CHECKING:
    import requests

TIME_LIMITS = (5.0, 30.0)
"""Seconds to connect, and seconds of silence while an answer is awaited."""
ANSWER_SECONDS = 90.0
"""Seconds for a whole call, from its first to its last byte."""
ANSWER_BYTES = 16 * 1024 * 1024
"""Of an answer once it is unpacked; the longest that we ask for have some hundred thousand."""
_PART = 64 * 1024

# These libraries write tokens, codes and addresses with secrets at debug level.
for _name in ("urllib3", "requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.WARNING)


def open_session() -> "requests.Session":
    """A session for one server. Use it in one thread, and close it."""
    # Loading these is a good part of a program's start, and only a call needs them.
    import requests

    from fbtool.linking.network.trust import SystemTrust

    session = requests.Session()
    session.mount("https://", SystemTrust())
    # The settings of this computer are read in `send`; a ~/.netrc would overwrite our Authorization header.
    session.trust_env = False
    session.headers["User-Agent"] = f"fbtool/{__version__}"
    session.headers["Accept"] = "application/json"
    session.headers["Accept-Encoding"] = "gzip"
    session.headers["Accept-Language"] = current()
    return session


class ServerClient:
    """Speaks with one server, in one thread; close it, or use it in ``with``."""

    def __init__(self) -> None:
        self._session = open_session()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def send(session: "requests.Session", method: str, url: str, **parts: Any) -> "requests.Response":
    """Send one request and read the whole answer. Redirects are not followed.

    ``parts`` are those of `requests.Session.request`.

    Raises:
        AddressUnusable: ``url`` is no address.
        SettingWrong: a setting of this computer is in the way.
        ServerUnreachable: no name, no connection, no answer in time, or only half of one.
        AnswerTooLarge: it does not end.
        TlsDistrusted: this computer does not trust the server's certificate.
        ProxyRefused, ProxyForbids, ProxyWantsVisit, ProxyFoundNoWay: what a proxy said.
        ProxyUnreachable: a proxy does not work.
    """
    where = read_address(url)
    if where is None:
        raise AddressUnusable(address=without_secrets(url))
    proxy = proxy_to(url)
    until = time.monotonic() + ANSWER_SECONDS
    try:
        # In a thread, because a head that drips would be waited for as long as it drips.
        answer = within(ANSWER_SECONDS, lambda: _exchange(session, method, url, proxy, until, parts))
    except StillRunning:
        raise NoAnswer(host=where.place) from None
    except OSError as error:
        problem = problem_of(error, where.place, proxy)
        if problem is None:
            raise
        raise problem from None
    clock.hear(answer.headers.get("Date", ""))
    if answer.status_code == 407:
        raise ProxyRefused(host=where.place, proxy=proxy.place if proxy else where.place)
    return answer


def host_of(url: str) -> str:
    """The host of an address, with its port if one is named: what may be shown of it."""
    where = read_address(url)
    return where.place if where else "?"


def _exchange(
    session: "requests.Session", method: str, url: str, proxy: Proxy | None, until: float, parts: dict[str, Any]
) -> "requests.Response":
    proxies = {"http": proxy.address, "https": proxy.address} if proxy else {}
    with session.request(
        method, url, timeout=TIME_LIMITS, allow_redirects=False, stream=True, proxies=proxies,
        verify=own_authorities(), **parts,
    ) as answer:  # fmt: skip
        content = b"".join(_unpacked(answer, until, host_of(url)))
    answer.raw = io.BytesIO(content)
    return answer


def _unpacked(answer: "requests.Response", until: float, host: str) -> Iterator[bytes]:
    """The content as it arrives, unpacked here: no library promises how much it unpacks at a time."""
    import urllib3

    packed = answer.headers.get("Content-Encoding", "").strip().lower() in {"gzip", "x-gzip"}
    unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    left = ANSWER_BYTES
    try:
        while part := answer.raw.read1(_PART, decode_content=False):
            part = unpacking.decompress(part, left + 1) if packed else part
            left -= len(part)
            if left < 0:
                raise AnswerTooLarge(host=host, limit=ANSWER_BYTES // 1024 // 1024)
            if time.monotonic() > until:
                raise NoAnswer(host=host)
            yield part
    except (urllib3.exceptions.HTTPError, zlib.error, OSError) as error:
        silent = isinstance(error, (urllib3.exceptions.ReadTimeoutError, TimeoutError))
        raise (NoAnswer if silent else AnswerBrokenOff)(host=host) from None
