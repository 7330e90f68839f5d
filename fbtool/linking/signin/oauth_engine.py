"""requests-oauthlib as the engine of a sign-in; everything that it does on the network goes through `http.send`."""

from typing import Any

import msgspec
import requests
from requests_oauthlib import OAuth2Session

from fbtool.connection import Connection
from fbtool.linking.network.gateway import GatewayAway, NotAGateway
from fbtool.linking.network.http import host_of, open_session, send
from fbtool.unreadable import UNREADABLE


class Engine(OAuth2Session):
    """requests-oauthlib without a network of its own.

    oauthlib insists on https, and its only switch is an environment variable for the whole process. So it
    sees https addresses throughout, and the wire gets those of the connection, which were checked: http only
    on this computer.
    """

    def __init__(self, connection: Connection, account_id: str, redirect_uri: str) -> None:
        super().__init__(account_id, redirect_uri=redirect_uri, pkce="S256")
        self._scheme = connection.address.partition(":")[0]
        self._wire = open_session()

    def on_the_wire(self, address: str) -> str:
        """The address with the scheme of the connection."""
        return self._scheme + address.removeprefix("https")

    def request(self, method: str, url: str, **parts: Any) -> requests.Response:  # type: ignore[override]
        """Send through `http.send`; let oauthlib read only what is a JSON object."""
        wanted = {name: parts[name] for name in ("data", "headers", "auth") if name in parts}
        address = self.on_the_wire(url)
        answer = send(self._wire, method, address, **wanted)
        try:
            msgspec.json.decode(answer.content, type=dict[str, Any])
        except UNREADABLE:
            kind = GatewayAway if answer.status_code in {502, 503, 504} else NotAGateway
            raise kind(host=host_of(address), status=answer.status_code) from None
        return answer

    def close(self) -> None:
        """Close the wire, too."""
        self._wire.close()
        super().close()
