"""From Facebook's webhook to the CRM: an open-loop sender at a steady rate, and a CRM that waits by long-poll."""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from pathlib import Path

import aiohttp

from benchmarks import bodies, servers
from benchmarks.facebook import APP, page_id
from benchmarks.figures import Aim, Chapter, Table, ratios, spread
from benchmarks.servers import Served

PER_SECOND = 300
_LAST_NEWS_WITHIN = 30.0
_LONGER = (
    "Both leave the store and the event loop together; what the CRM waits for longer is its own answer, put into words "
    "and sent through the web framework. A thinner way for the long-poll, as the webhook has, would help."
)


async def _crm(served: Served, arrived: dict[str, float], wanted: int) -> None:
    headers = {"Authorization": f"Bearer {served.token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        cursor = ""
        while len(arrived) < wanted:
            address = f"{served.address}/v1/events"
            async with http.get(address, params={"after": cursor, "wait": "20", "limit": "500"}) as answer:
                text = await answer.read()
            now = time.perf_counter()  # what the CRM makes of it is its own time
            batch = json.loads(text)
            for event in batch["events"]:
                arrived.setdefault(event["content"]["mid"], now)
            cursor = batch["cursor"]
        async with http.get(f"{served.address}/v1/events", params={"after": cursor}):
            pass  # acknowledges the last


async def _facebook(served: Served, count: int, name: str, sent: dict[str, float], answered: list[float]) -> None:
    """Send at a steady rate, whatever the answers do: a late answer delays no later request."""

    async def deliver(http: aiohttp.ClientSession, number: int) -> None:
        text = bodies.body(page_id(0), number, name, time.time_ns() // 1_000_000)
        signature = hmac.new(APP.secret.encode(), text, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
        mid = json.loads(text)["entry"][0]["messaging"][0]["message"]["mid"]
        sent[mid] = begun = time.perf_counter()
        async with http.post(served.webhook, data=text, headers=headers) as answer:
            assert answer.status == 200, answer.status
        answered.append((time.perf_counter() - begun) * 1000)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as http:
        begun = time.perf_counter()
        under_way = []
        for number in itertools.count():
            if number == count:
                break
            await asyncio.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
            under_way.append(asyncio.create_task(deliver(http, number)))
        await asyncio.gather(*under_way)


async def _round(served: Served, count: int, name: str) -> tuple[list[float], list[float]]:
    sent: dict[str, float] = {}
    answered: list[float] = []
    arrived: dict[str, float] = {}
    crm = asyncio.create_task(_crm(served, arrived, count))
    await _facebook(served, count, name, sent, answered)
    await asyncio.wait_for(crm, _LAST_NEWS_WITHIN)
    return answered, [(arrived[mid] - sent[mid]) * 1000 for mid in sent]


def measure(workplace: Path, facebook: str, *, rounds: int, seconds: int, databases: dict[str, str]) -> Chapter:
    """Milliseconds until Facebook has its 200 and until the CRM has the event.

    Args:
        workplace: for the data.
        facebook: the stand-in's address.
        rounds: how often.
        seconds: how long each.
        databases: name of a store → its address; an empty address is the embedded store.
    """
    chapter = Chapter("From the webhook to the CRM")
    columns = ("store", "200: p50 ms", "200: p99 ms", "in the CRM: p50 ms", "in the CRM: p99 ms", "ratio of the p50")
    table = Table(f"{PER_SECOND} events/s for {seconds} s, {rounds} rounds", columns)
    for name, address in databases.items():
        environment = {"FBTOOL_DATABASE_URL": address} if address else {}
        folder = workplace / f"handover-{len(table.rows)}"
        with servers.gateway(name, folder, facebook, **environment) as served:
            both = [
                asyncio.run(_round(served, PER_SECOND * seconds, f"h{len(table.rows)}{number}"))
                for number in range(rounds)
            ]
        answers, arrivals = [_percentiles(a) for a, _ in both], [_percentiles(b) for _, b in both]
        share = ratios([p50 for p50, _ in arrivals], [p50 for p50, _ in answers])
        cells = [spread([one[part] for one in side]).told(digits=2) for side in (answers, arrivals) for part in (0, 1)]
        table.rows.append((name, *cells, share.told(digits=2)))
        if not address:
            what = "p50 until the CRM holds it, against its own 200"
            chapter.aims.append(Aim(what, 1.15, share, at_least=False, if_short=_LONGER))
    chapter.tables.append(table)
    return chapter


def _percentiles(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
