"""Many things in one call (Meta: "Batch Requests", "Multiple ID Lookup")."""

import json

import pytest

from .client import CAFE, FLOWERS, GARAGE, Client


@pytest.fixture
def erika(shop: Client) -> str:
    return shop.user_token()


def batch(shop: Client, token: str, *items: dict, **more: str):
    return shop.post("", token, batch=json.dumps(items), **more)


class TestIds:
    def test_an_object_by_id(self, shop: Client, erika: str) -> None:
        found = shop.get("", erika, ids=f"{FLOWERS},{CAFE}", fields="name").json
        assert found == {
            FLOWERS: {"name": "Blumen Beispiel", "id": FLOWERS},
            CAFE: {"name": "Café Sonnenschein", "id": CAFE},
        }

    def test_one_bad_id_fails_all(self, shop: Client, erika: str) -> None:
        assert shop.get("", erika, ids=f"{FLOWERS},100000000000099", fields="name").error == (100, 33)

    def test_fifty_at_most(self, shop: Client, erika: str) -> None:
        assert shop.get("", erika, ids=",".join(map(str, range(51)))).error == (100, 0)

    def test_without_a_version_too(self, shop: Client, erika: str) -> None:
        answer = shop.http.get(shop.address, params={"ids": FLOWERS, "access_token": erika}, timeout=5)
        assert list(answer.json()) == [FLOWERS]


class TestBatch:
    def test_answers_in_order_with_status_and_body_as_text(self, shop: Client, erika: str) -> None:
        answer = batch(
            shop,
            erika,
            {"method": "GET", "relative_url": f"{FLOWERS}?fields=name"},
            {"method": "GET", "relative_url": "v25.0/100000000000099"},
        )
        assert answer.status == 200
        first, second = answer.json
        assert (first["code"], json.loads(first["body"])["name"]) == (200, "Blumen Beispiel")
        assert (second["code"], json.loads(second["body"])["error"]["error_subcode"]) == (400, 33)
        assert {"name": "facebook-api-version", "value": "v25.0"} in second["headers"]

    def test_an_item_may_bring_its_own_token_and_form(self, shop: Client, erika: str) -> None:
        token = shop.page_token(user_token=erika)
        form = f"subscribed_fields=messages&access_token={token}"
        items = {"method": "POST", "relative_url": f"{FLOWERS}/subscribed_apps", "body": form}
        (answer,) = batch(shop, erika, items, include_headers="false").json
        assert answer == {"code": 200, "body": '{"success":true}'}

    def test_one_item_refers_to_another(self, shop: Client, erika: str) -> None:
        first, second = batch(
            shop,
            erika,
            {"method": "GET", "name": "mine", "relative_url": "me/accounts?fields=id"},
            {"method": "GET", "relative_url": "?ids={result=mine:$.data.*.id}&fields=name"},
        ).json
        assert first is None
        assert list(json.loads(second["body"])) == [FLOWERS, CAFE, GARAGE]

    def test_a_named_answer_can_be_kept(self, shop: Client, erika: str) -> None:
        item = {"method": "GET", "name": "me", "relative_url": "me", "omit_response_on_success": False}
        assert batch(shop, erika, item).json[0]["code"] == 200

    def test_an_item_that_was_cut_is_null(self, shop: Client, erika: str) -> None:
        shop.fault("hang-up", call="GET me", times=1)
        first, second = batch(
            shop, erika, {"method": "GET", "relative_url": "me"}, {"method": "GET", "relative_url": "me"}
        ).json
        assert (first, second["code"]) == (None, 200)

    @pytest.mark.parametrize("items", ["", "{}", "[1]", json.dumps([{"method": "GET", "relative_url": "me"}] * 51)])
    def test_no_batch_at_all(self, shop: Client, erika: str, items: str) -> None:
        assert shop.post("", erika, batch=items).error == (100, 0)

    def test_an_item_without_an_address(self, shop: Client, erika: str) -> None:
        assert batch(shop, erika, {"method": "GET"}).json[0]["code"] == 400
