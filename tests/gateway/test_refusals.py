"""A refusal about one customer or one call stops nobody else: others are answered, the link stays as it is."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from fbtool.facebook.catalogue import known
from tests.conditions import eventually
from tests.gateway.conftest import APP, FIELDS, Answer, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.test_link_monitor import SCOPES
from tests.gateway.test_sending import send

UNKNOWN = [
    *((code, None) for code in (5, 7, 11, 99, 150, 201, 222, 250, 275, 290, 298, 400, 500, 999, 1300, 5000)),
    *((10, subcode) for subcode in (1, 33, 1000, 2018, 1893099, 2018028, 2018400, 2534099)),
    *((100, subcode) for subcode in (1, 34, 463, 1893099, 2018002, 2018400, 2534099)),
    *((190, subcode) for subcode in (1, 457, 466, 490, 1893099)),
    *((200, subcode) for subcode in (1, 33, 1893099, 2018001, 2018400, 2018278)),
    *((368, subcode) for subcode in (1, 1390008)),
    *((230, 33), (283, 1), (415, 1), (551, 1), (613, 1), (803, 33), (1, 1), (2, 1)),
]
CODES: list[tuple[int, int | None]] = list(dict.fromkeys([*known(), *UNKNOWN]))
IDLE_LOOKS = 5
"""So often nothing has happened that nothing is under way; the gateway gives up calls that hang for two minutes."""
DEEDS = ["send", "profile", "typing", "seen", "upload"]


@dataclass
class Street:
    """Many linked Pages, one for each code, and each with customers who wrote."""

    running: Running
    facebook: ScriptedFacebook
    strikes: dict[str, Answer] = field(default_factory=dict)
    """What the next call about a customer (or the next upload for a Page) is refused with."""
    conversations: dict[str, str] = field(default_factory=dict)
    fates: dict[str, str] = field(default_factory=dict)
    """What became of each customer's last answer, by conversation."""
    news: list[str] = field(default_factory=list)
    idle: int = 0

    def page(self, number: int) -> str:
        return f"20000000{number:04d}"

    def customer(self, number: int, deed: str) -> str:
        return f"73{number:04d}{DEEDS.index(deed) if deed in DEEDS else 9}"

    def open(self) -> None:
        """Link every Page, and let every customer write."""
        self.facebook.answers["GET debug_token"] = self._facts
        for number in range(len(CODES)):
            page = self.page(number)
            self.facebook.says(f"POST {page}/subscribed_apps", 200, {"success": True})
            self.facebook.says(
                f"GET {page}/subscribed_apps", 200, {"data": [{"id": APP.id, "subscribed_fields": FIELDS}]}
            )
            self.facebook.says(f"GET {page}/messenger_profile", 200, {"data": []})
            self.facebook.answers[f"POST {page}/messages"] = self._message
            self.facebook.answers[f"POST {page}/message_attachments"] = lambda params, page=page: self._once(
                page, {"attachment_id": "1"}
            )
            for deed in DEEDS:
                customer = self.customer(number, deed)
                self.facebook.answers[f"GET {customer}"] = lambda params, customer=customer: self._once(
                    customer, {"first_name": "Jonas"}
                )
        numbers = range(len(CODES))
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(self._link, numbers)) == {201}
            assert set(pool.map(self._all_write, numbers)) == {200}
        eventually(lambda: self.take() or len(self.conversations) == len(CODES) * (len(DEEDS) + 1))

    def _link(self, number: int) -> int:
        body = {"page_token": f"token-{self.page(number)}", "name": str(CODES[number])}
        return self.running.api("PUT", f"facebook/pages/{self.page(number)}", json=body).status_code

    def _all_write(self, number: int) -> int:
        page = self.page(number)
        customers = [self.customer(number, deed) for deed in (*DEEDS, "neighbour")]
        items = [message(f"m_{one}", one, customer=one, page=page) for one in customers]
        return deliver(self.running.address, delivery(*items, page=page))

    def take(self) -> None:
        """Take what the gateway tells."""
        batch = self.running.api("GET", "events", params={"limit": 500}).json()
        for event in batch["events"]:
            match event["kind"]:
                case "message":
                    self.conversations[event["content"]["text"]] = event["conversation"]
                case "link":
                    self.news.append(event["content"]["change"])
                case kind:
                    self.fates[event["conversation"]] = kind
        if batch["events"]:
            self.running.api("GET", "events", params={"after": batch["cursor"], "limit": 1})

    def do(self, number: int, deed: str) -> None:
        """Something is refused, once, for one customer."""
        code, subcode = CODES[number]
        error = {"message": "x", "type": "OAuthException", "code": code, "fbtrace_id": "T"}
        refusal = 400, {"error": error | ({"error_subcode": subcode} if subcode else {})}
        customer = self.customer(number, deed)
        conversation = self.conversations[customer]
        self.strikes[self.page(number) if deed == "upload" else customer] = refusal
        match deed:
            case "send":
                assert send(self.running, conversation, key=f"{customer} struck").status_code == 202
            case "profile":
                self.running.api("GET", f"conversations/{conversation}/profile")
            case "upload":
                query = {"conversation": conversation, "type": "file"}
                headers = {"Content-Type": "text/plain"}
                self.running.api("POST", "attachments", params=query, data=b"x", headers=headers)
            case _:
                self.running.api("POST", f"conversations/{conversation}/{deed}")

    def answer_the_neighbour(self, number: int, deed: str) -> str:
        """Answer somebody else of the same Page."""
        neighbour = self.conversations[self.customer(number, "neighbour")]
        self.fates.pop(neighbour, None)
        assert send(self.running, neighbour, key=f"{number} after {deed}").status_code == 202
        return neighbour

    def moves(self) -> None:
        """Take what has become of answers; let time pass only while nothing happens, so that no call seems to hang."""
        before = len(self.facebook.asked), len(self.fates)
        self.take()
        self.idle = self.idle + 1 if before == (len(self.facebook.asked), len(self.fates)) else 0
        if self.idle >= IDLE_LOOKS:
            self.running.clock.advance(100)
            self.idle = 0

    def states(self) -> dict[str, str]:
        pages = self.running.api("GET", "facebook/pages").json()["pages"]
        return {page["name"]: page["state"] for page in pages if page["state"] != "active"}

    def _facts(self, params: dict[str, str]) -> Answer:
        page = params["input_token"].removeprefix("token-")
        facts = {
            "app_id": APP.id,
            "type": "PAGE",
            "profile_id": page,
            "user_id": "1",
            "is_valid": True,
            "scopes": SCOPES,
        }
        return 200, {"data": facts}

    def _message(self, params: dict[str, str]) -> Answer:
        customer = json.loads(params["recipient"])["id"]
        return self._once(customer, {"recipient_id": customer, "message_id": "m_sent"})

    def _once(self, key: str, otherwise: Any) -> Answer:
        return self.strikes.pop(key, (200, otherwise))


def test_whatever_facebook_refuses_once_for_one_customer_all_others_are_answered(
    running: Running, facebook: ScriptedFacebook
) -> None:
    assert len(CODES) >= len(known()) + 50
    street = Street(running, facebook)
    street.open()
    numbers = range(len(CODES))
    for deed in DEEDS:
        for number in numbers:
            street.do(number, deed)
        waited_for = {street.answer_the_neighbour(number, deed) for number in numbers}
        if deed == "send":
            waited_for |= {street.conversations[street.customer(number, deed)] for number in numbers}

        eventually(lambda waited_for=waited_for: street.moves() or waited_for <= street.fates.keys(), seconds=120)
        assert street.strikes == {}
        neighbours = {
            str(CODES[n]): street.fates[street.conversations[street.customer(n, "neighbour")]] for n in numbers
        }
        assert {code: one for code, one in neighbours.items() if one != "sent"} == {}, deed
        assert street.states() == {}, deed
    assert set(street.news) <= {"sending_stopped"}
