"""Facebook's two calls about people: proven, carried out, and truthfully shown."""

import base64
import hashlib
import hmac
import json
import re
from typing import Any

import pytest
import requests

from tests.gateway.conftest import APP, Running, ScriptedFacebook
from tests.gateway.test_link_monitor import PATH, changes, holders, link, people, told


def call(running: Running, what: str, person: str, *, secret: str = APP.secret, issued_in: int = 0) -> Any:
    issued = running.clock() // 1000 + issued_in
    payload = {"user_id": person, "algorithm": "HMAC-SHA256", "issued_at": issued, "expires": 0}
    encoded = text(json.dumps(payload).encode())
    signature = text(hmac.new(secret.encode(), encoded.encode(), hashlib.sha256).digest())
    form = {"signed_request": f"{signature}.{encoded}"}
    return requests.post(f"{running.address}/facebook/{what}", data=form, timeout=30)


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.fixture
def two(running: Running, facebook: ScriptedFacebook) -> None:
    people(facebook)
    link(running, "anna")
    link(running, "bert")


@pytest.mark.parametrize("what", ["deauthorize", "data-deletion"])
@pytest.mark.parametrize("secret", ["somebody-elses", ""])
def test_an_unproven_call_changes_nothing(running: Running, two: None, what: str, secret: str) -> None:
    answer = call(running, what, "anna", secret=secret)
    assert (answer.status_code, answer.json()["code"]) == (403, "signature_wrong")
    assert requests.post(f"{running.address}/facebook/{what}", data={"x": "y"}, timeout=30).status_code == 403
    assert holders(running) == {"Bert": True, "Anna": True}


def test_who_removes_the_app_is_no_holder_any_more_and_the_other_goes_on(running: Running, two: None) -> None:
    assert call(running, "deauthorize", "bert").status_code == 200
    assert holders(running) == {"Bert": False, "Anna": True}
    assert running.admin("GET", "holdings").json()["page_tokens"] == 1
    assert changes(running) == ["holder_lost"]
    assert call(running, "deauthorize", "anna").status_code == 200
    assert running.api("GET", PATH).json()["state"] == "needs_reauthorization"
    assert changes(running) == ["holder_lost", "needs_sign_in"]
    assert told(running, "needs_sign_in")["problem"]["code"] == "facebook_190_458"


def test_an_old_call_does_no_harm_to_who_has_come_back(running: Running, two: None) -> None:
    assert call(running, "deauthorize", "anna", issued_in=-3600).status_code == 200
    assert holders(running) == {"Bert": True, "Anna": True}


def test_a_call_signed_before_the_secret_was_rotated_counts(running: Running, two: None) -> None:
    assert call(running, "deauthorize", "anna", secret="earlier-secret").status_code == 200
    assert holders(running)["Anna"] is False


def test_deleting_leaves_nothing_of_the_person(running: Running, two: None) -> None:
    answer = call(running, "data-deletion", "bert").json()
    assert answer["url"] == f"{running.address}/facebook/data-deletion/{answer['confirmation_code']}"
    assert holders(running) == {"Anna": True}
    assert "Bert" not in running.api("GET", PATH).text
    call(running, "data-deletion", "anna")
    shown = running.api("GET", PATH).json()
    assert (shown["holders"], shown["state"]) == ([], "needs_reauthorization")
    assert shown["reason"]["code"] == "person_forgotten"
    running.gateway.stop()
    content = b"".join(file.read_bytes() for file in running.settings.data_dir.iterdir())
    assert b"Bert" not in content
    assert b"Anna" not in content


def test_the_status_page_tells_it_in_the_readers_language_and_needs_nothing(running: Running, two: None) -> None:
    url = call(running, "data-deletion", "bert").json()["url"]
    english = requests.get(url, timeout=30)
    assert (english.status_code, english.headers["Content-Language"]) == (200, "en")
    assert "Deleted: 1 permission for 1 of your Facebook Pages" in english.text
    german = requests.get(url, headers={"Accept-Language": "de-DE"}, timeout=30).text
    assert "Ihre Daten wurden gelöscht" in german
    assert 'lang="de"' in german
    assert not re.search(r"<script|src=|href=|https?://", english.text)
    for secret in ("bert", "Bert", "Blumen"):
        assert secret not in english.text


def test_who_is_unknown_here_is_told_the_truth(running: Running) -> None:
    url = call(running, "data-deletion", "nobody").json()["url"]
    assert "There was nothing of you in this gateway" in requests.get(url, timeout=30).text
    unknown = requests.get(f"{running.address}/facebook/data-deletion/WRONG", timeout=30)
    assert (unknown.status_code, "This code is not known here" in unknown.text) == (404, True)


def test_each_request_gets_a_code_of_its_own(running: Running, two: None) -> None:
    first, second = (call(running, "data-deletion", "anna").json()["confirmation_code"] for _ in range(2))
    assert first != second
