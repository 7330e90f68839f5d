"""One account's files, however many and however slow, keep no other account waiting; who waits has not sent yet."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from fbtool.gateway import limits
from fbtool.gateway.channels.facebook import graph, link_monitor
from fbtool.gateway.fair_semaphore import FairSemaphore
from fbtool.gateway.store.limits import LEASE_MS
from tests.conditions import eventually
from tests.gateway.conftest import PAGE, Answer, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message

MANY = 100
OTHER_PAGE = "100000000000012"
OTHER_SEND = f"POST {OTHER_PAGE}/messages"
SEND = f"POST {PAGE}/messages"


class Held:
    """A call that Facebook takes and does not answer before it is let go."""

    def __init__(self, facebook: ScriptedFacebook, call: str, answer: Answer) -> None:
        self._go = threading.Event()
        self._answer = answer
        self.come = 0
        facebook.answers[call] = self._wait

    def _wait(self, params: dict[str, str]) -> Answer:
        self.come += 1
        self._go.wait(120)
        return self._answer

    def let_go(self) -> None:
        self._go.set()


@contextmanager
def many(act: Callable[[], requests.Response]) -> Iterator[list[Future[requests.Response]]]:
    """The same thing a hundred times at once; everything has ended afterwards."""
    with ThreadPoolExecutor(MANY) as pool:
        yield [pool.submit(act) for _ in range(MANY)]


def connections(here: Running) -> int:
    metrics = here.api("GET", "../metrics", token=here.settings.admin_token).text
    (line,) = [line for line in metrics.splitlines() if line.startswith("gateway_connections ")]
    return int(float(line.split()[1]))


def events(here: Running, token: str, kind: str) -> list[dict[str, Any]]:
    return [event for event in here.api("GET", "events", token=token).json()["events"] if event["kind"] == kind]


@pytest.fixture
def other(running: Running, facebook: ScriptedFacebook) -> str:
    """The token of a second account with a Page and a customer of its own; the first one has them, too."""
    assert running.link().status_code == 201
    facebook.facts(profile_id=OTHER_PAGE)
    facebook.says(f"POST {OTHER_PAGE}/subscribed_apps", 200, {"success": True})
    fields = facebook.answers[f"GET {PAGE}/subscribed_apps"]
    facebook.answers[f"GET {OTHER_PAGE}/subscribed_apps"] = fields
    facebook.says(OTHER_SEND, 200, {"recipient_id": "1", "message_id": "m_other"})
    token = str(running.admin("POST", "accounts", json={"name": "Other"}).json()["token"])
    body = {"page_token": "t"}
    assert running.api("PUT", f"facebook/pages/{OTHER_PAGE}", token=token, json=body).status_code == 201
    assert deliver(running.address, delivery(message("m_1"))) == 200
    assert deliver(running.address, delivery(message("m_2", page=OTHER_PAGE), page=OTHER_PAGE)) == 200
    return token


def test_a_hundred_slow_uploads_of_one_account_hold_back_no_answer_of_another(
    running: Running, facebook: ScriptedFacebook, other: str
) -> None:
    slow = Held(facebook, f"POST {PAGE}/message_attachments", (200, {"attachment_id": "1"}))
    conversation = events(running, running.token, "message")[0]["conversation"]
    other_conversation = events(running, other, "message")[0]["conversation"]

    def upload() -> requests.Response:
        query = {"conversation": conversation, "type": "file"}
        return running.api("POST", "attachments", params=query, data=b"x", headers={"Content-Type": "text/plain"})

    with many(upload) as uploads:
        try:
            eventually(lambda: connections(running) >= MANY and slow.come >= 20)
            queued = {"conversation": other_conversation, "text": "Guten Tag", "human": True}
            answer = running.api("POST", "messages", token=other, json=queued, headers={"Idempotency-Key": "1"})
            assert answer.status_code == 202
            eventually(lambda: bool(events(running, other, "sent")))
            assert not any(one.done() for one in uploads), "all of them are still held"
        finally:
            slow.let_go()
    assert {one.result().status_code for one in uploads} == {201}


def test_a_hundred_slow_files_of_one_account_hold_back_no_file_of_another(
    running: Running, facebook: ScriptedFacebook, other: str
) -> None:
    slow = Held(facebook, "GET slow", (200, b"slow"))
    facebook.says("GET quick", 200, b"quick")
    mine = file_of(running, running.token, f"{facebook.address}/v/slow", PAGE)
    theirs = file_of(running, other, f"{facebook.address}/v/quick", OTHER_PAGE)

    def fetch(url: str, token: str) -> requests.Response:
        return requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=120)

    with many(lambda: fetch(mine, running.token)) as files:
        try:
            eventually(lambda: connections(running) >= MANY and slow.come >= 20)
            assert fetch(theirs, other).content == b"quick"
            assert not any(one.done() for one in files), "all of them are still held"
        finally:
            slow.let_go()
    assert {one.result().content for one in files} == {b"slow"}


def file_of(here: Running, token: str, url: str, page: str) -> str:
    """The gateway's address for a file that a customer sends now."""
    item = message("m_file", page=page)
    item["message"] = {"mid": f"m_file_{page}", "attachments": [{"type": "image", "payload": {"url": url}}]}
    assert deliver(here.address, delivery(item, page=page)) == 200
    contents = [event["content"] for event in events(here, token, "message")]
    (attachment,) = [one for content in contents for one in content.get("attachments", [])]
    return str(attachment["gateway_url"])


def test_to_wait_for_a_line_is_not_to_send(
    running: Running, facebook: ScriptedFacebook, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fbtool.gateway.limits.GRAPH_CONNECTIONS", 1)
    monkeypatch.setattr("fbtool.gateway.channels.facebook.graph._ANSWER_SECONDS", 3)
    running.restart()
    silent = Held(facebook, SEND, (200, {"recipient_id": "1", "message_id": "m_late"}))
    assert deliver(running.address, delivery(message("m_3", customer="73"))) == 200
    first, second = (event["conversation"] for event in events(running, running.token, "message"))
    third = events(running, other, "message")[0]["conversation"]
    try:
        for token, conversation in ((running.token, first), (running.token, second), (other, third)):
            body = {"conversation": conversation, "text": "Guten Tag", "human": True}
            sent = running.api("POST", "messages", token=token, json=body, headers={"Idempotency-Key": conversation})
            assert sent.status_code == 202
            eventually(lambda: silent.come >= 1)
        # Two that nobody answers are longer on the only line than one may take; the third did not begin meanwhile.
        eventually(lambda: bool(events(running, other, "sent")))
        assert len(facebook.calls(OTHER_SEND)) == 1
    finally:
        silent.let_go()


@given(st.lists(st.sampled_from("ab"), max_size=40), st.integers(1, 5), st.integers(1, 5))
def test_nobody_has_more_than_their_share_and_everybody_gets_a_turn(who: list[str], most: int, each: int) -> None:
    async def run() -> None:
        shares, inside, served = FairSemaphore(most, each), [], 0

        async def visit(name: str) -> None:
            nonlocal served
            await shares.enter(name)
            inside.append(name)
            assert len(inside) <= most
            assert inside.count(name) <= each
            await asyncio.sleep(0)
            inside.remove(name)
            shares.leave(name)
            served += 1

        await asyncio.gather(*(visit(name) for name in who))
        assert served == len(who)
        assert shares.are_free

    asyncio.run(run())


def test_who_gives_up_waiting_takes_no_place_with_them() -> None:
    async def run() -> None:
        shares = FairSemaphore(1, 1)
        await shares.enter("a")
        with pytest.raises(TimeoutError):
            await shares.enter("b", 0)
        waiting = asyncio.create_task(shares.enter("c"))
        await asyncio.sleep(0)
        shares.leave("a")
        waiting.cancel()  # its turn has just come
        await asyncio.wait([waiting])
        await shares.enter("d", 0)

    asyncio.run(run())


def test_who_has_no_place_goes_before_who_has_some_and_waits_longer() -> None:
    async def scene() -> list[str]:
        shares, order = FairSemaphore(2, 2), list[str]()

        async def enter(who: str) -> None:
            await shares.enter(who)
            order.append(who)

        await enter("many")
        await enter("many")
        waiting = [asyncio.create_task(enter(who)) for who in ("many", "many", "one")]
        await asyncio.sleep(0)
        shares.leave("many")
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        return order

    assert asyncio.run(scene()) == ["many", "many", "one"]


def test_an_answer_that_waits_for_its_turn_is_not_taken_for_interrupted() -> None:
    """Another gateway would tell it as unclear while this one has yet to send it, or to find out what a no means."""
    longest = limits.CONNECTION_WAIT_SECONDS + graph._ANSWER_SECONDS + link_monitor._VERIFY_SECONDS
    assert longest < LEASE_MS / 1000
