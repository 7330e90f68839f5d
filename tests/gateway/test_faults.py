"""Everything the stand-in for Facebook can do to an answer, and what customer and CRM see of it in the end."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import requests

from fbtool.linking.links.linker import link_pages
from fbtool.linking.network.gateway import GatewayClient
from fbtool.sandbox.state.threads import Direction
from fbtool.sandbox.world import World
from fbtool.sandbox.world.description import Policy
from fbtool.sandbox.world.loader import shipped
from tests.conditions import eventually
from tests.gateway.conftest import Clock
from tests.linking.stage import Stage, staged

FLOWERS = "100000000000011"
JONAS = f"pages/{FLOWERS}/customers/jonas"
CHOICES = {"email": "erika@example.org", "password": "sommerwiese"}
PEOPLE = "people/erika"


@dataclass
class Shop:
    """A linked Page, and a customer who has written."""

    stage: Stage
    clock: Clock
    conversation: str = ""
    sent: int = 0

    def api(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.stage.connection.token}", **kwargs.pop("headers", {})}
        answer = requests.request(
            method, f"{self.stage.gateway_address}/v1/{path}", headers=headers, timeout=60, **kwargs
        )
        answer.raise_for_status()
        return answer.json()

    def link(self) -> None:
        """Erika signs in and links the Page, for the first time or again."""
        who = self.stage.sign_in(**CHOICES)
        listing = self.stage.list(who)
        views = [view for view in listing.pages if view.page_id == FLOWERS]
        with GatewayClient(self.stage.connection) as gateway:
            (outcome,) = link_pages(gateway, views, who.person.name)
        assert outcome.problem is None, outcome

    def answer(self, text: str = "Gern!") -> None:
        self.sent += 1
        body = {"conversation": self.conversation, "text": text, "human": True}
        self.api("POST", "messages", json=body, headers={"Idempotency-Key": str(self.sent)})

    def told(self) -> list[str]:
        """What became of the answers and the link; the customer's own words and receipts are left out."""
        events = self.api("GET", "events", params={"limit": 500})["events"]
        return [
            event["content"].get("change", event["kind"])
            for event in events
            if event["kind"] in {"sent", "failed", "unclear", "link"}
        ]

    def let_pass(self, seconds: float) -> None:
        """Move the clock, at most five times a second: the sender looks every five seconds of real time at least, and
        the day within which an answer may go must not be over before it has looked."""
        self.clock.advance(seconds)
        time.sleep(0.2)

    def read_by_jonas(self) -> list[str]:
        messages = self.stage.control("GET", f"{JONAS}/conversation")["messages"]
        return [message["text"] for message in messages if message["direction"] == Direction.FROM_PAGE.value]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with opened(shipped("small-shop")) as shop:
        yield shop


@contextlib.contextmanager
def opened(world: World) -> Iterator[Shop]:
    """A shop whose customer Jonas has just written."""
    clock = Clock()
    with staged(world, clock) as stage:
        shop = Shop(stage, clock)
        shop.link()
        stage.control("POST", f"{JONAS}/messages", text="Habt ihr offen?")
        eventually(lambda: bool(shop.api("GET", "events")["events"]))
        batch = shop.api("GET", "events")
        shop.conversation = batch["events"][0]["conversation"]
        shop.api("GET", "events", params={"after": batch["cursor"]})
        yield shop


@pytest.mark.parametrize(
    ("fault", "minutes", "told", "copies"),
    [
        # passes by itself
        ("unavailable", 1, ["sent"], 1),
        ("unknown", 1, ["sent"], 1),
        ("html", 1, ["sent"], 1),
        # limits: of the Page or the app, waited for
        ("app-limit", 8, ["sent"], 1),
        ("page-limit", 8, ["sent"], 1),
        ("user-limit", 8, ["sent"], 1),
        ("custom-limit", 8, ["sent"], 1),
        ("pages-use-limit", 8, ["sent"], 1),
        ("messenger-use-limit", 8, ["sent"], 1),
        # blocked: told, and tried again after an hour
        ("policy-block", 61, ["sending_stopped", "sent"], 1),
        ("page-restricted", 61, ["sending_stopped", "sent"], 1),
        # unclear: the echo tells, or nothing does; never twice
        ("unknown-but-sent", 2, ["sent"], 1),
        ("hang-up-after", 2, ["sent"], 1),
        ("hang-up", 2, ["unclear"], 0),
        ("empty-body", 2, ["unclear"], 0),
        ("no-success", 2, ["unclear"], 0),
        # final
        ("recipient-unavailable", 1, ["failed"], 0),
        ("other-app-controls", 1, ["failed"], 0),
        # as if the token were dead, and a check finds it alive: only this answer fails
        ("not-allowed", 1, ["failed"], 0),
        ("permission-missing", 1, ["failed"], 0),
        ("messaging-missing", 1, ["failed"], 0),
        ("session-invalid", 1, ["failed"], 0),
    ],
)
def test_what_becomes_of_an_answer(shop: Shop, fault: str, minutes: int, told: list[str], copies: int) -> None:
    shop.stage.fault(fault, call="POST */messages", page=FLOWERS, times=1)
    shop.answer()
    eventually(lambda: not shop.stage.control("GET", "faults")["faults"])
    # Not before the gateway has taken notice of the trouble, hence step by step.
    eventually(lambda: shop.let_pass(minutes * 30) or shop.told() == told, seconds=60)
    assert shop.read_by_jonas() == ["Gern!"] * copies


def test_a_slow_answer_is_waited_for(shop: Shop) -> None:
    shop.stage.fault("slow", call="POST */messages", times=1, seconds=3)
    shop.answer()
    eventually(lambda: shop.told() == ["sent"])
    assert shop.read_by_jonas() == ["Gern!"]


@pytest.mark.parametrize("fault", ["token-expired", "password-changed", "app-removed", "logged-out", "grant-narrowed"])
def test_an_answer_waits_for_a_dead_token_and_goes_out_when_somebody_signs_in(shop: Shop, fault: str) -> None:
    shop.stage.fault(fault)
    shop.answer()
    eventually(lambda: shop.told() == ["needs_sign_in"])
    shop.stage.control("POST", f"{JONAS}/messages", text="Hallo?")
    eventually(lambda: [e["kind"] for e in shop.api("GET", "events")["events"]].count("message") == 1)
    assert shop.read_by_jonas() == [], "receiving went on, sending waits"
    shop.link()
    eventually(lambda: shop.told() == ["needs_sign_in", "repaired", "sent"], seconds=60)
    assert shop.read_by_jonas() == ["Gern!"]


@pytest.mark.parametrize(
    "fault",
    ["role-lost", "checkpoint", "unconfirmed", "two-factor-required", "not-allowed", "messaging-missing"],
)
def test_what_only_facebook_can_lift_is_found_lifted_by_a_check(shop: Shop, fault: str) -> None:
    shop.stage.fault(fault)
    shop.answer()
    eventually(lambda: shop.told() == ["needs_sign_in"])
    shop.stage.control("DELETE", "faults")
    assert shop.api("POST", f"facebook/pages/{FLOWERS}/check")["state"] == "active"
    eventually(lambda: shop.told() == ["needs_sign_in", "repaired", "sent"], seconds=60)


def test_without_human_agent_an_answer_after_a_day_fails_in_words_and_no_further_one_is_promised() -> None:
    world = shipped("small-shop")
    app = msgspec.structs.replace(world.apps[0], human_agent=Policy.REFUSED)
    with opened(msgspec.structs.replace(world, apps=(app, *world.apps[1:]))) as shop:
        shop.clock.advance(25 * 3600)
        shop.answer()
        eventually(lambda: shop.told() == ["failed"])
        (failed,) = [event for event in shop.api("GET", "events")["events"] if event["kind"] == "failed"]
        assert failed["content"]["problem"]["code"] == "facebook_100_1893061"
        assert failed["reply_until"]["human"] == failed["reply_until"]["anyone"]
        with pytest.raises(requests.HTTPError, match="409"):
            shop.answer()
        assert shop.api("GET", f"facebook/pages/{FLOWERS}")["state"] == "active"


def test_facebook_down_for_hours_costs_no_answer_and_no_order(shop: Shop) -> None:
    shop.stage.fault("unavailable", times=1000)
    left = 1000
    for number in range(14):
        shop.answer(str(number))  # each wakes the sender, so that it tries the first one again
        eventually(lambda left=left: shop.stage.control("GET", "faults")["faults"][0]["left"] < left)
        left = shop.stage.control("GET", "faults")["faults"][0]["left"]
        shop.clock.advance(15 * 60)
    assert shop.told() == []
    shop.stage.control("DELETE", "faults")
    eventually(lambda: shop.clock.advance(10) or shop.told() == ["sent"] * 14, seconds=90)
    assert shop.read_by_jonas() == [str(number) for number in range(14)]


def test_removing_the_app_at_facebook_is_told_at_once(shop: Shop) -> None:
    app = shop.stage.control("GET", "world")["apps"][0]["id"]
    address = f"{shop.stage.gateway_address}/facebook"
    urls = {"deauthorize": f"{address}/deauthorize", "data_deletion": f"{address}/data-deletion"}
    shop.stage.control("POST", f"apps/{app}/callbacks", **urls)
    happened = shop.stage.control("POST", f"{PEOPLE}/apps/{app}/remove-app")
    assert happened["callback"]["status"] == 200
    assert shop.told() == ["needs_sign_in"]
    deleted = shop.stage.control("POST", f"{PEOPLE}/apps/{app}/delete-data")["callback"]
    assert deleted["status"] == 200
    assert requests.get(deleted["body"]["url"], timeout=30).status_code == 200
    assert shop.api("GET", "facebook/pages")["pages"][0]["holders"] == []
