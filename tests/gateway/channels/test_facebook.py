"""Facebook keeps what every channel has to keep."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from fbtool.gateway.channels.conformance import CASES, Case, NotHere, Platform, Taken
from fbtool.gateway.channels.port import Outcome, Scope
from tests.gateway.conftest import APP, FIELDS, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message, now_ms

ERRORS = {
    (Outcome.FAILED, Scope.CUSTOMER): (551, None),
    (Outcome.LATER, Scope.MESSAGE): (2, None),
    (Outcome.WAITS, Scope.SOURCE): (32, None),
    (Outcome.WAITS, Scope.APP): (4, None),
}
"""An error of Facebook's for each refusal that it has."""


class Pages(Platform):
    """Facebook, answering for any Page."""

    channel = "facebook"
    environment: dict[str, str] = {}  # noqa: RUF012 - never changed

    def __init__(self, facebook: ScriptedFacebook) -> None:
        self._facebook = facebook
        self.settings = {"app_id": APP.id, "stand_in": facebook.address}
        self.secrets = {"app.secret": APP.secret}
        self.taken: list[Taken] = []
        self.attempts = 0
        self.ended = threading.Event()
        self._refusal: tuple[Outcome, Scope, str] | None = None
        self._silent = False
        self._last: dict[str, Any] = {}
        facebook.answers["GET debug_token"] = self._facts

    def connect(self, gateway: str, token: str, place: str) -> tuple[int, str]:
        page = str(100_000_000_000_000 + sum(place.encode()))
        self._facebook.says(f"POST {page}/subscribed_apps", 200, {"success": True})
        subscribed = {"data": [{"id": APP.id, "subscribed_fields": FIELDS}]}
        self._facebook.says(f"GET {page}/subscribed_apps", 200, subscribed)
        self._facebook.answers[f"POST {page}/messages"] = lambda params: self._asked(page, params)
        headers, body = {"Authorization": f"Bearer {token}"}, {"page_token": page, "name": place}
        told = requests.put(f"{gateway}/v1/facebook/pages/{page}", headers=headers, json=body, timeout=30)
        return told.status_code, page

    def write(self, gateway: str, source_id: str, customer: str, text: str, message_id: str) -> int:
        return deliver(gateway, delivery(message(message_id, text, customer=customer, page=source_id), page=source_id))

    def refuse(self, outcome: Outcome, scope: Scope, only: str = "") -> bool:
        self._refusal = outcome, scope, only
        return outcome is Outcome.UNCLEAR or (outcome, scope) in ERRORS

    def stay_silent(self) -> None:
        self._silent = True

    def take_all(self) -> None:
        self._refusal, self._silent = None, False

    def prove(self, gateway: str) -> bool:
        page, said = self._last["page"], self._last["message"]
        echo = {"mid": "m_echo", "is_echo": True, "app_id": int(APP.id), "metadata": said["metadata"]}
        item = {"sender": {"id": page}, "recipient": {"id": self._last["customer"]}, "timestamp": now_ms()}
        return deliver(gateway, delivery(item | {"message": echo}, page=page)) == 200

    def _facts(self, params: dict[str, str]) -> tuple[int, Any]:
        scopes = ["pages_show_list", "pages_messaging", "pages_manage_metadata"]
        facts = {
            "app_id": APP.id, "type": "PAGE", "profile_id": params["input_token"], "user_id": "1", "is_valid": True,
            "expires_at": 0, "data_access_expires_at": int(time.time()) + 10**7, "scopes": scopes,
        }  # fmt: skip
        return 200, {"data": facts}

    def _asked(self, page: str, params: dict[str, str]) -> tuple[int, Any]:
        self.attempts += 1
        said, customer = json.loads(params["message"]), json.loads(params["recipient"])["id"]
        self._last = {"page": page, "message": said, "customer": customer}
        outcome, scope, only = self._refusal or (None, None, "")
        if only not in {"", page, customer}:
            outcome = None
        if outcome in {None, Outcome.UNCLEAR}:
            self.taken.append(Taken(page, customer, said["text"]))
        if outcome is Outcome.UNCLEAR:
            return 0, None
        if self._silent:
            self.ended.wait(120)
            return 0, None
        if outcome is not None and scope is not None:
            code, subcode = ERRORS[outcome, scope]
            error = {
                "message": "x",
                "type": "OAuthException",
                "code": code,
                "fbtrace_id": "T",
                "error_subcode": subcode,
            }
            return 400, {"error": error}
        return 200, {"recipient_id": customer, "message_id": f"m_{len(self.taken)}"}


@pytest.fixture
def pages(facebook: ScriptedFacebook) -> Iterator[Pages]:
    playing = Pages(facebook)
    yield playing
    playing.ended.set()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_facebook_conforms(
    case: Case, pages: Pages, tmp_path: Path, database_url: str, end_leases: Callable[[], None]
) -> None:
    try:
        case.run(pages, tmp_path, database_url, end_leases)
    except NotHere:
        pytest.skip("nothing of the kind can happen at Facebook")
