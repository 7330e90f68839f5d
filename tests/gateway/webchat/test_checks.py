"""``fbtool gateway check`` looks at the web chats: their address, the visitors' way through the proxy, the accounts."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from fbtool.gateway.channels.webchat.plug import PLUG
from fbtool.gateway.server import Gateway
from tests.gateway.webchat.conftest import Shop


def checks(shop: Shop, language: str = "en") -> dict[str, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {shop.settings.admin_token}", "Accept-Language": language}
    answer = requests.get(f"{shop.gateway.address}/admin/checks", headers=headers, timeout=60)
    return {one["check"]: one for one in answer.json()["checks"] if one["check"].startswith("webchat_")}


def health(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: one["health"] for name, one in found.items()}


def test_a_chat_that_is_set_up_is_well_but_for_its_address_on_this_computer(shop: Shop) -> None:
    shop.set_up()
    found = checks(shop)
    assert health(found) == {
        "webchat_address": "warning", "webchat_proxy": "ok", "webchat_accounts": "ok", "webchat_identify": "ok",
    }  # fmt: skip
    assert "https" in found["webchat_address"]["told"]


def test_who_lacks_a_privacy_policy_is_named(shop: Shop) -> None:
    found = checks(shop, "de")["webchat_accounts"]
    assert found["health"] == "warning"
    assert "Shop" in found["told"]
    assert "/webchat/configurator" in found["remedy"]
    assert found["facts"] == {"accounts": [shop.id]}


def test_who_sets_cookies_is_named(shop: Shop) -> None:
    shop.set_up(identify="on")
    found = checks(shop)["webchat_identify"]
    assert (found["health"], found["facts"]) == ("ok", {"accounts": [shop.id]})
    assert "Shop" in found["told"]


def test_a_chat_that_nobody_has_is_noticed(shop: Shop) -> None:
    shop.admin("POST", f"accounts/{shop.id}/disable")
    found = checks(shop)
    assert health(found) == {"webchat_address": "warning", "webchat_accounts": "warning"}
    assert "fbtool gateway accounts add" in found["webchat_accounts"]["remedy"]


def test_a_list_of_websites_keeps_the_check_from_nothing(shop: Shop) -> None:
    shop.set_up(origins=["https://shop.example"])
    assert checks(shop)["webchat_proxy"]["health"] == "ok"


@contextmanager
def proxy(pass_on: bool = True, readable: bool = True) -> Iterator[tuple[str, list[str]]]:
    """A reverse proxy of its own kind: its address, and a place for that of the gateway behind it."""
    behind: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {"Origin": self.headers["Origin"], "Content-Type": "text/plain"}
            answer = requests.post(f"{behind[0]}{self.path}", body, headers=headers, timeout=60) if pass_on else None
            self.send_response(answer.status_code if answer else 200)
            if readable:
                self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(answer.content if answer else b"<h1>Welcome to nginx!</h1>")

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", behind
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("way", "told"),
    [({"pass_on": False}, "does not lead visitors"), ({"readable": False}, "(CORS)")],
    ids=["something else answers", "a header is lost"],
)
def test_a_proxy_that_stands_in_the_way_is_noticed(shop: Shop, way: dict[str, bool], told: str) -> None:
    with proxy(**way) as (address, behind):
        shop.gateway.stop()
        shop.gateway = Gateway(replace(shop.settings, public_url=address), shop.clock)
        behind.append(shop.gateway.listening)
        shop.gateway.start()
        shop.gateway.address = shop.gateway.listening
        found = checks(shop)["webchat_proxy"]
    assert found["health"] == "failed"
    assert told in found["told"]


def test_a_proxy_that_does_not_say_who_asks_is_noticed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fbtool.gateway.channels.webchat.checks._is_public", lambda address: True)
    found = checks(shop)["webchat_proxy"]
    assert found["health"] == "warning"
    assert "X-Forwarded-For" in found["remedy"]


def test_while_no_gateway_runs_its_address_can_be_looked_at() -> None:
    (far,) = asyncio.run(PLUG.checks(None, "https://gateway.example.org"))
    (near,) = asyncio.run(PLUG.checks(None, ""))
    assert (far.health, near.health) == ("ok", "warning")
