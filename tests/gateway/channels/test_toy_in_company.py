"""The toy channel alone, beside Facebook, and made known without a package."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from fbtool.gateway.channels import installed
from fbtool.gateway.channels.port import Channel, Core, Plug
from fbtool.gateway.server import Gateway
from tests.conditions import eventually
from tests.e2e.processes import Computer
from tests.gateway.channels.chat_server import SECRET, ChatServer
from tests.gateway.channels.toy_channel import PLUG
from tests.gateway.conftest import Clock, Running, ScriptedFacebook, settings_for
from tests.gateway.messenger import deliver, delivery, message


@pytest.fixture
def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    monkeypatch.setattr(installed, "_known", dict(installed._known))
    with ChatServer(tmp_path).serving() as server:
        yield server


@pytest.fixture
def both(tmp_path: Path, facebook: ScriptedFacebook, chat: ChatServer) -> Iterator[Running]:
    """A gateway with Facebook and the toy, which nobody but `register` has made known."""
    installed.register(PLUG)
    settings = settings_for(tmp_path, facebook, channels=("facebook", "toy"))
    of_channel = {**settings.of_channel, "toy": (chat.settings["server"], SECRET)}
    clock = Clock()
    gateway = Gateway(settings_for(tmp_path, facebook, channels=("facebook", "toy"), of_channel=of_channel), clock)
    gateway.start()
    running = Running(settings, gateway, clock)
    running.token = running.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
    assert running.link().status_code == 201
    yield running
    running.gateway.stop()


def answer(here: Running, token: str, text: str) -> None:
    """Answer the last customer who wrote to the account."""
    event = here.api("GET", "events", token=token).json()["events"][-1]
    body = {"conversation": event["conversation"], "text": text, "human": True}
    sent = here.api("POST", "messages", token=token, json=body, headers={"Idempotency-Key": text})
    assert sent.status_code == 202, sent.text


def test_one_channels_trouble_is_not_anothers(both: Running, chat: ChatServer, facebook: ScriptedFacebook) -> None:
    toy = both.admin("POST", "accounts", json={"name": "Toys", "channel": "toy"}).json()["token"]
    status, source = chat.connect(both.address, toy, "here")
    assert status == 200
    assert chat.write(both.address, source, "anna", "Hello", "m1") == 200
    assert deliver(both.address, delivery(message("m1"))) == 200, "an id says nothing of another channel's message"
    facebook.error("POST 100000000000011/messages", 4)  # the whole app's limit
    answer(both, both.token, "to Facebook")
    eventually(lambda: bool(facebook.calls("POST 100000000000011/messages")))
    answer(both, toy, "to the toy")
    eventually(lambda: [one.text for one in chat.taken] == ["to the toy"])


class Broken(Plug):
    """A channel whose package has a defect."""

    name = "broken"

    def open(self, core: Core, settings: Any) -> Channel:
        raise ValueError(core.address)


def test_a_channel_that_cannot_be_opened_stops_no_other(
    tmp_path: Path, facebook: ScriptedFacebook, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(installed, "_known", installed._known | {"broken": Broken()})
    offered = ("facebook", "broken")
    of_channel = {**settings_for(tmp_path, facebook).of_channel, "broken": None}
    settings, clock = settings_for(tmp_path, facebook, channels=offered, of_channel=of_channel), Clock()
    gateway = Gateway(settings, clock)
    gateway.start()
    try:
        running = Running(settings, gateway, clock)
        running.token = running.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
        assert running.link().status_code == 201
        assert deliver(running.address, delivery(message("m1"))) == 200
        theirs = running.admin("POST", "accounts", json={"name": "Theirs", "channel": "broken"}).json()["token"]
        body = {"conversation": "x", "text": "Hello", "human": True}
        refused = running.api("POST", "messages", token=theirs, json=body, headers={"Idempotency-Key": "1"})
        assert (refused.status_code, refused.json()["code"]) == (503, "channel_off")
    finally:
        gateway.stop()
    assert "the channel broken is not served" in caplog.text
    assert gateway.address not in caplog.text


def test_an_account_serves_its_own_channel_only(both: Running, chat: ChatServer) -> None:
    toy = both.admin("POST", "accounts", json={"name": "Toys", "channel": "toy"}).json()["token"]
    assert chat.connect(both.address, both.token, "here")[0] == 403
    refused = both.api("PUT", "facebook/pages/100000000000011", token=toy, json={"page_token": "t"})
    assert (refused.status_code, refused.json()["code"]) == (403, "account_wrong_channel")
    assert refused.json()["title"] == "The messenger account “Toys” is for “toy”, not for “facebook”."


def test_who_does_not_know_the_secret_is_refused(both: Running, chat: ChatServer) -> None:
    toy = both.admin("POST", "accounts", json={"name": "Toys", "channel": "toy"}).json()["token"]
    _, source = chat.connect(both.address, toy, "here")
    assert chat.tell(both.address, source, "another-secret", customer="anna", text="Hello", id="m1") == 401
    assert chat.tell(both.address, source, customer="anna", text="Hello", id="m1", more="?") == 400
    assert both.api("GET", "events", token=toy).json()["events"] == []


def test_a_process_with_only_this_channel_needs_nothing_of_facebook(tmp_path: Path, chat: ChatServer) -> None:
    site = tmp_path / "toy_channel-1.dist-info"
    site.mkdir()
    (site / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-channel\nVersion: 1\n")
    (site / "entry_points.txt").write_text(f"[{installed.GROUP}]\ntoy = toy_channel:PLUG\n")
    data = tmp_path / "data"
    data.mkdir()
    own = f'[server]\nport = 0\nchannels = ["toy"]\n[toy]\nserver = "{chat.settings["server"]}"\n'
    (data / "gateway.toml").write_text(own)
    (data / "toy.secret").write_text(SECRET)
    (data / "toy.secret").chmod(0o600)
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parent)])
    computer = Computer(tmp_path, {"FBTOOL_DATA_DIR": str(data), "PYTHONPATH": path})
    running = computer.start("gateway", "run", "--json")
    try:
        address = json.loads(running.wait_for(r"\{.*\}\n")[0])["address"]
        token = computer.run("gateway", "accounts", "add", "Toys", "--json").json["token"]
        assert requests.post(f"{address}/facebook/webhook", timeout=30).status_code == 404
        assert chat.connect(address, token, "here")[0] == 200
        account = requests.get(f"{address}/v1/account", headers={"Authorization": f"Bearer {token}"}, timeout=30).json()
        assert account["channel"] == "toy"
        nothing = {"attachments": {}, "uploads": False, "typing": False, "profile": False}
        nothing |= {"agents": False, "close": False}
        assert account["sources"][0]["capabilities"] == {"text_length": 1000, **nothing}
        assert computer.run("gateway", "accounts", "add", "Pages", "--channel", "facebook").code == 6
        nobody = computer.run("gateway", "setup")
        assert (nobody.code, "nothing_to_register" in nobody.err) == (6, True), nobody.err
    finally:
        assert running.stop() == 0
