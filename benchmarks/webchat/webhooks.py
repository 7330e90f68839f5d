"""Sends webhooks at a steady rate from a process of its own, and tells how long each took.

``python -m benchmarks.webchat.webhooks URL BODIES RATE`` sends until its standard input ends, and then prints the times
of all answers. Each line that it reads there names what is sent from then on; its figures are kept apart by that name.

A time counts from when the webhook was due, so that a gateway that stands still is not spared what it held up.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

_CONNECTIONS = 16


async def _serve(url: str, bodies: Path, rate: float) -> dict[str, list[float]]:
    address = urlsplit(url)
    assert address.hostname
    times: dict[str, list[float]] = defaultdict(list)
    phase = ""
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(_CONNECTIONS):
        free.put_nowait(await asyncio.open_connection(address.hostname, address.port))

    async def send(request: bytes, due: float, name: str) -> None:
        reader, writer = await free.get()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        times[name].append(time.perf_counter() - due)
        free.put_nowait((reader, writer))

    async def listen() -> None:
        nonlocal phase
        loop, told = asyncio.get_running_loop(), asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
        while line := await told.readline():
            phase = line.decode().strip()

    listening = asyncio.create_task(listen())
    sending: set[asyncio.Task[None]] = set()
    begun = time.perf_counter()
    with bodies.open("rb") as lines:
        for number, line in enumerate(lines):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if listening.done():
                break
            if phase:
                task = asyncio.create_task(send(_request(address.netloc, address.path, line), due, phase))
                sending.add(task)
                task.add_done_callback(sending.discard)
    await asyncio.gather(*sending)
    return times


def _request(host: str, path: str, line: bytes) -> bytes:
    _, signature, body = line.rstrip(b"\n").split(b" ", 2)
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"X-Hub-Signature-256: sha256=" + signature + b"\r\n\r\n" + body


if __name__ == "__main__":
    url, bodies, rate = sys.argv[1:]
    print(json.dumps(asyncio.run(_serve(url, Path(bodies), float(rate)))))
