"""A CRM talks to customers in Messenger through the gateway: all as processes of their own."""

import http.client
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import requests

from tests.conditions import eventually
from tests.e2e.conftest import Stage
from tests.e2e.crm import Crm, linked_crm

GREETING = "Guten Tag! Dies ist eine automatische Nachricht. Wir antworten gleich."
MARKER = os.urandom(32)


@pytest.fixture(scope="module")
def crm(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    shown = ["--greeting", GREETING, "--avatar-url", "https://shop.example/logo.png"]
    with linked_crm(stage, tmp_path_factory.mktemp("admin"), "CRM", *shown) as linked:
        yield linked


def test_a_customer_is_greeted_once_and_answered(crm: Crm) -> None:
    asked = crm.writes("jonas", text="Habt ihr Tulpen?")
    assert asked["reply_until"]["human"] > asked["reply_until"]["anyone"] > asked["time"]
    greeted = crm.wait_for(lambda event: bool(event["content"].get("automatic")))
    assert (greeted["content"]["text"], greeted["conversation"]) == (GREETING, asked["conversation"])
    ours = crm.answer(asked["conversation"], text="Ja, frische!")
    sent = crm.wait_for_kind("sent", ours)
    crm.wait_for_kind("delivered", ours)
    crm.customer("jonas", "POST", "reads")
    read = crm.wait_for_kind("read", ours)
    assert read["reply_until"] == sent["reply_until"] == asked["reply_until"]
    crm.writes("jonas", text="Danke!")
    assert [bubble["text"] for bubble in crm.bubbles("jonas")] == [
        "Habt ihr Tulpen?", GREETING, "Ja, frische!", "Danke!",
    ]  # fmt: skip


def test_the_account_shows_itself(crm: Crm) -> None:
    account = crm.ask("GET", "account").json()
    assert (account["greeting"], account["avatar_url"]) == (GREETING, "https://shop.example/logo.png")


def test_typing_seen_and_the_customers_name(crm: Crm, stage: Stage) -> None:
    conversation = crm.writes("aylin", text="Hallo")["conversation"]
    crm.wait_for(lambda event: bool(event["content"].get("automatic")))  # a message of the Page ends its typing
    assert crm.ask("POST", f"conversations/{conversation}/typing").status_code == 204
    assert crm.customer("aylin", "GET", "conversation")["typing"] is True
    assert crm.ask("POST", f"conversations/{conversation}/seen").status_code == 204
    assert crm.bubbles("aylin")[0]["state"] == "read"
    profile = crm.ask("GET", f"conversations/{conversation}/profile").json()
    assert (profile["name"], profile["first_name"]) == ("Aylin Yılmaz", "Aylin")
    assert profile["picture_url"].startswith(stage.sandbox)
    assert "Yılmaz".encode() not in everything_on_disk(stage)


def test_a_picture_from_the_customer_passes_through(crm: Crm, stage: Stage) -> None:
    url = f"{stage.sandbox}/sandbox/pictures/jonas.jpg?side=200"
    (attachment,) = crm.writes("jonas", attachments=[{"type": "image", "url": url}])["content"]["attachments"]
    assert attachment["url"] == url
    path = urlsplit(attachment["gateway_url"]).path.removeprefix("/v1/")
    fetched = crm.ask("GET", path)
    assert fetched.status_code == 200
    assert fetched.content == requests.get(url, timeout=30).content
    assert fetched.headers["Content-Type"] == "image/jpeg"
    assert "attachment" in fetched.headers["Content-Disposition"]
    stranger = requests.get(attachment["gateway_url"], timeout=30)
    assert (stranger.status_code, stranger.json()["code"]) == (401, "token_unknown")


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/x",
        "https://fbcdn.net.example/x",
        "file:///etc/passwd",
        "My Documents/x",
    ],
)
def test_addresses_that_are_not_facebooks_are_never_fetched(crm: Crm, url: str) -> None:
    (attachment,) = crm.writes("jonas", attachments=[{"type": "file", "url": url}])["content"]["attachments"]
    assert attachment == {"type": "file", "url": url}


def test_a_file_that_is_gone_is_told(crm: Crm, stage: Stage) -> None:
    url = f"{stage.sandbox}/sandbox/files/4711"
    (attachment,) = crm.writes("jonas", attachments=[{"type": "file", "url": url}])["content"]["attachments"]
    answer = crm.ask("GET", urlsplit(attachment["gateway_url"]).path.removeprefix("/v1/"))
    assert (answer.status_code, answer.json()["code"]) == (410, "file_gone")


def test_an_upload_passes_through_and_reaches_the_customer(crm: Crm, stage: Stage) -> None:
    conversation = crm.writes("jonas", text="Schickt ihr mir die Rechnung?")["conversation"]
    content = MARKER * 50_000
    where = {"conversation": conversation, "type": "file", "name": 'Rechnung "März".pdf'}
    headers = {"Content-Type": "application/pdf"}
    uploaded = crm.ask("POST", "attachments", params=where, data=content, headers=headers)
    assert uploaded.status_code == 201, uploaded.text
    ours = crm.answer(conversation, attachment={"type": "file", "id": uploaded.json()["id"]})
    crm.wait_for_kind("sent", ours)
    (sent,) = crm.bubbles("jonas")[-1]["attachments"]
    assert sent["type"] == "file"
    assert requests.get(sent["payload"]["url"], timeout=30).content == content
    assert MARKER not in everything_on_disk(stage)


def test_a_picture_by_address_reaches_the_customer(crm: Crm, stage: Stage) -> None:
    conversation = crm.writes("jonas", text="Wie sieht er aus?")["conversation"]
    url = f"{stage.sandbox}/sandbox/pictures/aylin.jpg?side=200"
    crm.wait_for_kind("sent", crm.answer(conversation, attachment={"type": "image", "url": url}))
    assert crm.bubbles("jonas")[-1]["attachments"][0]["type"] == "image"


def test_a_file_that_facebook_cannot_fetch_is_told_with_a_remedy(crm: Crm, stage: Stage) -> None:
    conversation = crm.writes("jonas", text="Und jetzt?")["conversation"]
    ours = crm.answer(conversation, attachment={"type": "image", "url": f"{stage.sandbox}/sandbox/files/4711"})
    assert crm.wait_for_kind("failed", ours)["content"]["problem"]["remedy"]


@pytest.mark.parametrize(
    ("kind", "content_type", "size", "status", "code"),
    [
        ("image", "image/png", 8 * 1024 * 1024 + 1, 413, "request_too_large"),
        ("video", "video/mp4", 25 * 1024 * 1024 + 1, 413, "request_too_large"),
        ("image", "application/pdf", 10, 422, "file_unfit"),
        ("sticker", "image/png", 10, 400, "request_invalid"),
        ("image", "", 10, 400, "request_invalid"),
        ("image", "image/png", 0, 400, "request_invalid"),
    ],
)
def test_facebooks_limits_are_checked_before_a_byte_of_the_file_is_read(
    crm: Crm, kind: str, content_type: str, size: int, status: int, code: str
) -> None:
    conversation = crm.writes("jonas", text="?")["conversation"]
    place = urlsplit(crm.gateway)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    try:
        headers = {"Authorization": f"Bearer {crm.token}", "Content-Length": str(size), "Content-Type": content_type}
        connection.request("POST", f"/v1/attachments?type={kind}&conversation={conversation}", headers=headers)
        answer = connection.getresponse()
        assert (answer.status, f'"code":"{code}"' in answer.read().decode()) == (status, True)
    finally:
        connection.close()


def test_an_id_of_another_gateway_opens_no_conversation(crm: Crm) -> None:
    made_up = quote("AAAA" * 15)
    for method, path in (("POST", "typing"), ("POST", "seen"), ("GET", "profile")):
        answer = crm.ask(method, f"conversations/{made_up}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "conversation_unknown")
    upload = crm.ask(
        "POST", f"attachments?type=file&conversation={made_up}", data=b"x", headers={"Content-Type": "a/b"}
    )
    assert (upload.status_code, upload.json()["code"]) == (404, "conversation_unknown")


def test_availability_ends_by_itself(crm: Crm) -> None:
    assert crm.ask("GET", "availability").json() == {"available": False, "until": None}
    there = crm.ask("PUT", "availability", json={"available": True, "seconds": 1}).json()
    assert there["available"] is True
    eventually(lambda: not crm.ask("GET", "availability").json()["available"])
    crm.ask("PUT", "availability", json={"available": True})
    assert crm.ask("PUT", "availability", json={"available": False}).json() == {"available": False, "until": None}


def test_the_operator_changes_the_greeting(crm: Crm, stage: Stage) -> None:
    changed = stage.operator.run("gateway", "accounts", "change", "CRM", "--greeting", "", "--json")
    assert (changed.code, changed.json["greeting"]) == (0, "")
    refused = stage.operator.run("gateway", "accounts", "change", "CRM", "--greeting", "x" * 2000)
    assert refused.code == 6
    assert "1999" in refused.err


def everything_on_disk(stage: Stage) -> bytes:
    folder = Path(stage.operator.environment["FBTOOL_DATA_DIR"])
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
