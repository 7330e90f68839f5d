"""The way from a command to the gateway that runs on the same data folder: proof first, then the question.

Over http.client, because that knows no proxies and no redirects: whoever listens at the announced address has to prove
that he is the gateway, and hears nothing before. Proof and question go over one connection.
"""

import contextlib
import hmac
import http.client
import json
import secrets
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fbtool.gateway.operation.run_file import Announcement, announced
from fbtool.gateway.operation.setup_files import FolderUnusable
from fbtool.gateway.problems import GatewayProblem
from fbtool.language import N_, current
from fbtool.problem import Kind, Problem

PROOF = "/admin/proof"
_PROOF_SECONDS = 10
_SECONDS = 90
"""Facebook may take its time while it is asked."""
_PROOF_BYTES = 4096


class GatewayNotProven(Problem):
    """Somebody else has the port, or the gateway hangs."""

    code = "gateway_not_proven"
    kind = Kind.UNREACHABLE
    what = N_("What listens at {address} does not prove that it is the gateway of {folder}.")
    meaning = N_("Nothing was sent there and nothing was changed. The gateway had announced this address. Either it "
                 "has crashed and another program listens there now, or it no longer answers.")  # fmt: skip
    remedy = N_("If no gateway of this folder runs any more, remove {folder}/running. If one runs, restart it.")


class GatewaySilent(Problem):
    """The gateway took the command; nobody knows what became of it."""

    code = "gateway_silent"
    kind = Kind.UNREACHABLE
    what = N_("The gateway took the command but did not answer.")
    meaning = N_("It may have been carried out.")
    remedy = N_("Look at what it should have changed (for example with “fbtool gateway accounts list”) before you "
                "give the command again.")  # fmt: skip


class GatewayAnswerUnreadable(Problem):
    """The gateway answered, but not as this version expects."""

    code = "gateway_answer_unreadable"
    kind = Kind.UNREACHABLE
    what = N_("The gateway gave an answer that this fbtool does not understand (HTTP {status}).")
    meaning = N_("The command may have been carried out. Perhaps command and gateway are of different versions.")
    remedy = N_("Restart the gateway with the installed version, then look whether the command has to be repeated.")


class GatewaySaidNo(GatewayProblem):
    """The running gateway's own words."""

    code = "gateway_said_no"
    what = remedy = ""
    status = 500

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._told = (str(document.get("title")), str(document.get("detail")), str(document.get("remedy")))
        self.code = str(document.get("code"))  # type: ignore[misc]
        super().__init__()

    def _texts(self) -> tuple[str, str, str]:
        return self._told


@dataclass(frozen=True)
class GatewayAnswer:
    """What the gateway answered."""

    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked."""
        return self.status < 300

    def document(self) -> dict[str, Any]:
        """The JSON of a good answer.

        Raises:
            GatewaySaidNo: it refused.
            GatewayAnswerUnreadable: it is something else.
        """
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict) or (not self.ok and "code" not in content):
            raise GatewayAnswerUnreadable(status=self.status)
        if not self.ok:
            raise GatewaySaidNo(content)
        return content


class LocalGateway:
    """The gateway that runs on a data folder, if one does."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def ask(self, method: str, path: str, body: Any = None) -> GatewayAnswer | None:
        """Its answer at ``/admin/{path}``; None if no gateway runs, which only a refused connection says.

        Raises:
            GatewayNotProven: who listens there is not known to be the gateway; it was asked nothing.
            GatewaySilent: it was asked, and what became of that is not known.
            FolderUnusable: the announcement cannot be read.
        """
        try:
            gateway = announced(self._data_dir)
        except OSError as error:
            raise FolderUnusable(folder=self._data_dir, reason=error.strerror) from None
        if gateway is None:
            return None
        connection = self._proven(gateway)
        if connection is None:
            return None
        headers = {"Authorization": f"Bearer {gateway.secret}", "Accept-Language": current()}
        payload = None if body is None else json.dumps(body).encode()
        if payload is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.sock.settimeout(_SECONDS)
            connection.request(method, f"/admin/{path}", payload, headers)
            answer = connection.getresponse()
            return GatewayAnswer(answer.status, answer.read())
        except (OSError, http.client.HTTPException):
            raise GatewaySilent from None
        finally:
            connection.close()

    def _proven(self, gateway: Announcement) -> http.client.HTTPConnection | None:
        """A connection to who has proven to be the gateway; None if nobody listens."""
        stranger = GatewayNotProven(address=gateway.address, folder=self._data_dir)
        try:
            place = urlsplit(gateway.address)
            connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=_PROOF_SECONDS)
            connection.auto_open = 0  # it must never be another connection than the one that was proven
            connection.connect()
        except ConnectionRefusedError:
            return None
        except (OSError, ValueError, http.client.InvalidURL):  # the last two: the file holds no address
            raise stranger from None
        nonce = secrets.token_urlsafe(32)
        try:
            with _ended_after(_PROOF_SECONDS, connection.sock):
                connection.request("GET", f"{PROOF}?nonce={nonce}")
                told = connection.getresponse().read(_PROOF_BYTES)
        except (OSError, http.client.HTTPException):
            told = b""
        proven = gateway.secret and hmac.compare_digest(told, gateway.proof(nonce).encode())
        if not proven or connection.sock is None:  # None: it ended the connection, as a gateway does that stops
            connection.close()
            raise stranger
        return connection


@contextlib.contextmanager
def _ended_after(seconds: float, connected: socket.socket) -> Iterator[None]:
    """End the connection if that takes longer; a socket's own timeout begins anew with every byte."""

    def end() -> None:
        with contextlib.suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
