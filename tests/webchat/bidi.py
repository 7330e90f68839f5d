"""WebDriver BiDi (https://w3c.github.io/webdriver-bidi/) as far as a visitor needs it: the same for every browser."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

_SECONDS = 60


class BidiError(Exception):
    """The browser refused a command."""


class Bidi:
    """One session of one browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        """What the browser told without being asked, of all that was subscribed to, up to the last command."""

    def call(self, method: str, **params: Any) -> Any:
        """One command; its result.

        Raises:
            BidiError: the browser says no.
        """
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            told = json.loads(self._socket.recv(_SECONDS))
            if told.get("id") == number:
                break
            if told["type"] == "event":
                self.events.append(told)
        if told["type"] == "error":
            raise BidiError(f"{method}: {told['error']}: {told['message']}")
        return told["result"]


@contextmanager
def connected(address: str) -> Iterator[Bidi]:
    """A browser that listens at this address, ``ws://…``."""
    with connect(address, max_size=None, proxy=None, open_timeout=_SECONDS) as socket:
        yield Bidi(socket)


def local(value: Any) -> dict[str, Any]:
    """A value of ours as an argument: JSON, or what the browser has given to us (``{"sharedId": …}``)."""
    if isinstance(value, dict) and "sharedId" in value:
        return {"sharedId": value["sharedId"]}
    if value is None:
        return {"type": "null"}
    if isinstance(value, bool):
        return {"type": "boolean", "value": value}
    if isinstance(value, int | float):
        return {"type": "number", "value": value}
    if isinstance(value, str):
        return {"type": "string", "value": value}
    if isinstance(value, list | tuple):
        return {"type": "array", "value": [local(one) for one in value]}
    return {"type": "object", "value": [[name, local(one)] for name, one in value.items()]}


def ours(value: dict[str, Any]) -> Any:
    """A value of the browser as one of ours; a node stays as it came."""
    kind, content = value["type"], value.get("value")
    if kind in ("undefined", "null"):
        return None
    if kind in ("array", "nodelist"):
        return [ours(one) for one in content or []]
    if kind == "object":
        return {name: ours(one) for name, one in content or []}
    return value if kind == "node" else content
