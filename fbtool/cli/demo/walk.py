"""What the demo does, step by step. A step that cannot prove itself stops the walk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import requests

from fbtool.cli.demo.stage import Stage
from fbtool.connection_code import Connection
from fbtool.facebook import subscriptions
from fbtool.facebook.graph import App
from fbtool.language import N_, Sentence, current, say, say_n
from fbtool.linking.links.linker import link_pages, unlink_pages
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.graph import GraphClient, platform_of
from fbtool.linking.pages.listing import Listing, list_pages
from fbtool.linking.pages.verdicts import PageView, Verdict
from fbtool.linking.signin.runner import Face, sign_in
from fbtool.problem import Kind, Problem
from fbtool.sandbox.scripted_browser import ScriptedBrowser

PAGE = "Blumen Beispiel"
CUSTOMER = "jonas"
QUESTION = "Habt ihr morgen offen? 🌷"
ANSWER = "Ja, von 9 bis 18 Uhr. Wir freuen uns auf Sie!"
_SECONDS = 20


class StepUnproven(Problem):
    """Something that should have happened did not."""

    code = "demo_step_unproven"
    kind = Kind.ATTENTION
    what = N_("The demo stopped: {expected}")
    meaning = N_("Instead: {found}")
    remedy = N_("This should not happen; please report it with the steps shown above.")


@dataclass(frozen=True)
class Step:
    """One step: its title, and the work that returns what happened."""

    title: Sentence
    do: Callable[[], Sentence]


def walk(stage: Stage) -> Iterator[Step]:
    """The steps in their order; each is done before the next is asked for."""
    return iter(_Walk(stage).steps())


class _Walk:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._crm = requests.Session()
        self._crm.trust_env = False
        self._world: dict[str, Any]
        self._gateway: GatewayClient
        self._graph: GraphClient
        self._who: SignIn
        self._listing: Listing
        self._page: PageView
        self._cursor = ""
        self._conversation = ""

    def steps(self) -> list[Step]:
        return [
            Step(say("Start the stand-in for Facebook"), self._start_sandbox),
            Step(say("Start a gateway"), self._start_gateway),
            Step(say("Register the gateway's webhook at the app"), self._register),
            Step(say("Create a messenger account"), self._create_account),
            Step(say("Connect the tool with the connection code"), self._connect),
            Step(say("Sign Erika in through the login pages"), self._sign_in),
            Step(say("List her Pages"), self._list),
            Step(say("Link one"), self._link),
            Step(say("A customer writes to the Page"), self._customer_writes),
            Step(say("The customer-service system fetches the message"), self._fetch),
            Step(say("… and acknowledges it"), self._acknowledge),
            Step(say("It answers, and the answer reaches the customer"), self._answer),
            Step(say("Unlink the Page"), self._unlink),
            Step(say("The gateway holds nothing"), self._nothing_left),
        ]

    def _start_sandbox(self) -> Sentence:
        self._stage.start_sandbox()
        self._world = self._json("GET", f"{self._stage.sandbox.address}/sandbox/world")
        return say("{address}, world “{world}”", address=self._stage.sandbox.address, world=self._world["name"])

    def _start_gateway(self) -> Sentence:
        app = self._world["apps"][0]
        self._stage.start_gateway(App(app["id"], app["secret"]))
        return say("{address}, SQLite, every commit flushed to disk", address=self._stage.gateway.address)

    def _register(self) -> Sentence:
        # What a developer does in the Meta app's dashboard: allow the gateway's return address.
        callback = {"uri": f"{self._stage.gateway.address}/oauth/callback"}
        app_id = self._stage.app.id
        self._json("POST", f"{self._stage.sandbox.address}/sandbox/apps/{app_id}/redirect-uris", json=callback)
        answer = self._admin("POST", "webhook")
        return say("{address}, verified by a call back", address=answer["callback_url"])

    def _create_account(self) -> Sentence:
        account = self._admin("POST", "accounts", json={"name": "Kundenservice"})
        self._stage.connection = Connection.from_code(account["connection_code"])
        self._crm.headers["Authorization"] = f"Bearer {self._stage.connection.token}"
        return say("“{name}”, connection code {code}…", name=account["name"], code=account["connection_code"][:14])

    def _connect(self) -> Sentence:
        self._gateway = GatewayClient(self._stage.connection)
        account = self._gateway.account()
        account.require_facebook()
        self._account = account
        self._graph = GraphClient(platform_of(account))
        return say("account “{name}”, gateway {version}", name=account.name, version=account.gateway.version)

    def _sign_in(self) -> Sentence:
        erika = self._world["people"][0]
        visitor = ScriptedBrowser(erika["email"], erika["password"], language=current())

        class Erika(Face):
            def open_browser(self, url: str) -> bool:
                return visitor.sign_in(url, pages="all").status == 200

        self._who = sign_in(self._stage.connection, self._account.id, platform_of(self._account), Erika())
        visitor.close()
        self._expect(say("Erika is signed in"), self._who.person.name == erika["name"], self._who.person.name)
        return say("{name}, the gateway has forgotten her token", name=self._who.person.name)

    def _list(self) -> Sentence:
        self._listing = list_pages(self._graph, self._gateway, self._who)
        verdicts = [view.verdict for view in self._listing.pages]
        ready = verdicts.count(Verdict.READY)
        self._expect(say("two of her three Pages are ready"), (len(verdicts), ready) == (3, 2), verdicts)
        (other,) = (view for view in self._listing.pages if view.verdict is not Verdict.READY)
        return say("{ready} ready; {name}: {verdict}", ready=ready, name=other.name, verdict=other.verdict.words)

    def _link(self) -> Sentence:
        wanted = [view for view in self._listing.pages if view.name == PAGE]
        (outcome,) = link_pages(self._gateway, wanted, self._who.person.name)
        if outcome.problem is not None:
            raise outcome.problem
        (self._page,) = wanted
        (link,) = self._gateway.links()
        self._expect(say("the link is active"), (link.page_id, link.state) == (self._page.page_id, "active"), link)
        return say_n(
            "{name}, {count} kind of message subscribed",
            "{name}, {count} kinds of messages subscribed",
            len(link.subscribed_fields or ()),
            name=self._page.name,
        )

    def _customer_writes(self) -> Sentence:
        written = self._json("POST", self._customer("messages"), json={"text": QUESTION})
        self._expect(say("the gateway took the webhook"), written["delivered"] == 1, written["delivered"])
        return say("Jonas: “{text}”, stored before the webhook was answered", text=QUESTION)

    def _fetch(self) -> Sentence:
        batch = self._events()
        self._expect(say("one message arrived"), [e["kind"] for e in batch["events"]] == ["message"], batch)
        (event,) = batch["events"]
        self._expect(say("it is what Jonas wrote"), event["content"].get("text") == QUESTION, event["content"])
        self._cursor, self._conversation = batch["cursor"], event["conversation"]
        return say("“{text}”, conversation {conversation}…", text=QUESTION, conversation=self._conversation[:8])

    def _acknowledge(self) -> Sentence:
        self._events(wait=0)
        held = self._admin("GET", "holdings")
        self._expect(say("no event waits"), held["events_waiting"] == 0, held)
        return say("the gateway has deleted it")

    def _answer(self) -> Sentence:
        message = {"conversation": self._conversation, "text": ANSWER, "human": True}
        queued = self._json(
            "POST", self._api("messages"), json=message, headers={"Idempotency-Key": "demo-1"}, session=self._crm
        )
        thread = self._json("GET", self._customer("conversation"), params={"answers": 1, "wait": _SECONDS})
        received = [m["text"] for m in thread["messages"] if m["direction"] == "from_page"]
        self._expect(say("Jonas sees the answer once"), received == [ANSWER], received)
        fates = self._fates_of(queued["id"])
        self._expect(say("the customer-service system knows that it was sent"), fates == ["sent"], fates)
        return say("Jonas reads: “{text}”", text=ANSWER)

    def _fates_of(self, message_id: str) -> list[str]:
        """The events about our message, once they are there; acknowledges everything on the way."""
        fates: list[str] = []
        while not fates:
            batch = self._events()
            self._expect(say("news of the answer"), bool(batch["events"]), say("silence"))
            fates += [e["kind"] for e in batch["events"] if e["content"].get("message_id") == message_id]
            self._cursor = batch["cursor"]
        return fates

    def _unlink(self) -> Sentence:
        (outcome,) = unlink_pages(self._gateway, self._gateway.links())
        if outcome.problem is not None:
            raise outcome.problem
        app_id = self._stage.app.id
        left = self._graph.run(subscriptions.subscription(self._page.page_id, self._page.token, app_id))
        self._expect(say("Facebook shows no subscription"), not left, sorted(left))
        self._expect(say("the gateway shows no link"), not self._gateway.links(), self._gateway.links())
        return say("Facebook confirms: no subscription is left")

    def _nothing_left(self) -> Sentence:
        while self._events(wait=0)["events"]:
            self._cursor = self._events(wait=0)["cursor"]
        held = self._admin("GET", "holdings")
        items = held["events_waiting"] + held["messages_queued"] + held["set_aside"] + held["page_tokens"]
        self._expect(say("zero items"), items == 0, held)
        return say("0 messages, 0 answers, 0 tokens")

    def _events(self, wait: int = _SECONDS) -> dict[str, Any]:
        return self._json("GET", self._api("events"), params={"after": self._cursor, "wait": wait}, session=self._crm)

    def _api(self, path: str) -> str:
        return f"{self._stage.gateway.address}/v1/{path}"

    def _customer(self, what: str) -> str:
        return f"{self._stage.sandbox.address}/sandbox/pages/{self._page.page_id}/customers/{CUSTOMER}/{what}"

    def _admin(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._stage.settings.admin_token}"}
        return self._json(method, f"{self._stage.gateway.address}/admin/{path}", headers=headers, **kwargs)

    def _json(self, method: str, url: str, *, session: Any = requests, **kwargs: Any) -> dict[str, Any]:
        answer = session.request(method, url, timeout=_SECONDS + 10, **kwargs)
        self._expect(say("{url} answers", url=url), answer.ok, f"HTTP {answer.status_code}: {answer.text[:300]}")
        content: dict[str, Any] = answer.json()
        return content

    def _expect(self, expected: Sentence, proven: bool, found: object) -> None:
        if not proven:
            raise StepUnproven(expected=expected, found=found)
