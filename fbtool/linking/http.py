"""HTTP as an admin's computer needs it: the system's certificates and proxies, time limits, errors as problems.

No problem made here holds an address with its query, a body or a header: all of them may carry secrets.
"""

import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fbtool import __version__
from fbtool.connection import is_loopback
from fbtool.language import N_, current
from fbtool.problem import Kind, Problem

if TYPE_CHECKING:
    import requests

TIME_LIMITS = (5.0, 30.0)
"""Seconds to connect, and seconds of silence while an answer is awaited."""

# These libraries write tokens, codes and addresses with secrets at debug level.
for _name in ("urllib3", "requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class ServerUnreachable(Problem):
    """A server cannot be reached, or its answer does not arrive. Only subclasses are raised."""

    kind = Kind.UNREACHABLE


class HostUnknown(ServerUnreachable):
    """The name server knows no such host."""

    code = "host_unknown"
    what = N_("No server named {host} can be found.")
    meaning = N_("The address may be mistyped, or this computer has no connection to the internet.")
    remedy = N_("Check the address and the network, then try again.")


class ConnectionRefused(ServerUnreachable):
    """Nobody listens there, or a firewall says no."""

    code = "connection_refused"
    what = N_("{host} cannot be reached: it accepts no connection.")
    meaning = N_("The server may be switched off, or a firewall is in the way.")
    remedy = N_("Check the address, then ask the person who runs the server whether it is up.")


class NoAnswer(ServerUnreachable):
    """A time limit has passed."""

    code = "no_answer"
    what = N_("{host} does not answer in time.")
    meaning = N_("The server may be overloaded, or a firewall swallows the connection.")
    remedy = N_("Try again in a minute.")


class AnswerBrokenOff(ServerUnreachable):
    """The connection ended in the middle of the answer."""

    code = "answer_broken_off"
    what = N_("The connection to {host} broke off before the answer was complete.")
    meaning = N_("It is not certain whether the request was carried out.")
    remedy = N_("Try again: everything that fbtool does can be repeated without harm.")


class TlsDistrusted(Problem):
    """There is no encrypted connection that this computer trusts."""

    code = "tls_distrusted"
    kind = Kind.UNREACHABLE
    what = N_("The encrypted connection to {host} cannot be trusted, so nothing was sent.")
    meaning = N_(
        "Its certificate does not fit, has expired, or was made by somebody this computer does not know. In company "
        "networks the cause is often a device that opens encrypted connections to inspect them (TLS inspection)."
    )
    remedy = N_(
        "Ask your IT department to install the certificate of their inspection on this computer, or to exempt {host} "
        "from it. Check also that the date of this computer is right."
    )


class ProxyRefused(Problem):
    """The proxy wants a password (HTTP 407)."""

    code = "proxy_refused"
    kind = Kind.UNREACHABLE
    what = N_("The proxy of this network does not let fbtool through to {host}.")
    meaning = N_("It demands a sign-in of its own (HTTP status 407).")
    remedy = N_(
        "Ask your IT department to allow {host}, or to tell you the proxy with name and password for the setting "
        "HTTPS_PROXY."
    )


class ProxyUnreachable(Problem):
    """The proxy itself does not work."""

    code = "proxy_unreachable"
    kind = Kind.UNREACHABLE
    what = N_("The proxy on the way to {host} does not work.")
    meaning = N_("This computer is set up to reach the internet through a proxy, and the proxy does not answer.")
    remedy = N_("Check the proxy settings of this computer (or HTTPS_PROXY) with your IT department.")


def open_session(address: str) -> "requests.Session":
    """A session for the server at ``address``. Use it in one thread, and close it."""
    # Loading these is a good part of a program's start, and only a call needs them.
    import requests

    from fbtool.linking.trust import SystemTrust

    session = requests.Session()
    session.mount("https://", SystemTrust())
    # Without a function here, requests lets a ~/.netrc overwrite our Authorization header.
    session.auth = _as_it_is
    # A proxy has no business between two programs of this computer; it would also see the token.
    session.trust_env = not is_loopback(urlsplit(address).hostname or "")
    session.headers["User-Agent"] = f"fbtool/{__version__}"
    session.headers["Accept"] = "application/json"
    session.headers["Accept-Language"] = current()
    return session


def send(session: "requests.Session", method: str, url: str, **parts: Any) -> "requests.Response":
    """Send one request and read the whole answer. Redirects are not followed.

    ``parts`` are those of `requests.Session.request`.

    Raises:
        ServerUnreachable: no name, no connection, no answer in time, or only half of one.
        TlsDistrusted: this computer does not trust the server's certificate.
        ProxyRefused: a proxy demands a sign-in.
        ProxyUnreachable: a proxy does not work.
    """
    import requests

    try:
        answer = session.request(method, url, timeout=TIME_LIMITS, allow_redirects=False, **parts)
    except requests.RequestException as error:
        raise _problem_of(error)(host=host_of(url)) from None
    if answer.status_code == 407:
        raise ProxyRefused(host=host_of(url))
    return answer


def host_of(url: str) -> str:
    """The host of an address, with its port if one is named: what may be shown of it."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _problem_of(error: "requests.RequestException") -> type[Problem]:
    import requests
    import urllib3

    # The order matters: SSLError and ProxyError are kinds of ConnectionError.
    if isinstance(error, requests.exceptions.SSLError):
        return TlsDistrusted
    if isinstance(error, requests.exceptions.ProxyError):
        # urllib3 names the status only in its text: "Tunnel connection failed: 407 …".
        return ProxyRefused if re.search(r"failed: 407\b", str(error)) else ProxyUnreachable
    if isinstance(error, requests.Timeout):
        return NoAnswer
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return HostUnknown
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return ConnectionRefused
    if isinstance(reason, urllib3.exceptions.ReadTimeoutError):
        return NoAnswer
    return AnswerBrokenOff


def _as_it_is(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
    return request
