"""Why a server cannot be reached, and how the libraries' exceptions are told apart."""

import re
from typing import TYPE_CHECKING

from fbtool.language import N_
from fbtool.linking.network.settings import Proxy, wrong_authorities
from fbtool.problem import Kind, Problem

if TYPE_CHECKING:
    import requests


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


class AnswerTooLarge(Problem):
    """More than any answer can be."""

    code = "answer_too_large"
    kind = Kind.UNREACHABLE
    what = N_("{host} sends more than any answer should hold ({limit} MB). fbtool has stopped reading.")
    meaning = N_("Perhaps another server answers in its place, or somebody means harm.")
    remedy = N_("Check the address with the person who runs the server.")


class ProxyRefused(Problem):
    """The proxy wants a password (HTTP 407, or SOCKS 5)."""

    code = "proxy_refused"
    kind = Kind.UNREACHABLE
    what = N_("The proxy of this network does not let fbtool through to {host}.")
    meaning = N_("The proxy {proxy} demands a sign-in of its own.")
    remedy = N_(
        "Ask your IT department to allow {host}, or to tell you the proxy with name and password for the setting "
        "HTTPS_PROXY."
    )


class ProxyForbids(Problem):
    """The proxy does not want this server to be reached (HTTP 4xx, or SOCKS 5)."""

    code = "proxy_forbids"
    kind = Kind.UNREACHABLE
    what = N_("The proxy of this network does not allow the way to {host}.")
    meaning = N_("The proxy {proxy} answers: {said}. Its rules decide which servers may be reached.")
    remedy = N_("Ask your IT department to allow {host}.")


class ProxyWantsVisit(Problem):
    """The proxy sends everybody to a page first (HTTP 3xx)."""

    code = "proxy_wants_visit"
    kind = Kind.UNREACHABLE
    what = N_("The network wants a sign-in in the browser before {host} can be reached.")
    meaning = N_("The proxy {proxy} answers: {said}. It sends every program to a page of its own.")
    remedy = N_("Open any web page in the browser and sign in there, then try again. Else ask your IT department.")


class ProxyFoundNoWay(Problem):
    """The proxy works, but does not reach the server (HTTP 5xx, or SOCKS)."""

    code = "proxy_found_no_way"
    kind = Kind.UNREACHABLE
    what = N_("The proxy of this network does not reach {host}.")
    meaning = N_("The proxy {proxy} answers: {said}. It does not know the name, or nobody answers it there.")
    remedy = N_(
        "Check the address. If it is right, ask the person who runs the server whether it is up, then your IT "
        "department."
    )


class ProxyUnreachable(Problem):
    """The proxy itself does not work."""

    code = "proxy_unreachable"
    kind = Kind.UNREACHABLE
    what = N_("The proxy on the way to {host} does not work.")
    meaning = N_("This computer is set up to reach the internet through the proxy {proxy}, and it does not answer.")
    remedy = N_("Check the proxy settings of this computer (or HTTPS_PROXY) with your IT department.")


def problem_of(error: OSError, host: str, proxy: Proxy | None) -> Problem | None:
    """What the exception of a call means; None if nothing is known of it.

    The result never holds the exception's text: it may repeat an address with secrets.
    """
    import requests

    if not isinstance(error, requests.RequestException):
        # requests says so, as a plain OSError, of a file with certificates that is not there.
        return wrong_authorities()
    # The order matters: SSLError and ProxyError are kinds of ConnectionError.
    if isinstance(error, requests.exceptions.SSLError):
        return wrong_authorities() or TlsDistrusted(host=host)
    if isinstance(error, requests.exceptions.ProxyError):
        return _of_proxy(str(error), host, proxy.place if proxy else "")
    if isinstance(error, requests.Timeout):
        return NoAnswer(host=host)
    return _of_connection(_reason(error), host, proxy)


def _reason(error: "requests.RequestException") -> object:
    inner = error.args[0] if error.args else None
    return getattr(inner, "reason", inner)


def _of_connection(reason: object, host: str, proxy: Proxy | None) -> Problem:
    import urllib3

    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return HostUnknown(host=host)
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        # urllib3 knows no ProxyError of SOCKS.
        is_socks = proxy is not None and proxy.address.lower().startswith("socks")
        return _of_socks(reason, host, proxy.place) if is_socks and proxy else ConnectionRefused(host=host)
    if isinstance(reason, urllib3.exceptions.ReadTimeoutError):
        return NoAnswer(host=host)
    return AnswerBrokenOff(host=host)


def _of_proxy(told: str, host: str, proxy: str) -> Problem:
    """What an HTTP proxy said to CONNECT; urllib3 names it in its text only: “Tunnel connection failed: 403 Nope”."""
    found = re.search(r"Tunnel connection failed: ([0-9]{3})\b", told)
    if found is None:
        return ProxyUnreachable(host=host, proxy=proxy)
    status, said = int(found[1]), f"HTTP {found[1]}"
    if status == 407:
        return ProxyRefused(host=host, proxy=proxy)
    if 300 <= status < 400:
        return ProxyWantsVisit(host=host, proxy=proxy, said=said)
    kind = ProxyForbids if status < 500 else ProxyFoundNoWay
    return kind(host=host, proxy=proxy, said=said)


def _of_socks(reason: BaseException, host: str, proxy: str) -> Problem:
    import socks

    # urllib3 raises its own exception while it handles that of PySocks, which may wrap another one of its own.
    told = reason.__cause__ or reason.__context__
    told = getattr(told, "socket_err", None) or told
    if isinstance(told, socks.SOCKS5AuthError):
        return ProxyRefused(host=host, proxy=proxy)
    if isinstance(told, (socks.SOCKS5Error, socks.SOCKS4Error)):
        # Their texts are those of the protocol: “0x02: Connection not allowed by ruleset”.
        said = f"SOCKS {str(told.msg)[:60]}"
        kind = ProxyForbids if "0x02" in said else ProxyFoundNoWay
        return kind(host=host, proxy=proxy, said=said)
    return ProxyUnreachable(host=host, proxy=proxy)
