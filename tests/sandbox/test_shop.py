"""The shop: pages with a chat's script tag, and a relay in which single calls have trouble."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.shop import policy
from fbtool.sandbox.shop.switches import NotASwitch, Policy, Script, Switches, read

from .client import Client, eventually

ACCOUNT = "abcdefghij"


class Shop:
    """The shop's pages and its control."""

    def __init__(self, client: Client, server: SandboxServer) -> None:
        self.address = server.address
        self.client = client

    def page(self, path: str = "", **switches: str) -> requests.Response:
        return requests.get(f"{self.address}/shop/{path}", params=switches, timeout=10)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self.address}/sandbox/shop/{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def says(self, text: str) -> requests.Response:
        return requests.post(f"{self.address}/webchat/{ACCOUNT}/messages", data=text, timeout=10)


class Counting(ThreadingHTTPServer):
    """A gateway that only counts what it hears, and answers with it."""

    heard: list[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Counting

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.heard.append(text)
        body = json.dumps({"heard": text, "origin": self.headers.get("Origin")}).encode()
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None: ...


@contextmanager
def counting() -> Iterator[Counting]:
    server = Counting(("127.0.0.1", 0), _Handler)
    server.heard = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def pages(shop: Client, shop_server: SandboxServer) -> Shop:
    return Shop(shop, shop_server)


@pytest.fixture
def gateway(pages: Shop) -> Iterator[Counting]:
    with counting() as server:
        pages.control("PUT", "usual", {"gateway": server.address, "account": ACCOUNT})
        yield server


@pytest.mark.parametrize(
    ("script", "tags_in_head", "tags_in_body"), [("head", 1, 0), ("end", 0, 1), ("twice", 1, 1), ("none", 0, 0)]
)
@pytest.mark.parametrize("path", ["", "products/honey", "cart"])
def test_every_page_has_the_one_script_tag_where_it_is_wanted(
    pages: Shop, path: str, script: str, tags_in_head: int, tags_in_body: int
) -> None:
    page = pages.page(path, gateway="http://127.0.0.1:8080", account=ACCOUNT, script=script)
    head, _, body = page.text.partition("<body")
    tag = f'<script async src="http://127.0.0.1:8080/webchat/{ACCOUNT}.js"></script>'
    assert (head.count(tag), body.count(tag)) == (tags_in_head, tags_in_body)


def test_without_a_gateway_or_an_account_there_is_no_chat(pages: Shop) -> None:
    assert "webchat" not in pages.page().text
    assert "webchat" not in pages.page(account=ACCOUNT).text


def test_links_keep_the_switches(pages: Shop) -> None:
    page = pages.page(csp="strict", turbo="1", **{"data-size": "small"})
    assert 'href="/shop/cart?csp=strict&amp;turbo=1&amp;data-size=small"' in page.text


def test_the_shop_itself_stores_nothing_in_a_browser(pages: Shop) -> None:
    for path in ("", "products/honey", "cart"):
        assert not pages.page(path).cookies


def test_a_strict_policy_allows_the_gateway_exactly_what_a_chat_needs(pages: Shop) -> None:
    page = pages.page(gateway="http://127.0.0.1:8080", account=ACCOUNT, csp="strict")
    assert page.headers["Content-Security-Policy"] == (
        "default-src 'none'; "
        f"script-src http://127.0.0.1:8080 {pages.address}/shop/shop.js; "
        f"style-src {pages.address}/shop/shop.css; "
        "connect-src http://127.0.0.1:8080; "
        f"img-src http://127.0.0.1:8080 {pages.address}/shop/icon.svg; "
        "require-trusted-types-for 'script'; trusted-types 'none'; report-uri /shop/reports"
    )
    assert "Content-Security-Policy" not in pages.page().headers


def test_what_a_policy_forbids_is_counted(pages: Shop) -> None:
    report = {"csp-report": {"violated-directive": "style-src", "blocked-uri": "inline"}}
    requests.post(pages.address + policy.REPORTS, data=json.dumps(report), timeout=10).raise_for_status()
    requests.post(pages.address + policy.REPORTS, data="no report", timeout=10).raise_for_status()
    assert pages.control("GET", "reports")["reports"] == [report["csp-report"]]
    pages.control("DELETE", "reports")
    assert pages.control("GET", "reports")["reports"] == []


@pytest.mark.parametrize(
    "said",
    [
        {"gateway": "https://elsewhere.example.org"},
        {"gateway": "http://127.0.0.1:8080/path"},
        {"gateway": "http://user@127.0.0.1"},
        {"gateway": 'http://127.0.0.1"><script>'},
        {"account": "../../etc"},
        {"script": "everywhere"},
        {"turbo": "yes"},
        {"fixed": "other.js"},
        {"data-onload": "alert(1)"},
        {"data-size": "a b"},
    ],
)
def test_an_address_can_bring_nothing_into_a_page_that_is_no_switch(pages: Shop, said: dict[str, str]) -> None:
    with pytest.raises(NotASwitch):
        read(said, Switches())
    assert pages.page(**said).status_code == 400


def test_any_gateway_can_be_set_by_the_control_and_then_named(pages: Shop) -> None:
    far = "https://gateway.example.org"
    pages.control("PUT", "usual", {"gateway": far, "account": ACCOUNT})
    assert f'src="{far}/webchat/{ACCOUNT}.js"' in pages.page().text
    assert pages.page(gateway=far).ok


def test_switches_come_back_as_they_were_written() -> None:
    usual = Switches(account="usual")
    here = Switches(csp=Policy.STRICT, script=Script.TWICE, frame=True, data=(("size", "small"),))
    query = here.query(usual)
    assert query == "?account=&script=twice&csp=strict&frame=1&data-size=small"
    said = dict(part.split("=") for part in query.removeprefix("?").split("&"))
    assert read(said, usual) == here


def test_a_frame_has_no_origin_and_holds_the_same_page(pages: Shop) -> None:
    page = pages.page("cart", frame="1", turbo="1", csp="strict")
    assert 'sandbox="allow-scripts allow-forms" src="/shop/cart?csp=strict&amp;turbo=1"' in page.text
    assert f"frame-src {pages.address};" in page.headers["Content-Security-Policy"]


def test_the_relay_is_another_origin_and_carries_calls(pages: Shop, gateway: Counting) -> None:
    page = pages.page(relay="1")
    assert f'src="{pages.address.replace("localhost", "127.0.0.1")}/webchat/{ACCOUNT}.js"' in page.text
    address = f"{pages.address}/webchat/{ACCOUNT}/messages"
    answer = requests.post(address, data="Guten Tag", headers={"Origin": "https://shop.example"}, timeout=10)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (201, "*")
    assert answer.json() == {"heard": "Guten Tag", "origin": "https://shop.example"}
    (call,) = pages.control("GET", "calls")["calls"]
    assert call == {
        "method": "POST",
        "call": "messages",
        "cookies": False,
        "query": False,
        "status": 201,
        "trouble": "",
    }


@pytest.mark.parametrize(("kind", "heard"), [("lost", ["1", "2"]), ("truncated", ["1", "2"]), ("cut", ["2"])])
def test_exactly_the_next_answer_is_lost(pages: Shop, gateway: Counting, kind: str, heard: list[str]) -> None:
    pages.control("POST", "troubles", {"kind": kind, "call": "messages"})
    with pytest.raises(requests.exceptions.RequestException):
        pages.says("1")
    assert pages.says("2").json()["heard"] == "2"
    assert gateway.heard == heard


def test_other_calls_are_not_met(pages: Shop, gateway: Counting) -> None:
    pages.control("POST", "troubles", {"kind": "cut", "call": "events", "times": None})
    assert pages.says("1").ok
    (trouble,) = pages.control("GET", "troubles")["troubles"]
    pages.control("DELETE", f"troubles/{trouble['id']}")
    assert pages.control("GET", "troubles")["troubles"] == []


def test_a_gateway_that_is_not_there(pages: Shop, gateway: Counting) -> None:
    pages.control("POST", "troubles", {"kind": "unavailable", "seconds": 7})
    pages.control("POST", "troubles", {"kind": "bad-gateway"})
    busy, broken = pages.says("1"), pages.says("1")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "7")
    assert (broken.status_code, broken.headers.get("Access-Control-Allow-Origin")) == (502, None)
    assert gateway.heard == []


def test_a_held_call_goes_on_when_the_trouble_is_taken_away(pages: Shop, gateway: Counting) -> None:
    pages.control("POST", "troubles", {"kind": "held"})
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(pages.says, "1")
        eventually(lambda: [call["trouble"] for call in pages.control("GET", "calls")["calls"]] == ["held"])
        assert pages.says("2").ok
        assert gateway.heard == ["2"]
        pages.control("DELETE", "troubles")
        assert waiting.result().ok
    assert gateway.heard == ["2", "1"]


def test_people_switch_on_a_page(pages: Shop, gateway: Counting) -> None:
    panel = f"{pages.address}/sandbox/shop"
    opened = requests.post(panel, data={"action": "open", "csp": "strict", "embed": "1"}, timeout=10)
    assert opened.url.startswith(f"{pages.address}/shop/?csp=strict")
    assert 'id="service-status"' in opened.text
    added = requests.post(panel, data={"action": "add", "kind": "cut", "call": "messages", "times": ""}, timeout=10)
    assert "Take away: cut" in added.text
    with pytest.raises(requests.exceptions.ConnectionError):
        pages.says("1")
    (trouble,) = pages.control("GET", "troubles")["troubles"]
    requests.post(panel, data={"action": f"clear:{trouble['id']}"}, timeout=10).raise_for_status()
    assert pages.says("2").ok
