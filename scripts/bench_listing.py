"""Measures listing and linking against a Graph server that takes 100 ms for every call, with a real gateway.

The aim is to be bound by that latency and by nothing else: 1,000 Pages are ten parts of a list, one after the
other, because each needs the cursor of the one before; 200 Pages to link are 200 times the gateway's three calls,
as many at a time as the tool dares. These machines are shared and noisy: look at the best of several rounds.
"""

import asyncio
import json
import multiprocessing
import re
import tempfile
import time
from math import ceil
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import requests

from fbtool.connection import Connection
from fbtool.facebook.graph import App, Platform
from fbtool.facebook.pages import PAGE_SIZE
from fbtool.facebook.permissions import LOGIN_SCOPE
from fbtool.facebook.subscriptions import FIELDS
from fbtool.facebook.tokens import Person
from fbtool.gateway.server import Gateway
from fbtool.gateway.settings import Settings
from fbtool.linking.crew import AT_ONCE
from fbtool.linking.gateway import GatewayClient
from fbtool.linking.graph import GraphClient
from fbtool.linking.linker import Result, link_pages
from fbtool.linking.listing import Listing, list_pages
from fbtool.linking.signin import SignIn

LATENCY = 0.1
"""Seconds that every Graph call takes."""
PAGES, TO_LINK, ROUNDS = 1000, 200, 3
CALLS_PER_LINK = 3
"""The gateway's: what is the token worth, subscribe, read the subscription back; one after the other."""
APP = App("1840000000000001", "app-secret")
ADMIN_TOKEN = "admin-token-of-the-bench-0123456789"
ERIKA = SignIn(Person("42", "Erika Muster"), "EAAUSER", 0)


def answer_to(method: str, path: str, params: dict[str, str]) -> object:
    """What Facebook answers, for as many Pages as are wanted."""
    if path == "me/permissions":
        return {"data": [{"permission": name, "status": "granted"} for name in LOGIN_SCOPE]}
    if path == "me/accounts":
        first = int(params.get("after", "0"))
        last = min(first + int(params["limit"]), PAGES)
        paging = {"cursors": {"after": str(last)}} | ({"next": "x"} if last < PAGES else {})
        return {"data": [page(number) for number in range(first, last)], "paging": paging}
    if path == "debug_token":
        of_page = params["input_token"].removeprefix("EAAPAGE")
        kind = {"type": "PAGE", "profile_id": of_page} if of_page != params["input_token"] else {"type": "USER"}
        granular = [{"scope": name} for name in LOGIN_SCOPE]
        facts = {"app_id": APP.id, "user_id": "42", "is_valid": True, "scopes": LOGIN_SCOPE, "expires_at": 0}
        return {"data": facts | kind | {"granular_scopes": granular}}
    if path.endswith("/subscribed_apps") and method == "GET":
        return {"data": [{"id": APP.id, "subscribed_fields": FIELDS}]}
    return {"success": True}


def page(number: int) -> dict[str, object]:
    """One entry of a list of Pages."""
    page_id = str(100_000_000_000_000 + number)
    tasks = ["MESSAGING", "MODERATE", "ANALYZE"]
    return {"id": page_id, "name": f"Page {number:04}", "tasks": tasks, "access_token": f"EAAPAGE{page_id}"}


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection, each after the latency."""
    while True:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except (asyncio.IncompleteReadError, ConnectionError):
            break
        length = re.search(r"(?i)\r\ncontent-length: *(\d+)", head)
        body = (await reader.readexactly(int(length[1]))).decode() if length else ""
        method, target, _ = head.split(" ", 2)
        parts = urlsplit(target)
        params = dict(parse_qsl(parts.query) + parse_qsl(body))
        content = json.dumps(answer_to(method, parts.path.split("/", 2)[2], params)).encode()
        await asyncio.sleep(LATENCY)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content))
        writer.write(content)
    writer.close()


def stand_in(pipe: Pipe) -> None:
    """Serve until the process is ended; the address goes through the pipe."""

    async def serve() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        pipe.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await server.serve_forever()

    asyncio.run(serve())


def listed(platform: Platform, connection: Connection) -> tuple[Listing, float]:
    """The list, and how many seconds it took with connections that are new, as at the start of the tool."""
    begun = time.perf_counter()
    with GraphClient(platform) as graph, GatewayClient(connection) as gateway:
        listing = list_pages(graph, gateway, ERIKA)
    return listing, time.perf_counter() - begun


def linked(listing: Listing, connection: Connection) -> float:
    """How many seconds linking took."""
    begun = time.perf_counter()
    with GatewayClient(connection) as gateway:
        outcomes = list(link_pages(gateway, listing.pages[:TO_LINK], "Erika Muster"))
    seconds = time.perf_counter() - begun
    assert {outcome.result for outcome in outcomes} <= {Result.LINKED, Result.REFRESHED}, outcomes[0].problem
    return seconds


def tell(what: str, minimum: float, times: list[float], limit: float) -> None:
    """One line of the result."""
    ratio = min(times) / minimum
    all_times = ", ".join(f"{seconds:.2f}" for seconds in times)
    verdict = "pass" if ratio <= limit else "short"
    print(f"{what}: {all_times} s; minimum {minimum:.2f} s; best is {ratio:.2f}×, aim ≤ {limit}×: {verdict}")


def run_gateway(pipe: Pipe, facebook: str) -> None:
    """Run a gateway until the pipe says anything; its address goes through the pipe."""
    with tempfile.TemporaryDirectory() as folder:
        platform = Platform(facebook, facebook)
        gateway = Gateway(Settings(Path(folder), APP, bytes(32), ADMIN_TOKEN, port=0, platform=platform))
        gateway.start()
        pipe.send(gateway.address)
        pipe.recv()
        gateway.stop()


def main() -> None:
    """Start everything in processes of its own, as in reality; measure; print a line for each aim."""
    to_facebook, far = multiprocessing.Pipe()
    facebook = multiprocessing.Process(target=stand_in, args=(far,), daemon=True)
    facebook.start()
    address = to_facebook.recv()
    to_gateway, far = multiprocessing.Pipe()
    gateway = multiprocessing.Process(target=run_gateway, args=(far, address))
    gateway.start()
    try:
        measure(Platform(address, address), to_gateway.recv())
    finally:
        to_gateway.send("enough")
        gateway.join()
        facebook.terminate()


def measure(platform: Platform, gateway: str) -> None:
    """Print a line for each aim."""
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    added = requests.post(f"{gateway}/admin/accounts", json={"name": "Bench"}, headers=headers, timeout=30)
    connection = Connection.to(gateway, added.json()["token"])
    listing, first = listed(platform, connection)
    assert len(listing.pages) == PAGES
    assert not listing.failures, listing.failures[0].sentence
    times = [first] + [listed(platform, connection)[1] for _ in range(ROUNDS - 1)]
    tell(f"list {PAGES} Pages", ceil(PAGES / PAGE_SIZE) * LATENCY, times, 1.3)
    times = [linked(listing, connection) for _ in range(ROUNDS)]
    minimum = ceil(TO_LINK / AT_ONCE) * CALLS_PER_LINK * LATENCY
    tell(f"link {TO_LINK} Pages, {AT_ONCE} at a time", minimum, times, 1.5)


if __name__ == "__main__":
    main()
