"""The sandbox as a program: starts, says where, ends."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import requests

from fbtool.problem import Kind
from fbtool.sandbox.clock import Clock
from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.scripted_browser import ScriptedBrowser
from fbtool.sandbox.server import SandboxServer, create_app
from fbtool.sandbox.world import World, shipped
from fbtool.serving import PortInUse, PortNotAllowed

from .client import FLOWERS, Client

SERVE = """
from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.world import shipped
SandboxServer(shipped("small-shop")).run(lambda address: print(address, flush=True))
print("ended", flush=True)
"""


@pytest.fixture
def world() -> World:
    return shipped("small-shop")


def test_it_listens_when_start_returns_and_no_more_when_stop_returns(world: World) -> None:
    with SandboxServer(world) as server:
        address = server.address
        assert address.startswith("http://localhost:")
        assert requests.get(address, timeout=5).status_code == 200
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=5)


def test_a_used_port_is_named(world: World) -> None:
    with SandboxServer(world) as first:
        port = int(first.address.rpartition(":")[2])
        with pytest.raises(PortInUse) as told:
            SandboxServer(world, port=port).start()
    assert told.value.code == "port_in_use"
    assert told.value.kind is Kind.THIS_COMPUTER
    assert str(port) in told.value.told("en").what


def test_a_port_that_only_ipv6_uses_is_used_too(world: World) -> None:
    with socket.socket(socket.AF_INET6) as other:
        try:
            other.bind(("::1", 0))
        except OSError:
            pytest.skip("this computer has no IPv6 loopback")
        other.listen()
        with pytest.raises(PortInUse):
            SandboxServer(world, port=other.getsockname()[1]).start()


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("127.0.0.1", 70000)])
def test_an_address_that_is_not_ours(world: World, host: str, port: int) -> None:
    with pytest.raises(PortNotAllowed):
        SandboxServer(world, host, port).start()


def test_stop_is_quick_and_harmless_twice(world: World) -> None:
    server = SandboxServer(world).start()
    began = time.monotonic()
    server.stop()
    server.stop()
    assert time.monotonic() - began < 2


def test_stop_does_not_wait_for_long_polls(world: World) -> None:
    server = SandboxServer(world).start()
    client = Client(server)
    client.customer_writes("Hallo?")
    waiting = threading.Thread(target=lambda: client.conversation(wait=50, answers=1))
    waiting.start()
    began = time.monotonic()
    server.stop()
    waiting.join(5)
    client.close()
    assert time.monotonic() - began < 3
    assert not waiting.is_alive()


def test_ctrl_c_during_start_leaves_nothing_behind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    server, before = SandboxServer(world), set(threading.enumerate())

    def interrupted(self: threading.Thread) -> None:
        begin(self)
        raise KeyboardInterrupt

    begin = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        server.start()
    monkeypatch.undo()
    assert set(threading.enumerate()) <= before
    with pytest.raises(requests.ConnectionError):
        requests.get(server.address, timeout=5)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no way to send these to one process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_cleanly_on_a_signal(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        address = process.stdout.readline().strip()
        assert requests.get(f"{address}/sandbox/world", timeout=5).json()["name"] == "Small shop"
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "ended\n", "")


def test_reset_forgets_what_happened(shop: Client) -> None:
    token = shop.user_token()
    shop.customer_writes("Hallo?")
    shop.sandbox("POST", f"apps/{shop.app}/redirect-uris", {"uri": "https://x.example/"})
    shop.sandbox("POST", "reset")
    assert shop.conversation() == []
    assert shop.get("me", token).error == (190, 0)
    (app,) = shop.sandbox("GET", "world")["apps"]
    assert app["redirect_uris"] == ["https://gateway.example.org/oauth/callback"]


def test_the_front_page_shows_a_person_everything(shop: Client) -> None:
    for language in ("en", "de"):
        page = ScriptedBrowser("", "", language=language).open(shop.address)
        assert page.screen == "front"
        for text in ("erika@example.org", "sommerwiese", "Café Sonnenschein", "Aylin Yılmaz", shop.app):
            assert text in page.text
        assert f'<html lang="{language}">' in page.text


def test_a_person_writes_on_the_chat_page(shop: Client) -> None:
    jonas = shop.browser(("", ""))
    chat = jonas.open(f"{shop.address}/sandbox/pages/{FLOWERS}/customers/jonas/chat")
    chat = jonas.press(chat, "send", [("text", "Habt ihr <b>Rosen</b>?")])
    assert "Habt ihr &lt;b&gt;Rosen&lt;/b&gt;?" in chat.text
    assert [message["text"] for message in shop.conversation()] == ["Habt ihr <b>Rosen</b>?"]


def test_opening_the_chat_page_of_nobody(shop: Client) -> None:
    assert shop.browser().open(f"{shop.address}/sandbox/pages/1/customers/jonas/chat").status == 404


def test_the_application_runs_under_any_asgi_server_with_any_clock(world: World) -> None:
    sent = []

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": "/sandbox/clock", "query_string": b"", "headers": []}
    asyncio.run(create_app(Sandbox(world, Clock(lambda: 1795435200.0)))(scope, receive, send))
    assert sent[1]["body"] == b'{"now":1795435200.0}'
