"""What each token opens and until when: those of accounts, widgets, managers and the operator."""

import json
import logging
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from starlette.requests import Request
from starlette.responses import Response
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from fbtool.gateway.accounts import ROTATION_MS
from fbtool.gateway.channels import installed
from fbtool.gateway.channels.port import Core, MessageLimits, Outbound, Refused, Sent
from fbtool.gateway.command import Command
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import Json
from fbtool.gateway.http.endpoints import Endpoint
from fbtool.gateway.messages import Deadlines
from fbtool.gateway.operation import account_commands, manager_commands
from fbtool.gateway.rate_limits import RateLimits, Rates
from fbtool.gateway.server import Gateway
from fbtool.gateway.setting import Setting, SettingsReader
from fbtool.gateway.store.schema import Tables
from tests.conditions import eventually
from tests.contract import CONTRACT
from tests.gateway.conftest import Clock, Running, ScriptedFacebook, settings_for
from tests.gateway.messenger import deliver, delivery, message

SECONDS = 60
MINUTE = 60.0
TOKEN_OF_NOBODY = "fbt_abcdefghij_" + "A" * 43


class Kiosk:
    """A running channel whose accounts have a widget token, and which does nothing but look at it."""

    rates = RateLimits(Rates(in_flight=1, per_second=1, media_per_second=1, in_all_per_second=1))
    repeatable = False
    visitors_below = ""

    def __init__(self, core: Core) -> None:
        self._auth = AccountAuth(core.store, core.clock)

    def routes(self) -> Sequence[Endpoint]:
        return [Endpoint("GET", "/v1/kiosk/settings", self.settings)]

    async def settings(self, request: Request) -> Response:
        account = await self._auth.widget_account(request)
        return Json({"account": account.id})

    def hot_paths(self) -> dict[str, Any]:
        return {}

    def workers(self) -> Sequence[Any]:
        return []

    async def send(self, message: Outbound) -> Sent | Refused:
        return Sent()

    def deadlines(self, last_customer_ms: int) -> Deadlines:
        return Deadlines(0, 0)

    def limits(self) -> MessageLimits:
        return MessageLimits(100)

    async def checks(self, *, reachable: bool) -> Sequence[Any]:
        return []

    async def close(self) -> None:
        """Nothing is open."""


class KioskPlug:
    """Known by the tests only."""

    name = "kiosk"
    settings: Sequence[Setting] = ()
    widget_token = True
    own_source = False
    commands: Sequence[Command] = ()

    def read_settings(self, reader: SettingsReader) -> None:
        """There are none."""

    def tables(self, database: str) -> Tables:
        return Tables(self.name)

    async def checks(self, settings: None, address: str) -> Sequence[Any]:
        return []

    def open(self, core: Core, settings: None) -> Kiosk:
        return Kiosk(core)


@pytest.fixture(params=["sqlite", "postgres"])
def here(
    request: pytest.FixtureRequest, tmp_path: Path, facebook: ScriptedFacebook, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Running]:
    """A gateway with Facebook and the kiosk, and an account of Facebook."""
    monkeypatch.setattr(installed, "_known", dict(installed._known))
    installed.register(KioskPlug())
    url = request.getfixturevalue("cluster").database() if request.param == "postgres" else ""
    settings = settings_for(tmp_path, facebook, database_url=url, channels=("facebook", "kiosk"))
    settings = replace(settings, of_channel={**settings.of_channel, "kiosk": None})
    clock = Clock()
    gateway = Gateway(settings, clock)
    gateway.start()
    running = Running(settings, gateway, clock)
    running.token = made(running)["token"]
    yield running
    running.gateway.stop()


def made(running: Running, name: str = "Shop", **more: str) -> dict[str, Any]:
    answer = running.admin("POST", "accounts", json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def rotated(running: Running, name: str = "Shop", **how: Any) -> dict[str, Any]:
    answer = running.admin("POST", f"accounts/{name}/rotate", json=how)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def manager(running: Running, name: str = "Desk") -> str:
    answer = running.admin("POST", "managers", json={"name": name})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def stream(running: Running, token: str) -> ClientConnection:
    address = running.address.replace("http", "ws", 1) + "/v1/stream"
    return connect(address, additional_headers={"Authorization": f"Bearer {token}"}, open_timeout=SECONDS, proxy=None)


def ended_with(socket: ClientConnection) -> tuple[str, int]:
    """The code of the problem that a stream ended with, and its close code."""
    code = str(json.loads(socket.recv(SECONDS))["code"])
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(SECONDS)
    assert closed.value.rcvd is not None
    return code, closed.value.rcvd.code


class Poll:
    """A request that waits for events."""

    def __init__(self, running: Running, token: str, consumer: str = "crm") -> None:
        self._thread = threading.Thread(target=self._ask, args=(running, token, consumer))
        self._thread.start()
        eventually(lambda: waiting(running) == 1)

    def _ask(self, running: Running, token: str, consumer: str) -> None:
        self._answer = running.api("GET", "events", token=token, params={"wait": 50, "consumer": consumer})

    def answer(self) -> requests.Response:
        self._thread.join(SECONDS)
        return self._answer


def waiting(running: Running) -> int:
    """How many consumers wait for events."""
    headers = {"Authorization": f"Bearer {running.settings.admin_token}"}
    told = requests.get(f"{running.address}/metrics", headers=headers, timeout=SECONDS).text
    (count,) = re.findall(r"^gateway_crm_connections (\d+)", told, re.MULTILINE)
    return int(count)


@pytest.fixture
def slow_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that looks by itself after a minute, so that nothing but the notification can have ended it."""
    monkeypatch.setattr("fbtool.gateway.http.stream._RENEW_SECONDS", SECONDS * 10)


def test_a_rotation_leaves_the_earlier_token_ten_minutes_and_says_so(here: Running) -> None:
    before = here.clock()
    anew = rotated(here)
    assert before + ROTATION_MS <= anew["earlier_until"] <= here.clock() + ROTATION_MS
    assert anew["token"] != here.token
    assert anew["connection_code"]
    assert anew["tokens"] == [
        {"kind": "account", "ends": None}, {"kind": "account", "ends": anew["earlier_until"]}
    ]  # fmt: skip
    for token in (here.token, anew["token"]):
        assert here.api("GET", "account", token=token).json()["name"] == "Shop"
    here.clock.advance(10 * MINUTE)
    assert here.api("GET", "account").json()["code"] == "token_unknown"
    assert here.api("GET", "account", token=anew["token"]).ok
    assert here.admin("GET", "accounts/Shop").json()["tokens"] == [{"kind": "account", "ends": None}]


def test_a_stream_goes_on_with_the_earlier_token(here: Running) -> None:
    here.link()
    with stream(here, here.token) as socket:
        rotated(here)
        deliver(here.address, delivery(message("m_1")))
        assert json.loads(socket.recv(SECONDS))["events"]


@pytest.mark.parametrize("unacknowledged", [False, True])
def test_now_ends_the_earlier_token_and_its_stream_at_once(
    here: Running, slow_looks: None, *, unacknowledged: bool
) -> None:
    here.link()
    with stream(here, here.token) as socket:
        if unacknowledged:
            deliver(here.address, delivery(message("m_1")))
            assert json.loads(socket.recv(SECONDS))["events"]
        anew = rotated(here, now=True)
        assert anew["earlier_until"] is None
        assert ended_with(socket) == ("token_unknown", 4401)
    assert here.api("GET", "account").status_code == 401
    with stream(here, anew["token"]):
        pass


def test_now_ends_a_stream_that_goes_on_with_an_earlier_token(here: Running, slow_looks: None) -> None:
    with stream(here, here.token) as socket:
        rotated(here)
        rotated(here, now=True)
        assert ended_with(socket) == ("token_unknown", 4401)


def test_now_ends_who_waits_for_events_at_once(here: Running) -> None:
    poll = Poll(here, here.token, "thief")
    anew = rotated(here, now=True)
    answer = poll.answer()
    assert (answer.status_code, answer.json()["code"]) == (401, "token_unknown")
    assert here.api("GET", "events", token=anew["token"], params={"consumer": "crm"}).ok, "the place is free"


def test_who_waits_with_the_new_token_waits_on(here: Running) -> None:
    here.link()
    anew = rotated(here)
    poll = Poll(here, anew["token"])
    assert here.admin("PATCH", "accounts/Shop", json={"greeting": "Hello"}).ok
    deliver(here.address, delivery(message("m_1")))
    assert len(poll.answer().json()["events"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "ending"),
    [
        ("POST", "accounts/Shop/disable", ("account_inactive", 4403)),
        ("DELETE", "accounts/Shop", ("token_unknown", 4401)),
    ],
)
def test_an_account_that_is_switched_off_or_removed_loses_its_stream_at_once(
    here: Running, slow_looks: None, method: str, path: str, ending: tuple[str, int]
) -> None:
    with stream(here, here.token) as socket:
        assert here.admin(method, path).ok
        assert ended_with(socket) == ending


def test_a_token_that_is_ended_at_one_gateway_ends_at_the_other(
    cluster: Any, tmp_path: Path, facebook: ScriptedFacebook, slow_looks: None
) -> None:
    url = cluster.database()
    both = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        settings = settings_for(tmp_path / name, facebook, database_url=url)
        both.append(Running(settings, Gateway(settings), Clock()))
        both[-1].gateway.start()
    one, two = both
    try:
        token = made(one)["token"]
        with stream(two, token) as socket:
            rotated(one, now=True)
            assert ended_with(socket) == ("token_unknown", 4401)
    finally:
        for gateway in both:
            gateway.gateway.stop()


def test_a_widget_token_is_told_once_and_opens_the_channels_own_calls_only(here: Running) -> None:
    account = made(here, "Window", channel="kiosk")
    widget = account["widget_token"]
    assert [token["kind"] for token in account["tokens"]] == ["account", "widget"]
    assert here.api("GET", "kiosk/settings", token=widget).json() == {"account": account["id"]}
    assert here.api("GET", "kiosk/settings", token=account["token"]).status_code == 401
    anew = rotated(here, "Window", kind="widget")
    assert "token" not in anew
    assert "connection_code" not in anew
    for token in (widget, anew["widget_token"]):
        assert here.api("GET", "kiosk/settings", token=token).ok
    last = rotated(here, "Window", kind="widget", now=True)["widget_token"]
    assert [here.api("GET", "kiosk/settings", token=token).ok for token in (widget, anew["widget_token"], last)] == [
        False, False, True,
    ]  # fmt: skip
    assert here.api("GET", "account", token=account["token"]).ok, "it is of another kind"
    here.admin("POST", "accounts/Window/disable")
    assert here.api("GET", "kiosk/settings", token=last).json()["code"] == "account_inactive"


def test_a_channel_without_widgets_has_no_widget_token(here: Running) -> None:
    assert "widget_token" not in made(here, "Other")
    refused = here.admin("POST", "accounts/Other/rotate", json={"kind": "widget"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_of_this_channel")


OPERATIONS = [
    (method.upper(), "/v1" + re.sub("{.*?}", "100000000000011", path), "accounts" in path)
    for path, operations in CONTRACT["paths"].items()
    for method in operations
    if method != "parameters"
    and not path.startswith("/webchat/")  # its channel is off here; see webchat/test_settings_http
]
ADMIN = [
    *((one.method, one.path.format(name="x")) for one in [*account_commands.COMMANDS, *manager_commands.COMMANDS]),
    ("POST", "webhook"), ("POST", "reload"), ("GET", "holdings"), ("GET", "checks"), ("GET", "backup"),
]  # fmt: skip


def test_every_token_opens_what_is_its_own_and_nothing_else(here: Running) -> None:
    kiosk = made(here, "Window", channel="kiosk")
    anew = rotated(here)
    removed = manager(here, "Gone")
    assert here.admin("DELETE", "managers/Gone").ok
    tokens = {
        "account": anew["token"], "earlier": here.token, "widget": kiosk["widget_token"], "manager": manager(here),
        "admin": here.settings.admin_token, "removed manager": removed, "nobody's": TOKEN_OF_NOBODY, "none": "",
    }  # fmt: skip
    openings = {"/v1": {"account", "earlier"}, "/v1/accounts": {"manager"}, "/admin": {"admin"}}

    def opened(method: str, path: str) -> set[str]:
        """Whose tokens are not refused as unknown; what else is wrong with the request is another matter."""
        found = set()
        for whose, token in tokens.items():
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"} if token else {}
            body = None if method == "GET" or path.startswith("/v1/facebook/pages/") else "{}"
            answer = requests.request(method, here.address + path, headers=headers, data=body, timeout=SECONDS)
            if answer.status_code != 401:
                found.add(whose)
            else:
                assert answer.json()["code"] == "token_unknown"
        return found

    wrong = {}
    for over in (False, True):
        if over:
            here.clock.advance(10 * MINUTE)
            openings["/v1"] = {"account"}
        for method, path, by_manager in OPERATIONS:
            if opened(method, path) != openings["/v1/accounts" if by_manager else "/v1"]:
                wrong[method, path, over] = opened(method, path)
        for method, path in ADMIN:
            if opened(method, f"/admin/{path}") != openings["/admin"]:
                wrong[method, path, over] = opened(method, f"/admin/{path}")
    assert wrong == {}


def test_no_token_is_in_a_log_a_list_or_an_error(here: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    kiosk = made(here, "Window", channel="kiosk")
    secrets = [here.token, kiosk["token"], kiosk["widget_token"], manager(here)]
    secrets += [rotated(here)["token"], rotated(here, "Window", kind="widget", now=True)["widget_token"]]
    told = [here.admin("GET", path).text for path in ("accounts", "accounts/Shop", "managers")]
    for token in secrets:
        for path in ("account", "accounts", "accounts/Shop", "events?limit=x", "nowhere"):
            told.append(here.api("GET", path, token=token).text)
            told.append(here.api("GET", path, token=token + "x").text)
    with stream(here, secrets[4]) as socket:
        rotated(here, now=True)
        told.append(str(socket.recv(SECONDS)))
    clients = ("urllib3", "websockets.client")
    logged = [one.getMessage() for one in caplog.records if not one.name.startswith(clients)]
    words = "\n".join([*told, *logged])
    assert "Shop" in words
    for token in secrets:
        assert token not in words
        assert token.rpartition("_")[2] not in words
