"""A stand-in for the Graph API that answers everything after a fixed time and costs next to nothing."""

import asyncio
import contextlib
import json
import multiprocessing
import re
import uuid
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection as Pipe
from urllib.parse import parse_qsl, urlsplit

from fbtool.facebook.graph import App
from fbtool.facebook.permissions import LOGIN_SCOPE
from fbtool.facebook.subscriptions import FIELDS

APP = App("1840000000000001", "app-secret-of-the-benchmarks")
PAGES = 1000
"""How many Pages the person manages."""
Answer = Callable[[str, str, dict[str, str]], object]


def page_id(number: int) -> str:
    """The id of a Page."""
    return str(100_000_000_000_000 + number)


def page(number: int) -> dict[str, object]:
    """One entry of a list of Pages."""
    name, token = f"Page {number:04}", f"EAAPAGE{page_id(number)}"
    return {"id": page_id(number), "name": name, "tasks": ["MESSAGING", "MODERATE", "ANALYZE"], "access_token": token}


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
    if path.endswith("/messages"):
        return {"recipient_id": "7300000000000000", "message_id": f"m_{uuid.uuid4().hex}"}
    return {"success": True}


@contextlib.contextmanager
def serving(latency: float) -> Iterator[str]:
    """Run the stand-in in a process of its own; gives its address.

    Args:
        latency: seconds that every call takes.
    """
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(there, latency), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Pipe, latency: float) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                writer.write(await _answer(reader, latency))
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", 0, backlog=1024)
        pipe.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await server.serve_forever()

    asyncio.run(serve())


async def _answer(reader: asyncio.StreamReader, latency: float) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"(?i)\r\ncontent-length: *(\d+)", head)
    body = (await reader.readexactly(int(length[1]))).decode() if length else ""
    method, target, _ = head.split(" ", 2)
    parts = urlsplit(target)
    content = json.dumps(answer_to(method, parts.path.split("/", 2)[2], dict(parse_qsl(parts.query) + parse_qsl(body))))
    await asyncio.sleep(latency)
    top = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return (top + content).encode()
