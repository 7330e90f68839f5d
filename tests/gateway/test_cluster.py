"""Several gateways on one PostgreSQL: any of them will do, and one may die."""

import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.conditions import eventually
from tests.e2e.processes import Background, Computer
from tests.gateway.conftest import APP, CUSTOMER, PAGE, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message
from tests.postgres import Cluster

BACK = "http://127.0.0.1:43210/back"
VERIFIER = "v" * 64
CHALLENGE = "w1TpKUdYE9hUAcNSeeSRFioHDxfUxuHho_JHAfZ_vDM"


class Member:
    """One gateway of the cluster: a process with a data folder of its own and the keys of all."""

    def __init__(self, folder: Path, facebook: ScriptedFacebook, url: str) -> None:
        (folder / "data").mkdir(parents=True)
        keys = {
            "FBTOOL_DATA_DIR": str(folder / "data"),
            "FBTOOL_APP_SECRET": APP.secret,
            "FBTOOL_DATABASE_URL": url,
            "FBTOOL_MASTER_KEY": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
            "FBTOOL_ADMIN_TOKEN": "admin-token-of-the-cluster",
        }
        self.computer = Computer(folder, keys)
        command = ["gateway", "run", "--port", "0", "--json", "--app-id", APP.id, "--facebook", facebook.address]
        self.process: Background = self.computer.start(*command)
        self.address = self.process.wait_for(r'"address": "([^"]+)".*\}').group(1)

    def api(self, method: str, path: str, token: str, **more: object) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}  # type: ignore[dict-item]
        return requests.request(method, f"{self.address}/v1/{path}", headers=headers, timeout=60, **more)  # type: ignore[arg-type]


@pytest.fixture
def members(tmp_path: Path, facebook: ScriptedFacebook, cluster: Cluster) -> Iterator[tuple[Member, Member]]:
    url = cluster.database()
    started: list[Member] = []
    try:
        for name in ("a", "b"):
            started.append(Member(tmp_path / name, facebook, url))
        yield started[0], started[1]
    finally:
        for member in started:
            member.process.stop()


@pytest.fixture
def token(members: tuple[Member, Member]) -> str:
    here, _ = members
    account = here.computer.run("gateway", "accounts", "add", "Shop", "--json").json
    token = str(account["token"])
    assert here.api("PUT", f"facebook/pages/{PAGE}", token, json={"page_token": "t"}).status_code == 201
    return token


def test_a_message_that_comes_to_one_gateway_wakes_the_crm_at_the_other(
    members: tuple[Member, Member], token: str
) -> None:
    here, there = members
    heard: list[str] = []

    def wait() -> None:
        batch = there.api("GET", "events", token, params={"wait": 50}).json()
        heard.extend(event["content"]["text"] for event in batch["events"])

    poll = threading.Thread(target=wait)
    poll.start()
    assert deliver(here.address, delivery(message("m_1", "Hallo"))) == 200
    poll.join(60)
    assert heard == ["Hallo"]


def test_a_repeated_delivery_at_the_other_gateway_is_one_event(members: tuple[Member, Member], token: str) -> None:
    here, there = members
    body = delivery(message("m_1"))
    assert [deliver(here.address, body), deliver(there.address, body)] == [200, 200]
    assert len(here.api("GET", "events", token).json()["events"]) == 1


def test_a_cursor_of_one_gateway_acknowledges_at_the_other(members: tuple[Member, Member], token: str) -> None:
    here, there = members
    deliver(here.address, delivery(message("m_1")))
    cursor = here.api("GET", "events", token).json()["cursor"]
    assert there.api("GET", "events", token, params={"after": cursor}).json()["events"] == []
    assert here.api("GET", "events", token).json()["events"] == []


def test_a_sign_in_begun_at_one_gateway_is_finished_at_the_others(
    members: tuple[Member, Member], token: str, facebook: ScriptedFacebook
) -> None:
    here, there = members
    facebook.says(
        "POST oauth/access_token", 200, {"access_token": "EAAG-user", "token_type": "bearer", "expires_in": 5183944}
    )
    account = token.split("_")[1]
    query = {
        "response_type": "code", "client_id": account, "redirect_uri": BACK, "state": "tool-state",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    begun = requests.get(f"{here.address}/oauth/authorize", params=query, allow_redirects=False, timeout=60)
    state = parse_qs(urlsplit(begun.headers["Location"]).query)["state"][0]
    returned = {"code": "facebook-code", "state": state}
    back = [
        requests.get(
            f"{gateway.address}/oauth/callback",
            params=returned,
            cookies=begun.cookies,
            allow_redirects=False,
            timeout=60,
        )
        for gateway in (there, here)
    ]
    assert back[0].headers["Location"] == back[1].headers["Location"], "a reload at another gateway is harmless"
    code = parse_qs(urlsplit(back[0].headers["Location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER,
            "client_id": account, "client_secret": token}  # fmt: skip
    redeemed = requests.post(f"{here.address}/oauth/token", data=form, timeout=60)
    assert redeemed.json()["access_token"] == "EAAG-user"
    again = requests.post(f"{there.address}/oauth/token", data=form, timeout=60)
    assert again.json()["error"] == "invalid_grant"


def test_when_one_gateway_is_killed_the_other_goes_on(
    members: tuple[Member, Member], token: str, facebook: ScriptedFacebook
) -> None:
    here, there = members
    assert deliver(here.address, delivery(message("m_1", "vorher"))) == 200
    here.process.stop(signal.SIGKILL)
    assert deliver(there.address, delivery(message("m_2", "nachher"))) == 200
    batch = there.api("GET", "events", token).json()
    assert [event["content"]["text"] for event in batch["events"]] == ["vorher", "nachher"]
    answer = {"conversation": batch["events"][0]["conversation"], "text": "Gern!", "human": True}
    there.api("POST", "messages", token, json=answer, headers={"Idempotency-Key": "k"})
    eventually(lambda: len(facebook.calls(f"POST {PAGE}/messages")) == 1, 60)
    (call,) = facebook.calls(f"POST {PAGE}/messages")
    assert json.loads(call["recipient"]) == {"id": CUSTOMER}


def test_two_gateways_send_each_answer_once_and_in_order(
    members: tuple[Member, Member], token: str, facebook: ScriptedFacebook
) -> None:
    here, there = members
    deliver(here.address, delivery(message("m_1")))
    conversation = here.api("GET", "events", token).json()["events"][0]["conversation"]
    texts = [f"{number:02d}" for number in range(20)]
    for number, text in enumerate(texts):
        gateway = (here, there)[number % 2]
        body = {"conversation": conversation, "text": text, "human": True}
        sent = gateway.api("POST", "messages", token, json=body, headers={"Idempotency-Key": text})
        assert sent.status_code == 202
    eventually(lambda: len(facebook.calls(f"POST {PAGE}/messages")) >= 20, 120)
    assert [json.loads(call["message"])["text"] for call in facebook.calls(f"POST {PAGE}/messages")] == texts


def test_the_database_may_be_restarted_under_load(members: tuple[Member, Member], token: str, cluster: Cluster) -> None:
    accepted: list[str] = []
    stop = threading.Event()

    def send(sender: int) -> None:
        number = 0
        while not stop.is_set():
            mid = f"m_{sender}_{number:05d}"
            if deliver(members[sender % 2].address, delivery(message(mid, customer=f"7300{sender}"))) == 200:
                accepted.append(mid)
                number += 1

    senders = [threading.Thread(target=send, args=(sender,)) for sender in range(4)]
    for sender in senders:
        sender.start()
    try:
        for mode in ("fast", "immediate"):
            before = len(accepted)
            eventually(lambda before=before: len(accepted) >= before + 20, 120)
            cluster.restart(mode)
            after = len(accepted)
            eventually(lambda after=after: len(accepted) >= after + 20, 120)
    finally:
        stop.set()
        for sender in senders:
            sender.join()
    mids: list[str] = []
    cursor = ""
    while True:
        batch = members[1].api("GET", "events", token, params={"after": cursor, "limit": 500}).json()
        if not batch["events"]:
            break
        mids += [event["content"]["mid"] for event in batch["events"]]
        cursor = batch["cursor"]
    assert sorted(mids) == sorted(accepted), "lost, invented or delivered twice"
    for sender in range(4):
        own = [mid for mid in mids if mid.startswith(f"m_{sender}_")]
        assert own == sorted(own), "the order within a conversation was lost"
