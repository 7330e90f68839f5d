"""The settings of a widget as its admin and its CRM reach them: both tokens, by version, told to pages at once."""

import asyncio
from typing import Any

import pytest
import requests

from fbtool.gateway.accounts import Account, AccountToken, hash_of, new_id, new_token
from fbtool.gateway.channels import installed
from fbtool.gateway.store.factory import store_for
from fbtool.gateway.vault import new_data_key
from fbtool.gateway.wakeups import Notifier
from tests.conditions import eventually
from tests.gateway.webchat.conftest import Shop

PRIVACY = "https://shop.example/datenschutz"


def show(shop: Shop, token: str = "", language: str = "de") -> Any:
    answer = shop.api(
        "GET", "webchat/settings", token=token or shop.widget_token, headers={"Accept-Language": language}
    )
    return answer.status_code, answer.json()


def save(shop: Shop, version: int, token: str = "", language: str = "de", **settings: Any) -> Any:
    body = {"version": version, "settings": {"privacy_url": PRIVACY} | settings}
    headers = {"Accept-Language": language}
    answer = shop.api("PUT", "webchat/settings", token=token or shop.widget_token, json=body, headers=headers)
    return answer.status_code, answer.json()


def page_config(shop: Shop) -> Any:
    """What a page with the widget is told."""
    return requests.get(f"{shop.base}/settings", timeout=60).json()


def facebook_token(shop: Shop) -> str:
    """The token of a Facebook account of the same gateway, which does not serve Facebook now."""
    account_id, settings = new_id(), shop.settings
    token = new_token(account_id)

    async def add() -> None:
        store = store_for(settings.data_dir, settings.database_url, Notifier(), installed.tables())
        await store.start(new_data_key(settings.master_key))
        await store.accounts.add(
            Account(account_id, "Pages", "facebook", True, 1, tokens=(AccountToken(hash_of(token)),))
        )
        await store.stop()

    shop.gateway.stop()
    asyncio.run(add())
    shop.restart()
    return token


def test_before_the_first_save_there_are_defaults_of_version_nought(shop: Shop) -> None:
    status, found = show(shop)
    assert (status, found["version"]) == (200, 0)
    assert found["settings"]["color"] == "#0b5fd0"
    assert found["settings"]["privacy_url"] == ""
    assert found["account"] == {
        "id": shop.id, "name": "Shop", "channel": "webchat", "active": True, "greeting": "", "available": False,
        "has_picture": False,
    }  # fmt: skip
    assert found["cookie"] == f"fbt_chat_{shop.id}"


def test_both_tokens_of_the_account_are_let_in(shop: Shop) -> None:
    assert save(shop, 0, shop.widget_token, color="#112233")[0] == 200
    assert show(shop, shop.token)[1]["settings"]["color"] == "#112233"
    status, saved = save(shop, 1, shop.token, color="#445566")
    assert (status, saved["version"]) == (200, 2)
    assert show(shop, shop.widget_token)[1] == saved


@pytest.mark.parametrize("token", ["fbw_abcdefghij_" + "x" * 43, "fbt_abcdefghij_" + "x" * 43, "fbm_x", ""])
def test_a_stranger_is_not(shop: Shop, token: str) -> None:
    for answer in (
        shop.api("GET", "webchat/settings", headers={"Authorization": f"Bearer {token}"}),
        shop.api("PUT", "webchat/settings", json={"version": 0}, headers={"Authorization": f"Bearer {token}"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "token_unknown")


def test_the_token_of_a_facebook_account_is_refused_with_reason_and_remedy(shop: Shop) -> None:
    status, refused = show(shop, facebook_token(shop))
    assert (status, refused["code"]) == (403, "account_wrong_channel")
    assert "facebook" in refused["title"]
    assert "webchat" in refused["title"]
    assert refused["remedy"]


def test_an_account_that_is_switched_off_is_told_so(shop: Shop) -> None:
    shop.admin("POST", f"accounts/{shop.id}/disable")
    for token in (shop.token, shop.widget_token):
        status, refused = show(shop, token)
        assert (status, refused["code"]) == (403, "account_inactive")


def test_who_saves_over_somebody_elses_save_is_refused_and_nothing_is_lost(shop: Shop) -> None:
    assert save(shop, 0, heading="Die erste")[0] == 200
    assert save(shop, 1, heading="Die zweite")[0] == 200
    for version in (0, 1, 3):
        status, refused = save(shop, version, heading="Zu spät")
        assert (status, refused["code"]) == (409, "settings_changed")
        assert refused["remedy"].startswith("Laden Sie die Einstellungen neu")
    assert show(shop)[1]["settings"]["heading"] == "Die zweite"
    assert save(shop, 2, heading="Die dritte")[0] == 200


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "The text has more than 40 characters."), ("de", "Der Text hat mehr als 40 Zeichen.")],
)
def test_a_mistake_names_its_field_for_programs_and_says_it_to_people(shop: Shop, language: str, sentence: str) -> None:
    status, refused = save(shop, 0, language=language, online_text="x" * 41)
    assert (status, refused["code"], refused["field"]) == (400, "settings_unfit", "online_text")
    assert refused["detail"] == sentence
    assert show(shop)[1]["version"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b'{"version": 0}', b'{"version": -1, "settings": {}}', b'{"version": "0", "settings": {}}',
        b'{"version": 0, "settings": []}', b'{"version": 0, "settings": {}, "more": 1}',
        b'{"version": 0, "settings": {"heading": "\\u0000"}}', b'{"version": 4294967296, "settings": {}}',
    ],
)  # fmt: skip
def test_a_body_of_another_shape_is_refused(shop: Shop, body: bytes) -> None:
    answer = shop.api("PUT", "webchat/settings", token=shop.widget_token, data=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "request_invalid")
    assert show(shop)[1]["version"] == 0


def test_the_tags_name_this_gateway_the_account_and_never_a_token(shop: Shop) -> None:
    found = show(shop)[1]
    address = shop.gateway.address
    assert found["snippets"]["live"] == f'<script async src="{address}/webchat/{shop.id}.js"></script>'
    fixed = found["fixed"]
    assert found["snippets"]["fixed"] == (
        f'<script async src="{address}/webchat/{fixed["file"]}" integrity="{fixed["integrity"]}" '
        f'crossorigin="anonymous" data-account="{shop.id}"></script>'
    )
    assert shop.token not in str(found)
    assert shop.widget_token not in str(found)


def test_pages_see_at_once_what_was_saved(shop: Shop) -> None:
    shop.set_up(color="#112233")
    assert page_config(shop)["color"] == "#112233"
    assert save(shop, 1, color="#445566")[0] == 200
    eventually(lambda: page_config(shop)["color"] == "#445566", 30)


def test_the_sites_on_which_the_chat_was_used_are_shown(shop: Shop) -> None:
    shop.set_up()
    assert show(shop)[1]["origins_seen"] == []
    shop.writes(shop.visitor())
    assert show(shop)[1]["origins_seen"] == ["https://shop.example"]


def test_a_restart_keeps_them(shop: Shop) -> None:
    before = save(shop, 0, heading="Guten Tag")[1]
    shop.restart()
    after = show(shop)[1]
    assert after["settings"] == before["settings"]
    assert after["version"] == 1


def test_the_operator_sees_and_saves_the_same_by_the_admin_api(shop: Shop) -> None:
    save(shop, 0, heading="Guten Tag")
    found = shop.admin("GET", "accounts/Shop/webchat").json()
    assert found["settings"]["heading"] == "Guten Tag"
    wanted = found["settings"] | {"side": "left"}
    assert shop.admin("PUT", f"accounts/{shop.id}/webchat", version=1, settings=wanted).status_code == 200
    assert show(shop)[1]["settings"]["side"] == "left"
    refused = shop.admin("PUT", "accounts/Shop/webchat", version=1, settings=wanted)
    assert (refused.status_code, refused.json()["code"]) == (409, "settings_changed")
    unknown = shop.admin("GET", "accounts/Nobody/webchat")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "account_unknown")
