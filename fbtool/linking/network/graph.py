"""Facebook's Graph API as the tool uses it: with the person's own token, sent by requests."""

import os
from typing import TypeVar

from fbtool.address import read_address
from fbtool.connection_code import AddressUnusable, checked_address
from fbtool.facebook.graph import Call, Platform
from fbtool.language import Sentence
from fbtool.linking.network.gateway_documents import Account
from fbtool.linking.network.http import ServerClient, send
from fbtool.linking.system.errors import SettingWrong

T = TypeVar("T")


class GraphClient(ServerClient):
    """Sends calls to Facebook. For one thread; close it, or use it in ``with``."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        super().__init__()

    def run(self, call: Call[T]) -> T:
        """Send ``call`` and read its answer.

        Raises:
            GraphError: Facebook said no.
            AnswerUnreadable: something else answered.
            Problem: those of `http.send`.
        """
        answer = send(
            self._session,
            call.method,
            call.url(self._platform),
            params=call.query,
            data=call.form,
            headers=call.headers,
        )
        return call.answer(answer.status_code, answer.content)

    def another(self) -> "GraphClient":
        """A second client for the same place, for another thread."""
        return GraphClient(self._platform)


def platform_of(account: Account) -> Platform:
    """Where the Graph API is: ``FBTOOL_GRAPH``, else what the gateway says, else Facebook.

    A gateway may only name this computer or Facebook itself: the person's token goes there.

    Raises:
        SettingWrong: ``FBTOOL_GRAPH`` is neither https nor on this computer.
    """
    wanted = os.environ.get("FBTOOL_GRAPH", "").strip()
    if wanted:
        try:
            return Platform(graph=checked_address(wanted))
        except AddressUnusable as error:
            reason = Sentence(AddressUnusable.meaning)
            raise SettingWrong(name="FBTOOL_GRAPH", value=error.values["address"], reason=reason) from None
    if _trustworthy(account.gateway.graph):
        return Platform(graph=account.gateway.graph.rstrip("/"))
    return Platform()


def _trustworthy(address: str) -> bool:
    try:
        read = read_address(checked_address(address))
    except AddressUnusable:
        return False
    return read is not None and (read.is_this_computer or f".{read.host}".endswith(".facebook.com"))
