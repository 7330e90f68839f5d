"""Answers on their way out: against what Facebook's latency allows, and against requests in threads."""

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import msgspec
import uvloop

from benchmarks import facebook, variants
from benchmarks.facebook import APP, page_id
from benchmarks.figures import Aim, Chapter, Table, ratios, spread

LATENCY = 0.08
CONNECTIONS = 100
MESSAGES = 3_000
Work = Callable[[Pipe, str, Path], None]


def measure(workplace: Path, *, rounds: int) -> Chapter:
    """Send the same number of messages both ways, each in a process of its own, in turn."""
    ours, threads = "fbtool: queue, store, aiohttp", "requests in threads, no queue, no store"
    ways = {ours: _send_ours, threads: _send_by_threads, "aiohttp, no queue, no store": _send_by_aiohttp}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    costs: dict[str, list[float]] = {name: [] for name in ways}
    with facebook.serving(LATENCY) as address:
        for number in range(rounds):
            for name, work in ways.items():
                seconds, processor = _apart(work, address, workplace / f"sending-{number}")
                rates[name].append(MESSAGES / seconds)
                costs[name].append(processor / MESSAGES * 1e6)
    ideal = CONNECTIONS / LATENCY
    title = f"{MESSAGES:,} messages of 100 Pages, {CONNECTIONS} connections, {LATENCY * 1000:.0f} ms for each call"
    table = Table(f"{title}: at most {ideal:,.0f} a second", ("way", "messages/s", "CPU µs each"))
    table.rows = [(name, spread(rates[name]).told(), spread(costs[name]).told()) for name in rates]
    share = spread([rate / ideal for rate in rates[ours]])
    aims = [
        Aim("sends against what 100 connections and the latency allow", 0.75, share),
        Aim(
            "CPU for a send: requests in threads against us",
            4,
            ratios(costs[threads], costs[ours]),
            digits=1,
            if_short="aiohttp alone, with nothing to remember, is about as far ahead as the aim asks. The rest is "
            "ours: each answer is taken from a durable queue in its order, opened, sent, and its fate is stored and "
            "told, in two commits that few others share, since only as many land at a time. Telling fates later and "
            "more at once would help, and leave more of them unclear after a crash.",
        ),
    ]
    return Chapter("Sending", [table], aims)


def _apart(work: Work, address: str, folder: Path) -> tuple[float, float]:
    """Seconds and processor seconds of the sending alone, measured in a process of its own."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=work, args=(there, address, folder))
    process.start()
    result: tuple[float, float] = here.recv()
    process.join()
    return result


def _send_ours(pipe: Pipe, address: str, folder: Path) -> None:
    """The gateway's own parts, put together as `fbtool.gateway.server` does, on a queue that is full already."""

    async def work() -> None:
        from fbtool.facebook.graph import Platform
        from fbtool.gateway.channels.facebook.graph import load_http
        from fbtool.gateway.clock import now_ms

        store, vault = await variants.open_store(folder, CONNECTIONS)
        wired = variants.Wired(store, vault, Platform(address, address))
        answers = [variants.outgoing(vault, number) for number in range(MESSAGES)]
        await store.inbox.accept([[variants.question(answer) for answer, *_ in answers]], now_ms())
        await asyncio.gather(*(store.outbox.enqueue(*answer) for answer in answers))
        await load_http()  # as the others have it by now
        begun, used = time.perf_counter(), time.process_time()
        running = asyncio.create_task(wired.sender.run())
        while (await store.holdings()).messages_queued:
            await asyncio.sleep(0.1)
        pipe.send((time.perf_counter() - begun, time.process_time() - used))
        assert (await store.holdings()).sent_messages == MESSAGES, "Facebook took each of them"
        running.cancel()
        await asyncio.wait([running])
        await wired.sender.finish()
        await wired.channel.close()
        await store.stop()

    uvloop.run(work())  # as the gateway does


def _send_by_threads(pipe: Pipe, address: str, folder: Path) -> None:
    """What a program does that sends each answer by requests, one session for each thread."""
    import threading

    import requests

    here = threading.local()

    def send(number: int) -> None:
        if not hasattr(here, "http"):
            here.http = requests.Session()
            here.http.trust_env = False
        message = {"recipient": {"id": f"73{number:014}"}, "message": {"text": "Guten Tag"}}
        url = f"{address}/v26.0/{page_id(number % CONNECTIONS)}/messages"
        answer = here.http.post(url, data=msgspec.json.encode(message), headers={"Authorization": APP.id}, timeout=30)
        assert answer.json()["message_id"]

    begun, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(send, range(MESSAGES)))
    pipe.send((time.perf_counter() - begun, time.process_time() - used))


def _send_by_aiohttp(pipe: Pipe, address: str, folder: Path) -> None:
    """The same with the library that the gateway uses: what its queue and store add is the difference."""
    import aiohttp

    async def work() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as http:

            async def send(number: int) -> None:
                message = {"recipient": {"id": f"73{number:014}"}, "message": {"text": "Guten Tag"}}
                url = f"{address}/v26.0/{page_id(number % CONNECTIONS)}/messages"
                async with http.post(
                    url, data=msgspec.json.encode(message), headers={"Authorization": APP.id}
                ) as answer:
                    assert (await answer.json())["message_id"]

            begun, used = time.perf_counter(), time.process_time()
            await asyncio.gather(*map(send, range(MESSAGES)))
            pipe.send((time.perf_counter() - begun, time.process_time() - used))

    uvloop.run(work())
