"""The login dialog (Meta: "Manually Build a Login Flow"; screens as admins describe them)."""

from urllib.parse import parse_qs

import pytest

from fbtool.sandbox.problems import ScriptedBrowserStuck

from .client import CAFE, CALLBACK, ERIKA, ERIKAS_ID, FLOWERS, GARAGE, SCOPES, Client, query_of

DENIED = {
    "error": "access_denied",
    "error_code": "200",
    "error_description": "Permissions error",
    "error_reason": "user_denied",
}


def pages_of(shop: Client, token: str) -> list[str]:
    return [page["id"] for page in shop.get("me/accounts", token).json["data"]]


def test_the_first_time_every_screen_is_shown(shop: Client) -> None:
    erika = shop.browser()
    sheet = erika.open(shop.dialog())
    seen = [sheet.screen]
    sheet = erika.press(sheet, "log-in", [("screen", "log-in"), ("email", ERIKA[0]), ("password", ERIKA[1])])
    for action in ("continue", "continue", "save"):
        seen.append(sheet.screen)
        sheet = erika.press(sheet, action)
    assert seen == ["log-in", "continue", "pages", "review"]
    assert sheet.address.startswith(f"{CALLBACK}?code=AQ")


def test_state_comes_back_unchanged_and_the_address_ends_in_the_old_fragment(shop: Client) -> None:
    sheet = shop.browser().sign_in(shop.dialog(state="ä b&c=d/#"))
    assert query_of(sheet)["state"] == "ä b&c=d/#"
    assert sheet.fragment == "_=_"


def test_without_state_none_comes_back(shop: Client) -> None:
    assert "state" not in query_of(shop.browser().sign_in(shop.dialog(state=None)))


@pytest.mark.parametrize("prefix", ["", "v26.0/", "v19.0/", "v99.9/"])
def test_any_version_and_none_begins_the_dialog(shop: Client, prefix: str) -> None:
    address = shop.dialog().replace("/v26.0/", f"/{prefix}")
    assert shop.browser().open(address).screen == "log-in"


def test_a_wrong_password_is_told_and_asked_again(shop: Client) -> None:
    with pytest.raises(ScriptedBrowserStuck) as told:
        shop.browser((ERIKA[0], "wrong")).sign_in(shop.dialog())
    assert told.value.values["screen"] == "log-in"
    assert "password is not right" in str(told.value.values["reason"])


def test_cancel_is_access_denied(shop: Client) -> None:
    assert query_of(shop.browser().cancel(shop.dialog())) == DENIED | {"state": "a b&c"}


def test_cancel_works_on_every_screen(shop: Client) -> None:
    for presses in ([], ["continue"], ["continue", "continue"]):
        erika = shop.browser()
        sheet = erika.open(shop.dialog())
        sheet = erika.press(sheet, "log-in", [("screen", "log-in"), ("email", ERIKA[0]), ("password", ERIKA[1])])
        for action in presses:
            sheet = erika.press(sheet, action)
        assert query_of(erika.press(sheet, "cancel"))["error"] == "access_denied"


def test_a_finished_dialog_cannot_be_continued(shop: Client) -> None:
    erika = shop.browser()
    form = erika.open(shop.dialog())
    erika.press(form, "cancel")
    assert erika.open(form.address).screen == "gone"


class TestPicker:
    """Two radio buttons and a check list."""

    def test_all_current_and_future_pages(self, shop: Client) -> None:
        token = shop.user_token(pages="all")
        assert pages_of(shop, token) == [FLOWERS, CAFE, GARAGE]
        assert {"scope": "pages_messaging"} in shop.inspect(token)["granular_scopes"]

    def test_current_pages_only(self, shop: Client) -> None:
        token = shop.user_token(pages=["Café Sonnenschein"])
        assert pages_of(shop, token) == [CAFE]
        chosen = {"scope": "pages_messaging", "target_ids": [CAFE]}
        assert chosen in shop.inspect(token)["granular_scopes"]

    def test_no_page_at_all_is_accepted(self, shop: Client) -> None:
        token = shop.user_token(pages=[])
        assert shop.get("me/accounts", token).json == {"data": []}
        assert {"scope": "pages_messaging", "target_ids": []} in shop.inspect(token)["granular_scopes"]

    def test_a_page_that_is_not_offered_cannot_be_ticked(self, shop: Client) -> None:
        with pytest.raises(ScriptedBrowserStuck, match="pages"):
            shop.user_token(pages=["Bäckerei"])


class TestReconnect:
    """The second time, the dialog remembers."""

    def test_continue_replays_the_choice(self, shop: Client) -> None:
        erika = shop.browser()
        erika.sign_in(shop.dialog(), pages=["Café Sonnenschein"])
        sheet = erika.open(shop.dialog())
        assert sheet.screen == "reconnect"
        token = shop.redeem(query_of(erika.press(sheet, "continue"))["code"]).json["access_token"]
        assert pages_of(shop, token) == [CAFE]

    def test_continue_replays_even_an_empty_choice(self, shop: Client) -> None:
        shop.user_token(pages=[])
        token = shop.user_token(pages=None)
        assert pages_of(shop, token) == []

    def test_edit_settings_shows_the_list_with_the_old_choice(self, shop: Client) -> None:
        erika = shop.browser()
        erika.sign_in(shop.dialog(), pages=["Café Sonnenschein"])
        sheet = erika.press(erika.open(shop.dialog()), "edit-settings")
        assert sheet.screen == "pages"
        assert [(one.label, one.checked) for one in sheet.form.fields if one.name == "asset"] == [
            ("Blumen Beispiel", False),
            ("Café Sonnenschein", True),
            ("Werkstatt Muster", False),
        ]

    def test_choosing_fewer_pages_kills_the_tokens_of_the_others(self, shop: Client) -> None:
        token = shop.page_token()
        shop.user_token(pages=["Café Sonnenschein"])
        refused = shop.get("me", token)
        assert (refused.status, refused.error) == (400, (190, 0))
        assert "must be granted before impersonating a user's page" in refused.message

    def test_a_new_permission_is_asked_and_a_granted_one_is_not(self, shop: Client) -> None:
        shop.user_token(dialog={"scope": "pages_show_list"})
        erika = shop.browser()
        sheet = erika.sign_in(shop.dialog(), pages=None)
        granted = shop.get("me/permissions", shop.redeem(query_of(sheet)["code"]).json["access_token"]).json
        assert {one["permission"] for one in granted["data"]} == {"public_profile", *SCOPES.split(",")}

    def test_another_account_can_be_chosen(self, shop: Client) -> None:
        erika = shop.browser()
        erika.sign_in(shop.dialog())
        assert erika.press(erika.open(shop.dialog()), "switch-account").screen == "log-in"


class TestDeclined:
    """In classic login single permissions can be switched off."""

    def status(self, shop: Client, token: str) -> dict[str, str]:
        found = shop.get("me/permissions", token).json["data"]
        return {one["permission"]: one["status"] for one in found}

    def test_declined_is_remembered(self, shop: Client) -> None:
        token = shop.user_token(decline=["pages_messaging"])
        assert self.status(shop, token)["pages_messaging"] == "declined"
        assert "pages_messaging" not in shop.inspect(token)["scopes"]

    def test_not_asked_again_by_itself(self, shop: Client) -> None:
        shop.user_token(decline=["pages_messaging"])
        token = shop.user_token(pages=None)
        assert self.status(shop, token)["pages_messaging"] == "declined"

    def test_asked_again_with_rerequest(self, shop: Client) -> None:
        shop.user_token(decline=["pages_messaging"])
        token = shop.user_token(dialog={"auth_type": "rerequest"}, pages=None)
        assert self.status(shop, token)["pages_messaging"] == "granted"

    def test_the_public_profile_cannot_be_declined(self, shop: Client) -> None:
        with pytest.raises(ScriptedBrowserStuck, match="review"):
            shop.user_token(decline=["public_profile"])


class TestAuthType:
    def test_reauthorize_shows_the_picker_again(self, shop: Client) -> None:
        erika = shop.browser()
        erika.sign_in(shop.dialog(), pages=["Café Sonnenschein"])
        sheet = erika.open(shop.dialog(auth_type="reauthorize"))
        assert sheet.screen == "continue"
        assert erika.press(sheet, "continue").screen == "pages"

    def test_reauthenticate_asks_for_the_password_again(self, shop: Client) -> None:
        erika = shop.browser()
        erika.sign_in(shop.dialog())
        sheet = erika.open(shop.dialog(auth_type="reauthenticate"))
        assert sheet.screen == "log-in"
        fields = [("screen", "log-in"), ("email", ERIKA[0]), ("password", ERIKA[1])]
        assert erika.press(sheet, "log-in", fields).screen == "reconnect"


class TestResponseType:
    def test_token_comes_in_the_fragment(self, shop: Client) -> None:
        sheet = shop.browser().sign_in(shop.dialog(response_type="token"))
        answer = {name: values[0] for name, values in parse_qs(sheet.fragment).items()}
        assert sheet.address == CALLBACK
        assert answer["state"] == "a b&c"
        assert int(answer["expires_in"]) <= 7200
        assert int(answer["data_access_expiration_time"]) > int(answer["expires_in"])
        assert shop.get("me", answer["access_token"]).json["id"] == ERIKAS_ID

    def test_code_and_token(self, shop: Client) -> None:
        sheet = shop.browser().sign_in(shop.dialog(response_type="code token"))
        assert {"code", "access_token"} <= parse_qs(sheet.fragment).keys()

    def test_granted_scopes(self, shop: Client) -> None:
        dialog = shop.dialog(response_type="code,granted_scopes", scope="pages_show_list,pages_messaging")
        answer = query_of(shop.browser().sign_in(dialog, decline=["pages_messaging"]))
        assert answer["granted_scopes"] == "public_profile,pages_show_list"
        assert answer["denied_scopes"] == "pages_messaging"

    def test_cancel_of_a_token_login_comes_in_the_fragment(self, shop: Client) -> None:
        sheet = shop.browser().cancel(shop.dialog(response_type="token"))
        assert parse_qs(sheet.fragment)["error"] == ["access_denied"]


class TestWalls:
    """Pages that never redirect: the app waits for nothing."""

    @pytest.mark.parametrize(
        "uri",
        [
            CALLBACK + "/",
            CALLBACK + "?x=1",
            CALLBACK.replace("https", "http"),
            CALLBACK.replace("gateway", "Gateway"),
            CALLBACK.replace(".org/", ".org:8443/"),
            "http://localhost:8765/callback",
            "oauth/callback",
            "",
        ],
    )
    def test_a_redirect_that_is_not_listed_word_for_word(self, shop: Client, uri: str) -> None:
        sheet = shop.browser().open(shop.dialog(redirect_uri=uri))
        assert sheet.screen == "url-blocked"

    def test_state_inside_the_redirect_uri_is_ignored(self, shop: Client) -> None:
        assert shop.browser().open(shop.dialog(redirect_uri=f"{CALLBACK}?state=7")).screen == "log-in"

    def test_an_address_listed_later_is_accepted(self, shop: Client) -> None:
        uri = "http://localhost:8765/callback"
        shop.sandbox("POST", f"apps/{shop.app}/redirect-uris", {"uri": uri})
        assert shop.browser().open(shop.dialog(redirect_uri=uri)).screen == "log-in"

    def test_plain_http_is_for_the_name_localhost_only(self, shop: Client) -> None:
        uri = "http://127.0.0.1:8765/callback"
        shop.sandbox("POST", f"apps/{shop.app}/redirect-uris", {"uri": uri})
        assert shop.browser().open(shop.dialog(redirect_uri=uri)).screen == "url-blocked"

    def test_an_unknown_app(self, shop: Client) -> None:
        assert shop.browser().open(shop.dialog(client_id="1")).screen == "invalid-app-id"

    def test_an_unknown_response_type(self, shop: Client) -> None:
        assert shop.browser().open(shop.dialog(response_type="id_token")).screen == "invalid-response-type"

    def test_unknown_scopes_are_dropped_without_a_word(self, shop: Client) -> None:
        token = shop.user_token(dialog={"scope": "manage_pages,pages_show_list"})
        assert shop.inspect(token)["scopes"] == ["public_profile", "pages_show_list"]


class TestLanguage:
    def test_german_by_the_browsers_wish(self, shop: Client) -> None:
        answer = shop.http.get(shop.dialog(), headers={"Accept-Language": "de-DE,de;q=0.9"}, timeout=5)
        assert '<html lang="de">' in answer.text

    def test_a_chosen_language_stays(self, shop: Client) -> None:
        erika = shop.browser()
        sheet = erika.open(shop.dialog(locale="de_DE"))
        assert '<html lang="de">' in sheet.text
        assert '<html lang="de">' in erika.open(shop.address).text


def test_pages_carry_their_label_and_load_nothing_from_elsewhere(shop: Client) -> None:
    page = shop.browser().open(shop.dialog()).text
    assert "Sandbox – not Facebook" in page
    assert "https://" not in page
