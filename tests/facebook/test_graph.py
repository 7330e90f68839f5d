"""A call knows its request and reads its answer."""

import contextlib
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fbtool.facebook import batch, login, messages, pages, profiles, subscriptions, tokens
from fbtool.facebook.errors import AnswerUnreadable
from fbtool.facebook.graph import App, Call, Platform
from fbtool.facebook.messages import Action, Attachment
from fbtool.facebook.messaging_window import Envelope
from fbtool.meta.errors import GraphError
from tests.facebook.anything import anything

APP = App("1840000000000001", "app-secret")
TOKEN = "EAAG-user-token"
CALLS: list[Call[Any]] = [
    pages.accounts(TOKEN),
    subscriptions.subscription("11", TOKEN, APP.id),
    subscriptions.subscribe("11", TOKEN),
    subscriptions.unsubscribe("11", TOKEN),
    subscriptions.listen(APP, "https://gw.example.org/facebook/webhook", "verify"),
    tokens.inspect(APP, TOKEN),
    tokens.person(TOKEN),
    tokens.permissions(TOKEN),
    login.exchange_code(APP, "code", "https://gw.example.org/oauth/callback"),
    login.long_lived(APP, TOKEN),
    messages.send_text("11", TOKEN, "73", "Hallo", Envelope("RESPONSE"), "m1"),
    messages.send_attachment("11", TOKEN, "73", Attachment.FILE, Envelope("RESPONSE"), "m1", url="https://x.example/a"),
    messages.act("11", TOKEN, "73", Action.TYPING),
    pages.businesses(TOKEN),
    pages.owned("5", TOKEN),
    pages.clients("5", TOKEN),
    pages.single("11", TOKEN),
    subscriptions.webhooks(APP),
    tokens.revoke(TOKEN),
    profiles.profile("73", TOKEN),
    batch.batch([pages.single("11", TOKEN), pages.single("12", TOKEN)], TOKEN),
]


def answer(call: Call[Any], content: Any, status: int = 200) -> Any:
    return call.answer(status, json.dumps(content).encode())


MEMBERS = (
    *("data", "paging", "cursors", "after", "next", "error", "success", "id", "name", "access_token", "expires_in"),
    *("granular_scopes", "scope", "target_ids", "scopes", "is_valid", "permission", "status", "subscribed_fields"),
    *("fields", "tasks", "picture", "url", "message_id", "recipient_id", "code", "body"),
)


@settings(max_examples=300)
@given(content=anything(MEMBERS))
def test_whatever_answers_every_reader_says_so_clearly(content: Any) -> None:
    for call in CALLS:
        with contextlib.suppress(AnswerUnreadable, GraphError):
            answer(call, content)


@given(body=st.binary())
def test_no_bytes_surprise_a_reader(body: bytes) -> None:
    for call in CALLS:
        with contextlib.suppress(AnswerUnreadable, GraphError):
            call.answer(200, body)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.path}")
def test_no_secret_is_in_an_address_or_a_repr(call: Call[Any]) -> None:
    assert TOKEN not in call.url(Platform()) + repr(call)
    assert APP.secret not in call.url(Platform()) + repr(call) + repr(APP)
    assert APP.secret not in "".join(call.query.values())


def test_the_proof_is_made_of_token_and_time() -> None:
    proven = tokens.person(TOKEN).proven(APP, 1_795_000_000)
    expected = hmac.new(b"app-secret", b"EAAG-user-token|1795000000", hashlib.sha256).hexdigest()
    assert proven.query["appsecret_proof"] == expected
    assert proven.query["appsecret_time"] == "1795000000"


def test_a_proxys_page_is_not_mistaken_for_facebook() -> None:
    with pytest.raises(AnswerUnreadable):
        tokens.person(TOKEN).answer(502, b"<html>Bad gateway</html>")


def test_a_list_goes_on_while_there_is_a_next_even_if_a_part_is_empty() -> None:
    content = {"data": [], "paging": {"cursors": {"before": "a", "after": "QVFI"}, "next": "https://evil.example/?t=1"}}
    part = answer(pages.accounts(TOKEN), content)
    assert part.items == ()
    following = pages.accounts(TOKEN, part.after)
    assert following.query["after"] == "QVFI"
    assert following.url(Platform()).startswith("https://graph.facebook.com/")


def test_a_cursor_without_next_is_the_end() -> None:
    content = {"data": [{"id": "11", "name": "Blumen"}], "paging": {"cursors": {"before": "a", "after": "b"}}}
    part = answer(pages.accounts(TOKEN), content)
    assert part.after == ""
    assert part.items[0].access_token == ""


def test_targets_that_are_absent_mean_all_and_empty_means_none() -> None:
    content = {
        "data": {
            "app_id": 1840000000000001,
            "type": "PAGE",
            "is_valid": True,
            "scopes": ["pages_messaging", "pages_show_list", "pages_manage_metadata"],
            "granular_scopes": [
                {"scope": "pages_messaging", "target_ids": ["11"]},
                {"scope": "pages_show_list"},
                {"scope": "pages_manage_metadata", "target_ids": []},
            ],
        }
    }
    facts = answer(tokens.inspect(APP, TOKEN), content)
    assert facts.app_id == APP.id
    assert facts.allows("pages_messaging", "11")
    assert not facts.allows("pages_messaging", "12")
    assert facts.allows("pages_show_list", "12")
    assert not facts.allows("pages_manage_metadata", "11")
    assert not facts.allows("pages_read_engagement", "11")


@pytest.mark.parametrize("value", [True, "true"])
def test_success_is_a_word_or_a_truth(value: Any) -> None:
    assert answer(subscriptions.unsubscribe("11", TOKEN), {"success": value}) is None


def test_a_200_that_says_no_is_no_success() -> None:
    with pytest.raises(AnswerUnreadable):
        answer(subscriptions.unsubscribe("11", TOKEN), {"success": False})


def test_a_portfolios_pages_are_a_list_like_any_other() -> None:
    content = {"data": [{"id": "11", "name": "Blumen", "picture": {"data": {"url": "https://x.example/p.jpg"}}}]}
    (page,) = answer(pages.owned("5", TOKEN), content).items
    assert (page.id, page.picture_url, page.is_published) == ("11", "https://x.example/p.jpg", True)
    assert pages.clients("5", TOKEN, "QVFI").query["after"] == "QVFI"


def test_each_call_of_a_batch_succeeds_or_fails_alone() -> None:
    error = {"error": {"code": 190, "error_subcode": 460, "message": "x", "type": "OAuthException"}}
    content = [
        {"code": 200, "body": json.dumps({"id": "11", "name": "Blumen"})},
        {"code": 400, "body": json.dumps(error)},
        {"code": 502, "body": "<html>"},
        None,
    ]
    call = batch.batch([pages.single(page_id, TOKEN) for page_id in ("11", "12", "13", "14")], TOKEN)
    page, dead, unreadable, late = answer(call, content)
    assert page.name == "Blumen"
    assert isinstance(dead, GraphError)
    assert dead.code == "facebook_190_460"
    assert isinstance(unreadable, AnswerUnreadable)
    assert late is None


def test_a_batch_names_each_call_with_its_own_token() -> None:
    call = batch.batch([pages.single("11", "one"), subscriptions.subscribe("12", "two", ["messages"])], TOKEN)
    read, write = json.loads(call.params["batch"])
    assert read["method"] == "GET"
    assert read["relative_url"].startswith("v25.0/11?fields=")
    assert "access_token=one" in read["relative_url"]
    assert write == {
        "method": "POST",
        "relative_url": "v25.0/12/subscribed_apps",
        "body": "subscribed_fields=messages&access_token=two",
    }


def test_a_batch_has_an_end() -> None:
    with pytest.raises(ValueError):
        batch.batch([pages.single("11", TOKEN)] * 51, TOKEN)


def test_one_permission_or_the_whole_app_is_revoked() -> None:
    assert tokens.revoke(TOKEN, "pages_messaging").query == {"permission": "pages_messaging"}
    assert tokens.revoke(TOKEN).query == {}


def test_the_apps_webhooks_are_read() -> None:
    fields = [{"name": "messages", "version": "v25.0"}]
    row = {"object": "page", "callback_url": "https://gw.example.org/w", "active": True, "fields": fields}
    (webhook,) = answer(subscriptions.webhooks(APP), {"data": [row]})
    assert (webhook.callback_url, webhook.active, webhook.fields) == ("https://gw.example.org/w", True, ("messages",))


@pytest.mark.parametrize(
    ("content", "name"), [({"first_name": "Jonas", "last_name": "Kunde"}, "Jonas Kunde"), ({}, "")]
)
def test_a_profile_may_show_nothing(content: dict[str, str], name: str) -> None:
    assert answer(profiles.profile("73", TOKEN), content).name == name


@pytest.mark.parametrize("status", [200, 400, 502])
@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"data":' + b"[" * 200_000, b'{"error":' * 200_000])
def test_an_answer_nested_too_deep_is_unreadable(status: int, body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        subscriptions.unsubscribe("11", TOKEN).answer(status, body)
