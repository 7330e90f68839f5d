"""The gateway passes every case, watched through its own API. Sandbox, gateway and links are real."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from fbtool.connection_code import Connection
from fbtool.facebook.graph import App, Platform
from fbtool.gateway.channels.facebook.settings import FacebookSettings
from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.server import Gateway
from fbtool.linking.links.linker import link_pages
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.graph import GraphClient, platform_of
from fbtool.linking.pages.listing import list_pages
from fbtool.linking.pages.verdicts import Verdict
from fbtool.linking.signin.runner import Face, sign_in
from fbtool.sandbox.conformance.cases import CASES
from fbtool.sandbox.conformance.event_probe import EventsProbe
from fbtool.sandbox.conformance.judging import Result
from fbtool.sandbox.conformance.problems import (
    EventsRefused,
    ForeignEvents,
    NoPageLinked,
    PagesNotLinked,
    ProbeUnreadable,
    TokenWouldBeVisible,
)
from fbtool.sandbox.conformance.settings import RunLimits
from fbtool.sandbox.scripted_browser import ScriptedBrowser
from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.world.loader import shipped

from .conftest import play, wrongs

LINKED = ("100000000000011", "100000000000012")
EARLIER = "the secret before the rotation"


@dataclass
class Shop:
    """A gateway with the two Pages of the small shop linked, and what one has to know about it."""

    sandbox: SandboxServer
    gateway: Gateway
    settings: Settings
    connection: Connection
    verify_token: str

    @property
    def app(self) -> App:
        settings: FacebookSettings = self.settings.of_channel["facebook"]
        return settings.app

    @property
    def webhook(self) -> str:
        return f"{self.gateway.address}/facebook/webhook"

    def probe(self, token: str = "") -> EventsProbe:
        return EventsProbe(self.gateway.address, token or self.connection.code())

    def account(self, name: str) -> str:
        """The token of another account."""
        return str(self.admin("POST", "accounts", json={"name": name})["token"])

    def admin(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.settings.admin_token}"}
        answer = requests.request(method, f"{self.gateway.address}/admin/{path}", headers=headers, timeout=30, **kwargs)
        assert answer.ok, answer.text
        return answer.json()

    def customer_writes(self, text: str) -> None:
        address = f"{self.sandbox.address}/sandbox/pages/{LINKED[0]}/customers/jonas/messages"
        assert requests.post(address, json={"text": text}, timeout=30).json()["delivered"] == 1

    def waiting(self) -> list[Any]:
        """The events that wait, left where they are."""
        headers = {"Authorization": f"Bearer {self.connection.token}"}
        answer = requests.get(f"{self.gateway.address}/v1/events", headers=headers, timeout=30)
        return list(answer.json()["events"])


@pytest.fixture(scope="module")
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    world = shipped("small-shop")
    app = App(world.apps[0].id, world.apps[0].secret)
    with SandboxServer(world) as sandbox:
        platform = Platform(sandbox.address, sandbox.address)
        settings = Settings(
            data_dir=tmp_path_factory.mktemp("gateway"),
            master_key=b"k" * 32,
            admin_token="admin-token-of-the-tests",
            port=0,
            of_channel={"facebook": FacebookSettings(app, EARLIER, platform)},
        )
        gateway = Gateway(settings)
        gateway.start()
        try:
            yield linked(sandbox, gateway, settings)
        finally:
            gateway.stop()


def linked(sandbox: SandboxServer, gateway: Gateway, settings: Settings) -> Shop:
    """Erika signs in and links all that is ready, as she would with the tool."""
    redirect = {"uri": f"{gateway.address}/oauth/callback"}
    app_id = settings.of_channel["facebook"].app.id
    registered = requests.post(f"{sandbox.address}/sandbox/apps/{app_id}/redirect-uris", json=redirect, timeout=30)
    assert registered.ok, registered.text
    shop = Shop(sandbox, gateway, settings, Connection(gateway.address, ""), "")
    shop.admin("POST", "webhook")
    subscription = sandbox._sandbox.state.subscriptions.app(app_id)
    assert subscription is not None
    shop.verify_token = subscription.verify_token
    shop.connection = Connection.from_code(shop.admin("POST", "accounts", json={"name": "Shop"})["connection_code"])
    client = GatewayClient(shop.connection)
    account = client.account()
    visitor = ScriptedBrowser("erika@example.org", "sommerwiese")

    class Erika(Face):
        def open_browser(self, url: str) -> bool:
            return visitor.sign_in(url, pages="all").status == 200

    who = sign_in(shop.connection, account.id, platform_of(account), Erika())
    visitor.close()
    with GraphClient(platform_of(account)) as graph:
        ready = [view for view in list_pages(graph, client, who).pages if view.verdict is Verdict.READY]
    assert [outcome.problem for outcome in link_pages(client, ready, who.person.name)] == [None, None]
    client.close()
    return shop


def test_the_gateway_passes_every_case_and_forgets_everything(shop: Shop) -> None:
    report = play(
        shop.webhook,
        shop.probe(),
        limits=RunLimits(),
        secret=shop.app.secret,
        earlier_secret=EARLIER,
        verify_token=shop.verify_token,
    )
    assert wrongs(report) == {}
    assert [outcome.result for outcome in report.outcomes] == [Result.PASSED] * len(CASES)
    assert report.pages == LINKED
    assert shop.admin("GET", "holdings")["events_waiting"] == 0


def test_the_gateway_hands_on_what_it_does_not_understand(shop: Shop) -> None:
    names = ("unknown-kinds", "standby", "changes", "broken-neighbour")
    report = play(shop.webhook, shop.probe(), names, secret=shop.app.secret)
    beside = {
        one.case.name: (one.arrivals.beside_arrived, one.arrivals.beside) for one in report.outcomes if one.arrivals
    }
    assert beside == {"unknown-kinds": (4, 4), "standby": (1, 1), "changes": (1, 1), "broken-neighbour": (4, 4)}


def test_somebodys_real_message_is_never_acknowledged(shop: Shop) -> None:
    shop.customer_writes("Habt ihr morgen offen?")
    with pytest.raises(ForeignEvents):
        play(shop.webhook, shop.probe(), ("both-signatures",), secret=shop.app.secret)
    (event,) = shop.waiting()
    assert event["content"]["text"] == "Habt ihr morgen offen?"
    fetch_everything(shop)


def test_a_real_message_in_the_middle_of_a_run_ends_it_and_waits_on(shop: Shop) -> None:
    async def interrupted() -> None:
        probe = shop.probe()
        await probe.open()
        try:
            await asyncio.to_thread(shop.customer_writes, "Und sonntags?")
            await probe.look()
        finally:
            await probe.close()

    with pytest.raises(ForeignEvents):
        asyncio.run(interrupted())
    assert [event["content"]["text"] for event in shop.waiting()] == ["Und sonntags?"]
    fetch_everything(shop)


def test_only_linked_pages_can_be_tested(shop: Shop) -> None:
    with pytest.raises(PagesNotLinked, match="100000000000099"):
        play(shop.webhook, shop.probe(), pages=(LINKED[0], "100000000000099"))
    with pytest.raises(NoPageLinked):
        play(shop.webhook, shop.probe(shop.account("Without Pages")))


def test_the_pages_that_are_named_are_the_ones_written_to(shop: Shop) -> None:
    secret = shop.app.secret
    report = play(shop.webhook, shop.probe(), ("several-items", "several-pages"), secret=secret, pages=LINKED[1:])
    assert report.pages == LINKED[1:]
    assert [outcome.result for outcome in report.outcomes] == [Result.PASSED, Result.SKIPPED]


def test_a_wrong_token_is_told_in_the_gateways_words(shop: Shop) -> None:
    with pytest.raises(EventsRefused, match="does not know this token"):
        play(shop.webhook, shop.probe("fbt_unknown"))


def test_the_complete_address_of_the_events_will_do(shop: Shop) -> None:
    probe = EventsProbe(f"{shop.gateway.address}/v1/events", shop.connection.token)
    assert wrongs(play(shop.webhook, probe, ("both-signatures",), secret=shop.app.secret)) == {}


def test_what_is_no_gateway_is_a_problem(shop: Shop) -> None:
    with pytest.raises(ProbeUnreadable):
        play(shop.webhook, EventsProbe(f"{shop.sandbox.address}/nowhere", "token"))


def test_the_token_never_leaves_in_clear() -> None:
    with pytest.raises(TokenWouldBeVisible):
        EventsProbe("http://gateway.example.org", "token")
    EventsProbe("https://gateway.example.org", "token")


def fetch_everything(shop: Shop) -> None:
    headers = {"Authorization": f"Bearer {shop.connection.token}"}
    cursor = ""
    while True:
        answer = requests.get(
            f"{shop.gateway.address}/v1/events", headers=headers, params={"after": cursor}, timeout=30
        )
        batch = json.loads(answer.content)
        if not batch["events"]:
            return
        cursor = batch["cursor"]
