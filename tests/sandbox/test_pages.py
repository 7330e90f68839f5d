"""Pages and their subscriptions (Meta: "User Accounts", "Page", "Page Subscribed Apps", "App Subscriptions")."""

import pytest

from .client import CAFE, ERIKAS_ID, FLOWERS, GARAGE, Client, Listener, listening

ADMIN = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"]


@pytest.fixture
def erika(shop: Client) -> str:
    return shop.user_token()


class TestMe:
    def test_id_and_name(self, shop: Client, erika: str) -> None:
        assert shop.get("me", erika).json == {"id": ERIKAS_ID, "name": "Erika Muster"}

    def test_by_the_app_scoped_id(self, shop: Client, erika: str) -> None:
        assert shop.get(ERIKAS_ID, erika, fields="first_name").json == {"first_name": "Erika", "id": ERIKAS_ID}

    def test_the_email_only_with_its_permission(self, shop: Client, erika: str) -> None:
        assert "email" not in shop.get("me", erika, fields="email").json
        token = shop.user_token(dialog={"scope": "email"})
        assert shop.get("me", token, fields="email").json["email"] == "erika@example.org"

    def test_an_unknown_field_fails_all(self, shop: Client, erika: str) -> None:
        refused = shop.get("me", erika, fields="name,shoe_size")
        assert refused.message == "(#100) Tried accessing nonexisting field (shoe_size) on node type (User)"

    def test_with_a_pages_token_it_is_the_page(self, shop: Client, erika: str) -> None:
        page = shop.page_token(user_token=erika)
        assert shop.get("me", page, fields="id,name").json == {"id": FLOWERS, "name": "Blumen Beispiel"}

    def test_permissions_can_be_filtered(self, shop: Client, erika: str) -> None:
        found = shop.get("me/permissions", erika, permission="pages_messaging", status="granted").json
        assert found == shop.get("me/permissions/pages_messaging", erika).json
        assert found == {"data": [{"permission": "pages_messaging", "status": "granted"}]}

    @pytest.mark.parametrize("by_path", [True, False])
    def test_revoking_one_permission(self, shop: Client, erika: str, by_path: bool) -> None:
        name = "pages_messaging"
        if by_path:
            done = shop.delete(f"me/permissions/{name}", erika)
        else:
            done = shop.delete("me/permissions", erika, permission=name)
        assert done.json == {"success": True}
        assert name not in shop.inspect(erika)["scopes"]

    def test_removing_the_app_kills_every_token(self, shop: Client, erika: str) -> None:
        page = shop.page_token(user_token=erika)
        assert shop.delete("me/permissions", erika).json == {"success": True}
        assert shop.get("me", erika).error == (190, 458)
        assert shop.get("me", page).error == (190, 458)


class TestAccounts:
    def test_without_fields(self, shop: Client, erika: str) -> None:
        first = shop.get("me/accounts", erika).json["data"][0]
        assert first.pop("access_token").startswith("EAA")
        category = {"id": "198503866828628", "name": "Blumengeschäft"}
        assert first == {
            "category": "Blumengeschäft",
            "category_list": [category],
            "name": "Blumen Beispiel",
            "id": FLOWERS,
            "tasks": ADMIN,
        }

    def test_with_fields_only_those_and_the_id(self, shop: Client, erika: str) -> None:
        found = shop.get("me/accounts", erika, fields="name,picture{url}").json["data"]
        assert [set(page) for page in found] == [{"name", "picture", "id"}] * 3
        assert set(found[0]["picture"]["data"]) == {"url"}

    def test_tasks_follow_the_role(self, shop: Client, erika: str) -> None:
        found = shop.get("me/accounts", erika, fields="tasks").json["data"]
        assert {page["id"]: page["tasks"] for page in found} == {
            FLOWERS: ADMIN,
            CAFE: ADMIN,
            GARAGE: ["ANALYZE"],
        }

    def test_an_unknown_field_fails_all(self, shop: Client, erika: str) -> None:
        refused = shop.get("me/accounts", erika, fields="name,colour")
        assert refused.message == "(#100) Tried accessing nonexisting field (colour) on node type (Page)"

    def test_a_syntax_error(self, shop: Client, erika: str) -> None:
        assert shop.get("me/accounts", erika, fields="name,picture{url").error == (2500, 0)

    def test_cursors_lead_to_the_end(self, shop: Client, erika: str) -> None:
        first = shop.get("me/accounts", erika, limit=2, fields="name").json
        assert [page["id"] for page in first["data"]] == [FLOWERS, CAFE]
        assert first["paging"]["next"].startswith(f"{shop.address}/v26.0/{ERIKAS_ID}/accounts?access_token=EAA")
        after = first["paging"]["cursors"]["after"]
        assert f"after={after}" in first["paging"]["next"]
        second = shop.get("me/accounts", erika, limit=2, fields="name", after=after).json
        assert [page["id"] for page in second["data"]] == [GARAGE]
        assert "next" not in second["paging"]
        followed = shop.http.get(first["paging"]["next"], timeout=5).json()
        assert followed == second
        back = shop.http.get(second["paging"]["previous"], timeout=5).json()
        assert [page["id"] for page in back["data"]] == [FLOWERS, CAFE]

    def test_behind_the_end_there_is_nothing(self, shop: Client, erika: str) -> None:
        after = shop.get("me/accounts", erika).json["paging"]["cursors"]["after"]
        assert shop.get("me/accounts", erika, after=after).json == {"data": []}

    @pytest.mark.parametrize("params", [{"limit": 0}, {"limit": "many"}, {"after": "x"}, {"after": "x" * 600}])
    def test_a_place_that_is_none(self, shop: Client, erika: str, params: dict) -> None:
        assert shop.get("me/accounts", erika, **params).error == (100, 0)

    def test_summary(self, shop: Client, erika: str) -> None:
        found = shop.get("me/accounts", erika, limit=1, summary="total_count").json
        assert found["summary"] == {"total_count": 3}

    def test_empty_without_pages_show_list(self, shop: Client) -> None:
        token = shop.user_token(decline=["pages_show_list"])
        assert shop.get("me/accounts", token).json == {"data": []}

    def test_empty_after_ninety_days_without_a_login(self, shop: Client, erika: str) -> None:
        shop.sandbox("POST", "clock", {"advance": 45 * 86400})
        token = shop.lengthen(erika)
        shop.sandbox("POST", "clock", {"advance": 46 * 86400})
        assert shop.get("me/accounts", token).json == {"data": []}

    def test_not_with_a_pages_token(self, shop: Client, erika: str) -> None:
        refused = shop.get("me/accounts", shop.page_token(user_token=erika))
        assert refused.message == "(#100) Tried accessing nonexisting field (accounts) on node type (Page)"

    def test_as_a_field_of_me(self, shop: Client, erika: str) -> None:
        found = shop.get("me", erika, fields="name,accounts{name}").json
        assert found["accounts"]["data"][0] == {"name": "Blumen Beispiel", "id": FLOWERS}


class TestOnePage:
    def test_with_the_persons_token(self, shop: Client, erika: str) -> None:
        page = shop.get(FLOWERS, erika, fields="name,access_token,tasks").json
        assert (page["name"], page["tasks"]) == ("Blumen Beispiel", ADMIN)
        assert shop.inspect(page["access_token"])["profile_id"] == FLOWERS

    def test_not_ticked_is_like_a_strangers_page(self, shop: Client) -> None:
        token = shop.user_token(pages=["Café Sonnenschein"])
        refused = shop.get(FLOWERS, token, fields="name,access_token")
        assert (refused.status, refused.error) == (403, (10, 0))
        assert "'pages_read_engagement' permission or the 'Page Public Content Access' feature" in refused.message

    def test_followers_need_pages_read_engagement(self, shop: Client, erika: str) -> None:
        assert shop.get(FLOWERS, erika, fields="followers_count").json["followers_count"] == 1203
        token = shop.user_token(pages="all", decline=["pages_read_engagement"])
        assert shop.get(FLOWERS, token, fields="followers_count").error == (10, 0)
        assert shop.get(FLOWERS, token, fields="name").status == 200

    @pytest.mark.parametrize(
        ("path", "status", "error"),
        [
            ("100000000000099", 400, (100, 33)),
            ("nobody", 404, (803, 0)),
            (f"{FLOWERS}/nonsense", 404, (2500, 0)),
            ("me/accounts/x", 404, (2500, 0)),
            ("me/accounts/x/y", 404, (2500, 0)),
        ],
    )
    def test_what_is_not_there(self, shop: Client, erika: str, path: str, status: int, error: tuple) -> None:
        refused = shop.get(path, erika)
        assert (refused.status, refused.error) == (status, error)

    def test_the_picture_redirects_to_a_jpeg(self, shop: Client) -> None:
        moved = shop.get(f"{FLOWERS}/picture", type="large")
        assert moved.status == 302
        assert shop.http.get(moved.headers["Location"], timeout=5).headers["Content-Type"] == "image/jpeg"

    def test_or_tells_its_address(self, shop: Client) -> None:
        found = shop.get(f"{FLOWERS}/picture", redirect="0", type="large").json["data"]
        assert (found["height"], found["width"], found["is_silhouette"]) == (200, 200, False)


class TestSubscribedApps:
    """All of the wanted fields or none."""

    @pytest.fixture
    def page(self, shop: Client, erika: str) -> str:
        return shop.page_token(user_token=erika)

    def test_nobody_at_first(self, shop: Client, page: str) -> None:
        assert shop.get(f"{FLOWERS}/subscribed_apps", page).json == {"data": []}

    def test_the_fields_are_replaced(self, shop: Client, page: str) -> None:
        for fields in ("messages,messaging_postbacks", "messages,message_echoes"):
            done = shop.post(f"{FLOWERS}/subscribed_apps", page, subscribed_fields=fields)
            assert done.json == {"success": True}
        (app,) = shop.get(f"{FLOWERS}/subscribed_apps", page).json["data"]
        assert (app["id"], app["name"]) == (shop.app, "Acme Inbox Link")
        assert app["subscribed_fields"] == ["messages", "message_echoes"]

    def test_delete(self, shop: Client, page: str) -> None:
        shop.post(f"{FLOWERS}/subscribed_apps", page, subscribed_fields="messages")
        assert shop.delete(f"{FLOWERS}/subscribed_apps", page).json == {"success": True}
        assert shop.get(f"{FLOWERS}/subscribed_apps", page).json == {"data": []}

    def test_delete_with_the_apps_own_token(self, shop: Client, page: str) -> None:
        shop.post(f"{FLOWERS}/subscribed_apps", page, subscribed_fields="messages")
        assert shop.delete(f"{FLOWERS}/subscribed_apps", shop.app_token).json == {"success": True}
        assert shop.get(f"{FLOWERS}/subscribed_apps", page).json == {"data": []}

    def test_one_sentence_per_field_that_is_not_allowed_and_nothing_subscribed(self, shop: Client) -> None:
        page = shop.page_token(user_token=shop.user_token(pages="all", decline=["pages_messaging"]))
        refused = shop.post(f"{FLOWERS}/subscribed_apps", page, subscribed_fields="feed,messages,message_reads")
        assert (refused.status, refused.error) == (403, (200, 0))
        assert refused.message == (
            "(#200) To subscribe to the messages field, one of these permissions is needed: pages_messaging."
            " To subscribe to the message_reads field, one of these permissions is needed: pages_messaging."
        )
        assert shop.get(f"{FLOWERS}/subscribed_apps", page).json == {"data": []}

    def test_without_pages_manage_metadata(self, shop: Client) -> None:
        page = shop.page_token(user_token=shop.user_token(decline=["pages_manage_metadata"]))
        refused = shop.post(f"{FLOWERS}/subscribed_apps", page, subscribed_fields="messages")
        assert (refused.status, refused.error) == (403, (200, 0))

    def test_without_the_task_moderate(self, shop: Client, erika: str) -> None:
        page = shop.page_token(GARAGE, erika)
        refused = shop.post(f"{GARAGE}/subscribed_apps", page, subscribed_fields="messages")
        assert (refused.status, refused.error) == (403, (200, 0))

    def test_with_a_persons_token(self, shop: Client, erika: str) -> None:
        refused = shop.post(f"{FLOWERS}/subscribed_apps", erika, subscribed_fields="messages")
        assert (refused.status, refused.error) == (403, (210, 0))

    @pytest.mark.parametrize("fields", ["", "messages,messaging_seen"])
    def test_no_field_or_an_unknown_one(self, shop: Client, page: str, fields: str) -> None:
        refused = shop.post(f"{FLOWERS}/subscribed_apps", page, subscribed_fields=fields)
        assert (refused.status, refused.error) == (400, (100, 0))


class TestAppSubscriptions:
    def subscribe(self, shop: Client, callback: str, token: str = "", **changed: str):
        form = {"object": "page", "callback_url": callback, "fields": "messages", "verify_token": "open sesame"}
        return shop.post(f"{shop.app}/subscriptions", token or shop.app_token, **(form | changed))

    def test_the_callback_is_verified_and_kept(self, shop: Client, listener: Listener) -> None:
        assert self.subscribe(shop, listener.address, fields="messages,message_reads").json == {"success": True}
        assert shop.get(f"{shop.app}/subscriptions", shop.app_token).json == {
            "data": [
                {
                    "object": "page",
                    "callback_url": listener.address,
                    "active": True,
                    "fields": [
                        {"name": "messages", "version": "v26.0"},
                        {"name": "message_reads", "version": "v26.0"},
                    ],
                }
            ]
        }

    def test_a_callback_that_refuses(self, shop: Client, listener: Listener) -> None:
        refused = self.subscribe(shop, listener.address, verify_token="wrong")
        assert (refused.status, refused.error) == (400, (2200, 0))
        assert shop.get(f"{shop.app}/subscriptions", shop.app_token).json == {"data": []}

    def test_a_callback_that_is_not_there(self, shop: Client) -> None:
        with listening() as gone:
            pass
        assert self.subscribe(shop, gone.address).error == (2200, 0)

    @pytest.mark.parametrize("callback", ["http://gateway.example.org/webhook", "ftp://localhost/", "webhook"])
    def test_a_callback_must_be_https(self, shop: Client, callback: str) -> None:
        assert self.subscribe(shop, callback).error == (100, 0)

    def test_only_the_app_itself(self, shop: Client, erika: str, listener: Listener) -> None:
        assert self.subscribe(shop, listener.address, token=erika).error == (15, 0)

    def test_fields_can_be_taken_away(self, shop: Client, listener: Listener) -> None:
        self.subscribe(shop, listener.address, fields="messages,message_reads")
        shop.delete(f"{shop.app}/subscriptions", shop.app_token, object="page", fields="messages")
        (left,) = shop.get(f"{shop.app}/subscriptions", shop.app_token).json["data"]
        assert [one["name"] for one in left["fields"]] == ["message_reads"]
        shop.delete(f"{shop.app}/subscriptions", shop.app_token, object="page")
        assert shop.get(f"{shop.app}/subscriptions", shop.app_token).json == {"data": []}


def test_an_app_reads_what_its_review_has_approved(shop: Client, erika: str) -> None:
    approved = shop.get(f"{shop.app}/permissions", shop.app_token).json["data"]
    assert {"permission": "pages_messaging", "status": "live"} in approved
    assert shop.get(f"{shop.app}/permissions", shop.app_token, status="declined").json == {"data": []}
    assert shop.get(f"{shop.app}/permissions", erika).error == (15, 0)


def test_an_existing_field_without_a_value_is_left_out_and_another_name_is_an_error(shop: Client) -> None:
    token = shop.user_token()
    answer = shop.graph("GET", f"{FLOWERS}?fields=id,cover,emails,website", token)
    assert answer.json == {"id": FLOWERS}
    assert shop.graph("GET", f"{FLOWERS}?fields=id,no_such_field", token).error == (100, 0)
