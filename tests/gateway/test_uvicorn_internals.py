"""What the edge uses of uvicorn beyond its promises, named one by one: an upgrade that changes it fails here.

The range in pyproject.toml ends at the last version with which this was tried. To raise it: install the new version,
run the tests of the edge (`pytest tests/gateway -k "edge or private or flood or stream"`), read
what has changed in `uvicorn/protocols/`, and move the end.
"""

import asyncio
import inspect
from importlib.metadata import requires
from typing import Any

import httptools
import pytest
import uvicorn
from packaging.requirements import Requirement
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from fbtool.gateway.edge.connection import EdgeConnection

CALLED_BY_UVICORN_OR_ITS_PARSER = {
    "connection_made": ["transport"],
    "connection_lost": ["exc"],
    "data_received": ["data"],
    "pause_writing": [],
    "resume_writing": [],
    "on_message_begin": [],
    "on_header": ["name", "value"],
    "on_headers_complete": [],
    "on_body": ["body"],
    "on_message_complete": [],
    "on_response_complete": [],
    "send_400_response": ["msg"],
    "handle_websocket_upgrade": [],
}
"""Methods of uvicorn's protocol that ours goes around, with their parameters."""
CALLED_BY_US = {"_start_asgi_task": ["cycle", "app"]}
OF_A_CONNECTION = ["transport", "flow", "client", "pipeline", "cycle", "server_state", "timeout_keep_alive", "loop"]
OF_A_REQUEST = ["url", "headers", "scope"]
OF_A_CYCLE = ["response_started", "response_complete"]
OF_A_WEBSOCKET = ["handshake_complete", "frames", "read_paused"]


def parameters(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)[1:]


def protocol(kind: type[Any]) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        """Never called."""

    async def make() -> Any:
        config = uvicorn.Config(app, http=HttpToolsProtocol, ws="websockets-sansio", log_config=None)
        config.load()
        return kind(config, ServerState(), {})

    return asyncio.run(make())


@pytest.mark.parametrize("name", [*CALLED_BY_UVICORN_OR_ITS_PARSER, *CALLED_BY_US])
def test_a_method_is_there_and_takes_what_it_took(name: str) -> None:
    expected = (CALLED_BY_UVICORN_OR_ITS_PARSER | CALLED_BY_US)[name]
    assert parameters(getattr(HttpToolsProtocol, name)) == expected


def test_no_other_method_is_gone_around() -> None:
    private = {name for name in vars(HttpToolsProtocol) if not name.startswith("__")}
    assert set(vars(EdgeConnection)) & private == {*CALLED_BY_UVICORN_OR_ITS_PARSER, *CALLED_BY_US}


def test_a_connection_has_what_we_look_at() -> None:
    line = protocol(HttpToolsProtocol)
    assert [name for name in OF_A_CONNECTION if not hasattr(line, name)] == []
    line.on_message_begin()
    assert [name for name in OF_A_REQUEST if not hasattr(line, name)] == []
    assert line.scope["headers"] is line.headers, "a line that is dropped from one is in neither"
    assert isinstance(line.parser, httptools.HttpRequestParser)
    assert isinstance(line.server_state.total_requests, int)


def test_the_parts_of_flow_control_are_there() -> None:
    names = ["pause_reading", "resume_reading", "read_paused"]
    assert [name for name in names if name not in {*vars(FlowControl), *FlowControl.__init__.__code__.co_names}] == []


def test_a_request_has_what_we_look_at() -> None:
    names = set(RequestResponseCycle.__init__.__code__.co_names)
    assert [name for name in OF_A_CYCLE if name not in names] == []


def test_a_websocket_has_what_we_look_at() -> None:
    line = protocol(WebSocketsSansIOProtocol)
    assert {name: getattr(line, name) for name in OF_A_WEBSOCKET} == {
        "handshake_complete": False,
        "frames": [],
        "read_paused": False,
    }


def test_the_range_of_versions_is_honest() -> None:
    """From the first one with which these tests pass to the last one that was tried."""
    asked = [Requirement(one) for one in requires("fbtool") or []]
    (ours,) = (one.specifier for one in asked if one.name == "uvicorn" and "gateway" in str(one.marker))
    assert str(ours) == "<0.55,>=0.52.1"
    assert uvicorn.__version__ in ours
