"""Customers write at a steady rate and are answered, with gateways that share a PostgreSQL; everything is counted.

``nox -s load -- --seconds 120 --rate 50 --gateways 1 2`` prints the figures; the tests run a few seconds. With
``--channel webchat`` it is visitors who chat (`tests.gateway.webchat.load`).

Deliveries go round the gateways, as a load balancer sends them. Facebook sends the echo of an answer before its own
reply is read, and to another gateway than the one that sent: the two tell the same fate at the same moment.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from tests.e2e.processes import Background, Computer
from tests.gateway.conftest import APP, FIELDS
from tests.gateway.messenger import delivery, message, now_ms, signature
from tests.gateway.webchat import load as webchat
from tests.postgres import Cluster

PAGES = [str(100000000000011 + number) for number in range(10)]
CUSTOMERS = [str(7300000000000000 + number) for number in range(20)]
"""Each writes to each Page."""
ADMIN_TOKEN = "admin-token-of-the-load-0123456789"
_TROUBLE = re.compile("ERROR:  (.*)")
_LAST_WITHIN = 120.0
"""Seconds until the last answer must have come through."""


@dataclass
class Figures:
    """What happened to the messages and to their answers."""

    gateways: int
    seconds: float = 0
    written: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    """How often each answer reached Facebook."""
    told: Counter[str] = field(default_factory=Counter)
    """How often the CRM was told that it was sent."""
    events: Counter[str] = field(default_factory=Counter)
    """How often the CRM got each message."""
    other_statuses: Counter[str] = field(default_factory=Counter)
    """Answers of the gateways other than those that mean "done"."""
    out_of_order: list[str] = field(default_factory=list)
    database: Counter[str] = field(default_factory=Counter)
    """Errors in the database server's log."""
    longest_s: float = 0
    """The longest time until a webhook was answered."""

    @property
    def lost(self) -> int:
        return sum(self.written - len(those) for those in (self.events, self.sent, self.told))

    @property
    def twice(self) -> int:
        return sum(count > 1 for those in (self.events, self.sent, self.told) for count in those.values())

    @property
    def deadlocks(self) -> int:
        return self.database["deadlock detected"]

    @property
    def faults(self) -> int:
        counted = self.lost, self.twice, self.other_statuses.total(), len(self.out_of_order), self.database.total()
        return sum(counted)

    def __str__(self) -> str:
        return (
            f"{self.gateways} gateway(s), {self.seconds:.0f} s: {self.written} messages answered; {self.lost} lost, "
            f"{self.twice} twice, {len(self.out_of_order)} out of order; other answers than 200 and 202: "
            f"{dict(self.other_statuses) or 0}; in the server's log: {self.deadlocks} deadlocks, "
            f"{self.database.total() - self.deadlocks} other errors {dict(self.database) or ''}; "
            f"longest time for a webhook: {self.longest_s:.2f} s"
        )


class Load:
    """Customers, Facebook and a CRM around gateways that share a database."""

    def __init__(self, http: aiohttp.ClientSession, figures: Figures) -> None:
        self._http = http
        self.figures = figures
        self._gateways: list[str] = []
        self._turn = itertools.count()
        self._wanted = 0
        self._complete = asyncio.Event()
        self._token = ""
        self._due: dict[str, asyncio.Queue[str]] = {}
        self._last: dict[str, dict[str, str]] = defaultdict(dict)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, gateways: list[str], seconds: float, rate: float) -> None:
        """Link the Pages, let customers write for so long, and wait until everything has come through."""
        self._gateways = gateways
        self._token = (await self._admin("accounts", name="Shop"))["token"]
        for page in PAGES:
            await self._api("PUT", f"facebook/pages/{page}", {"page_token": page}, expected=201)
        crm = asyncio.create_task(self._take())
        begun = time.monotonic()
        self._wanted = int(seconds * rate)
        for number in range(self._wanted):
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
            page, customer = PAGES[number % len(PAGES)], CUSTOMERS[number // len(PAGES) % len(CUSTOMERS)]
            self.figures.written += 1
            self._do(self._deliver(delivery(message(f"m_{number:08}", customer=customer, page=page), page=page)))
        with contextlib.suppress(TimeoutError):  # what is missing then is counted as lost
            await asyncio.wait_for(self._complete.wait(), _LAST_WITHIN)
        await asyncio.sleep(1)  # what comes twice comes now
        crm.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.wait([crm, *self._tasks])
        self.figures.seconds = time.monotonic() - begun

    async def facebook(self, request: web.Request) -> web.Response:
        """Answer a Graph call; the echo of a message is on its way before the answer is."""
        path = request.path.split("/", 2)[2]
        params = dict(parse_qsl(request.query_string) + parse_qsl((await request.read()).decode()))
        page, _, what = path.partition("/")
        if path == "debug_token":
            facts = {"app_id": APP.id, "type": "PAGE", "profile_id": params["input_token"], "user_id": "1",
                     "is_valid": True, "expires_at": 0, "data_access_expires_at": 0,
                     "scopes": ["pages_show_list", "pages_messaging", "pages_manage_metadata"]}  # fmt: skip
            return web.json_response({"data": facts})
        if what == "subscribed_apps":
            answer: dict[str, Any] = {"success": True}
            if request.method == "GET":
                answer = {"data": [{"id": APP.id, "subscribed_fields": FIELDS}]}
            return web.json_response(answer)
        if what != "messages":
            error = {"code": 2500, "message": path, "type": "x", "fbtrace_id": "T"}
            return web.json_response({"error": error}, status=404)
        said, customer = json.loads(params["message"]), json.loads(params["recipient"])["id"]
        mid = f"m_answer_{said['text']}"
        self._note(self.figures.sent, "sent", f"{page} {customer}", said["text"])
        echo = {
            "sender": {"id": page}, "recipient": {"id": customer}, "timestamp": now_ms(),
            "message": {"mid": mid, "is_echo": True, "app_id": int(APP.id), "text": said["text"],
                        "metadata": said["metadata"]},
        }  # fmt: skip
        self._do(self._deliver(delivery(echo, page=page)))
        await asyncio.sleep(0)
        return web.json_response({"recipient_id": customer, "message_id": mid})

    async def _take(self) -> None:
        """The CRM: takes events by long-poll and has each message answered."""
        cursor = ""
        while True:
            batch = await self._api("GET", f"events?wait=20&limit=500&after={cursor}")
            for event in batch["events"]:
                content = event["content"]
                if event["kind"] == "message":
                    self._note(self.figures.events, "event", event["conversation"], content["mid"])
                    self._answer(event["conversation"], content["mid"])
                elif event["kind"] == "sent":
                    self.figures.told[content["message_id"]] += 1
                else:
                    self.figures.other_statuses[event["kind"]] += 1
            cursor = batch["cursor"]
            if len(self.figures.told) == self._wanted:
                self._complete.set()

    def _answer(self, conversation: str, text: str) -> None:
        if conversation not in self._due:
            self._due[conversation] = asyncio.Queue()
            self._do(self._answer_in_order(conversation, self._due[conversation]))
        self._due[conversation].put_nowait(text)

    async def _answer_in_order(self, conversation: str, texts: asyncio.Queue[str]) -> None:
        while True:
            text = await texts.get()
            body = {"conversation": conversation, "text": text, "human": True}
            await self._api("POST", "messages", body, expected=202, headers={"Idempotency-Key": text})

    def _note(self, counted: Counter[str], what: str, conversation: str, mid: str) -> None:
        counted[mid] += 1
        if counted[mid] == 1 and mid < self._last[what].get(conversation, ""):
            self.figures.out_of_order.append(f"{what} {mid}")
        self._last[what][conversation] = mid

    def _do(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _next(self) -> str:
        return self._gateways[next(self._turn) % len(self._gateways)]

    async def _deliver(self, body: bytes) -> None:
        """Deliver as Facebook does: again until it is taken."""
        while True:
            begun = time.monotonic()
            signed = {"X-Hub-Signature-256": signature(body)}
            async with self._http.post(f"{self._next()}/facebook/webhook", data=body, headers=signed) as answer:
                self.figures.longest_s = max(self.figures.longest_s, time.monotonic() - begun)
                if answer.status == 200:
                    return
                self.figures.other_statuses[f"webhook {answer.status}"] += 1
            await asyncio.sleep(0.1)

    async def _admin(self, path: str, **body: str) -> Any:
        headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
        async with self._http.post(f"{self._next()}/admin/{path}", json=body, headers=headers) as answer:
            return await answer.json()

    async def _api(
        self, method: str, path: str, body: Any = None, *, expected: int = 200, headers: dict[str, str] | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"} | (headers or {})
        while True:
            address = f"{self._next()}/v1/{path}"
            async with self._http.request(method, address, json=body, headers=headers) as answer:
                if answer.status == expected:
                    return await answer.json()
                self.figures.other_statuses[f"{method} {answer.status}"] += 1
            await asyncio.sleep(0.1)


def measured(folder: Path, cluster: Cluster, *, gateways: int, seconds: float, rate: float) -> Figures:
    """Run the load against new gateways on a new database."""
    figures = Figures(gateways)
    before = len(cluster.log())
    asyncio.run(_measured(folder, cluster.database(), figures, seconds, rate))
    figures.database = Counter(_TROUBLE.findall(cluster.log()[before:]))
    return figures


async def _measured(folder: Path, url: str, figures: Figures, seconds: float, rate: float) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        load = Load(http, figures)
        async with _serving(load) as facebook:
            running: list[Background] = []
            try:
                for number in range(figures.gateways):
                    running.append(_started(folder / str(number), facebook, url))
                ready = [await asyncio.to_thread(one.wait_for, r'"address": "([^"]+)".*\}') for one in running]
                await load.run([found.group(1) for found in ready], seconds, rate)
            finally:
                for one in running:
                    await asyncio.to_thread(one.stop)


@contextlib.asynccontextmanager
async def _serving(load: Load) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", load.facebook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _started(folder: Path, facebook: str, url: str) -> Background:
    data = folder / "data"
    data.mkdir(parents=True)
    given = {
        "FBTOOL_DATA_DIR": str(data),
        "FBTOOL_APP_SECRET": APP.secret,
        "FBTOOL_DATABASE_URL": url,
        "FBTOOL_MASTER_KEY": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
        "FBTOOL_ADMIN_TOKEN": ADMIN_TOKEN,
    }
    arguments = ["gateway", "run", "--port", "0", "--json", "--app-id", APP.id, "--facebook", facebook]
    return Computer(folder, given).start(*arguments)


def main() -> int:
    """Print the figures; the exit code is 1 if anything went wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=120, help="how long customers write")
    options.add_argument("--rate", type=float, default=50, help="messages a second, each of which is answered")
    options.add_argument("--gateways", type=int, nargs="+", default=[1, 2], help="one run for each number of gateways")
    options.add_argument("--channel", choices=["facebook", "webchat"], default="facebook")
    chosen = options.parse_args()
    faults = 0
    with contextlib.ExitStack() as at_the_end:
        folder = Path(at_the_end.enter_context(tempfile.TemporaryDirectory()))
        cluster = Cluster()
        at_the_end.callback(cluster.remove)
        cluster.start()
        for gateways in chosen.gateways:
            place, wanted = folder / str(gateways), {"seconds": chosen.seconds, "rate": chosen.rate}
            if chosen.channel == "webchat":
                chats = webchat.measured(place, cluster.database(), gateways=gateways, **wanted)
                print(f"{gateways} gateway(s): {chats}", *chats.faults, sep="\n", flush=True)
                faults += len(chats.faults)
                continue
            figures = measured(place, cluster, gateways=gateways, **wanted)
            print(figures, flush=True)
            faults += figures.faults
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
