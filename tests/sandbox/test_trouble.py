"""The world in which everything goes wrong: one test for each of its Pages, apps and people."""

import hashlib
import hmac

import pytest

from fbtool.sandbox.problems import ScriptedBrowserStuck

from .client import ERIKA, SCOPES, Client, query_of

NORA, TIMO, NOBODY = ("nora@example.org", "frühling"), ("timo@example.org", "schneeball"), ("ohne@example.org", "leere")
FINE, ANALYST, MODERATOR, UNMODERATED, NEW_PAGE = (f"1000000000002{n}" for n in range(11, 16))
PORTFOLIO, CLIENT, TWO_FACTOR, IN_READ, NOWHERE, UNPUBLISHED, NORAS = (f"1000000000002{n}" for n in range(16, 23))
IN_DEVELOPMENT, FOR_BUSINESS, WITHOUT_REVIEW, WITH_PROOF = (f"184000000000000{n}" for n in range(3, 7))
DEV_CALLBACK = "http://localhost:8765/callback"
WITH_BUSINESS = {"scope": f"{SCOPES},business_management"}


@pytest.fixture
def erika(trouble: Client) -> str:
    return trouble.user_token(dialog=WITH_BUSINESS)


def page_token(trouble: Client, erika: str, page: str) -> str:
    return trouble.get(page, erika, fields="access_token").json["access_token"]


def subscribe(trouble: Client, erika: str, page: str):
    token = page_token(trouble, erika, page)
    return trouble.post(f"{page}/subscribed_apps", token, subscribed_fields="messages")


class TestPages:
    def test_alles_in_ordnung(self, trouble: Client, erika: str) -> None:
        assert subscribe(trouble, erika, FINE).status == 200

    def test_nur_analyst(self, trouble: Client, erika: str) -> None:
        assert trouble.get(ANALYST, erika, fields="tasks").json["tasks"] == ["ANALYZE"]
        assert subscribe(trouble, erika, ANALYST).error == (200, 0)

    def test_nur_moderator(self, trouble: Client, erika: str) -> None:
        tasks = trouble.get(MODERATOR, erika, fields="tasks").json["tasks"]
        assert tasks == ["ADVERTISE", "ANALYZE", "MESSAGING", "MODERATE"]
        assert subscribe(trouble, erika, MODERATOR).status == 200

    def test_nachrichten_ohne_moderieren(self, trouble: Client, erika: str) -> None:
        assert subscribe(trouble, erika, UNMODERATED).error == (200, 0)
        sent = trouble.customer_writes("Hallo?", page=UNMODERATED)
        assert trouble.answer(page_token(trouble, erika, UNMODERATED), sent["psid"]).status == 200

    def test_neue_seite_nur_mit_aufgaben(self, trouble: Client, erika: str) -> None:
        page = trouble.get(NEW_PAGE, erika, fields="tasks,has_transitioned_to_new_page_experience").json
        assert page["tasks"] == ["PROFILE_PLUS_MESSAGING", "PROFILE_PLUS_MODERATE"]
        assert page["has_transitioned_to_new_page_experience"] is True
        assert subscribe(trouble, erika, NEW_PAGE).status == 200

    @pytest.mark.parametrize(("page", "edge"), [(PORTFOLIO, "owned_pages"), (CLIENT, "client_pages")])
    def test_only_through_the_portfolio(self, trouble: Client, erika: str, page: str, edge: str) -> None:
        assert page not in [one["id"] for one in trouble.get("me/accounts", erika).json["data"]]
        (business, _) = trouble.get("me/businesses", erika).json["data"]
        (found,) = trouble.get(f"{business['id']}/{edge}", erika).json["data"]
        assert (found["id"], "access_token" in found) == (page, True)

    def test_zwei_faktoren_verlangt(self, trouble: Client, erika: str) -> None:
        assert TWO_FACTOR in [one["id"] for one in trouble.get("me/accounts", erika).json["data"]]
        assert "access_token" not in trouble.get(TWO_FACTOR, erika, fields="access_token").json

    def test_token_fehlt_in_der_liste(self, trouble: Client, erika: str) -> None:
        listed = {one["id"]: one for one in trouble.get("me/accounts", erika).json["data"]}
        assert "access_token" not in listed[IN_READ]
        assert "access_token" in trouble.get(IN_READ, erika, fields="access_token").json

    def test_token_fehlt_ueberall(self, trouble: Client, erika: str) -> None:
        assert trouble.get(NOWHERE, erika, fields="access_token").json == {"id": NOWHERE}

    def test_nicht_veroeffentlicht(self, trouble: Client, erika: str) -> None:
        assert trouble.get(UNPUBLISHED, erika, fields="is_published").json["is_published"] is False
        stranger = trouble.user_token(NORA)
        assert trouble.get(UNPUBLISHED, stranger).error == (100, 33)

    def test_gehoert_nora(self, trouble: Client, erika: str) -> None:
        refused = trouble.get(NORAS, erika, fields="access_token")
        assert (refused.status, refused.error) == (403, (10, 0))


class TestPeople:
    def test_a_checkpoint_blocks_the_token_until_it_is_passed(self, trouble: Client) -> None:
        token = trouble.user_token(NORA)
        trouble.sandbox("POST", "people/nora/checkpoint")
        assert trouble.get("me", token).error == (190, 459)
        trouble.user_token(NORA)
        assert trouble.get("me", token).status == 200

    def test_the_dialog_shows_the_checkpoint(self, trouble: Client) -> None:
        timo = trouble.browser(TIMO)
        fields = [("screen", "log-in"), ("email", TIMO[0]), ("password", TIMO[1])]
        sheet = timo.press(timo.open(trouble.dialog()), "log-in", fields)
        assert sheet.screen == "checkpoint"
        assert timo.press(sheet, "confirm").screen == "continue"

    def test_somebody_without_a_page(self, trouble: Client) -> None:
        assert trouble.get("me/accounts", trouble.user_token(NOBODY)).json == {"data": []}


class TestApps:
    def test_in_development_only_people_with_a_role_get_in(self, trouble: Client) -> None:
        trouble.as_app(IN_DEVELOPMENT)
        with pytest.raises(ScriptedBrowserStuck, match="app-not-active"):
            trouble.sign_in(ERIKA, dialog={"redirect_uri": DEV_CALLBACK})
        assert trouble.browser(NORA).sign_in(trouble.dialog(redirect_uri=DEV_CALLBACK)).address.startswith(DEV_CALLBACK)

    def test_in_development_localhost_needs_no_listing_but_127_0_0_1_is_refused(self, trouble: Client) -> None:
        trouble.as_app(IN_DEVELOPMENT)
        for uri, screen in ((DEV_CALLBACK, "log-in"), ("http://127.0.0.1:8765/callback", "url-blocked")):
            assert trouble.browser(NORA).open(trouble.dialog(redirect_uri=uri)).screen == screen

    def test_a_developer_sees_what_scope_is_wrong(self, trouble: Client) -> None:
        trouble.as_app(IN_DEVELOPMENT)
        with pytest.raises(ScriptedBrowserStuck, match="invalid-scopes"):
            trouble.sign_in(NORA, dialog={"redirect_uri": DEV_CALLBACK, "scope": "manage_pages"})

    def test_a_developer_may_inspect_tokens(self, trouble: Client) -> None:
        trouble.as_app(WITHOUT_REVIEW)
        nora = trouble.user_token(NORA)
        assert trouble.get("debug_token", nora, input_token=nora).json["data"]["is_valid"] is True

    def test_pkce_without_the_secret_where_the_world_allows_it(self, trouble: Client) -> None:
        trouble.as_app(IN_DEVELOPMENT)
        code = trouble.sign_in(
            NORA, dialog={"redirect_uri": DEV_CALLBACK, "code_challenge": "v" * 43, "code_challenge_method": "plain"}
        )
        form = {"client_id": trouble.app, "redirect_uri": DEV_CALLBACK, "code": code, "code_verifier": "v" * 43}
        assert "access_token" in trouble.post("oauth/access_token", **form).json

    def test_business_login_in_development_denies_although_nobody_cancelled(self, trouble: Client) -> None:
        trouble.as_app(FOR_BUSINESS)
        dialog = trouble.dialog(scope=None, config_id="920000000000003", redirect_uri=DEV_CALLBACK)
        answer = query_of(trouble.browser(NORA).sign_in(dialog))
        assert (answer["error"], answer["error_reason"]) == ("access_denied", "user_denied")

    def test_without_review_permissions_of_others_are_dropped_silently(self, trouble: Client) -> None:
        trouble.as_app(WITHOUT_REVIEW)
        token = trouble.user_token(ERIKA)
        assert trouble.inspect(token)["scopes"] == ["public_profile"]
        assert trouble.get("me/accounts", token).json == {"data": []}
        assert len(trouble.get("me/accounts", trouble.user_token(NORA)).json["data"]) == 2

    def test_without_review_only_testers_can_be_answered(self, trouble: Client) -> None:
        trouble.as_app(WITHOUT_REVIEW)
        token = page_token(trouble, trouble.user_token(NORA), FINE)
        for customer, status in (("jonas", 403), ("tester", 200)):
            sent = trouble.customer_writes("Hallo?", page=FINE, customer=customer)
            assert trouble.answer(token, sent["psid"]).status == status

    def test_without_review_an_app_has_only_what_every_app_has(self, trouble: Client) -> None:
        trouble.as_app(WITHOUT_REVIEW)
        approved = trouble.get(f"{trouble.app}/permissions", trouble.app_token).json["data"]
        assert [one["permission"] for one in approved] == ["public_profile", "email"]

    def test_without_review_only_testers_messages_arrive(self, trouble: Client, listener) -> None:
        trouble.as_app(WITHOUT_REVIEW)
        token = page_token(trouble, trouble.user_token(NORA), FINE)
        trouble.listen_to(listener.address, token, FINE)
        assert trouble.customer_writes("Hallo?", page=FINE, customer="jonas")["delivered"] == 0
        assert trouble.customer_writes("Hallo?", page=FINE, customer="tester")["delivered"] == 1

    def test_with_proof_no_call_goes_without(self, trouble: Client) -> None:
        trouble.as_app(WITH_PROOF)
        token = trouble.redeem(trouble.sign_in(NORA)).json["access_token"]
        refused = trouble.get("me", token)
        assert refused.error == (100, 0)
        assert "require an appsecret_proof" in refused.message
        proof = hmac.new(trouble.secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        assert trouble.get("me", token, appsecret_proof=proof).status == 200

    def test_the_human_agent_tag_needs_approval(self, trouble: Client, erika: str) -> None:
        sent = trouble.customer_writes("Hallo?", page=FINE)
        tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        assert trouble.answer(page_token(trouble, erika, FINE), sent["psid"], **tagged).error == (100, 1893061)


class TestCustomers:
    def test_a_customer_whose_profile_is_closed(self, trouble: Client, erika: str) -> None:
        sent = trouble.customer_writes("Hallo?", page=FINE, customer="shy")
        assert trouble.get(sent["psid"], page_token(trouble, erika, FINE)).error == (100, 2018247)

    def test_a_customer_who_does_not_look_at_once(self, trouble: Client, erika: str) -> None:
        sent = trouble.customer_writes("Hallo?", page=FINE, customer="shy")
        trouble.answer(page_token(trouble, erika, FINE), sent["psid"])
        (*_, answer) = trouble.conversation(page=FINE, customer="shy", wait=5)
        assert answer["state"] != "read"
        trouble.customer_does("reads", page=FINE, customer="shy")
        assert trouble.conversation(page=FINE, customer="shy")[-1]["state"] == "read"


def test_all_future_pages_are_only_those_of_today_where_the_world_says_so(trouble: Client) -> None:
    token = trouble.user_token(NORA, pages="all")
    trouble.sandbox("POST", f"pages/{ANALYST}/roles", {"person": "nora", "role": {"role": "admin"}})
    assert ANALYST not in [one["id"] for one in trouble.get("me/accounts", token).json["data"]]
    assert {"scope": "pages_show_list"} in trouble.inspect(token)["granular_scopes"]


class TestWhatPeopleMend:
    def test_two_factor_gives_the_page_and_is_asked_for_from_then_on(self, trouble: Client) -> None:
        code = trouble.sandbox("POST", "people/erika/switch-two-factor-on")["two_factor_code"]
        with pytest.raises(ScriptedBrowserStuck, match="two-factor"):
            trouble.user_token(ERIKA)
        token = trouble.user_token((*ERIKA, code))
        assert "access_token" in trouble.get(TWO_FACTOR, token, fields="access_token").json

    def test_a_page_can_be_published_and_taken_back(self, trouble: Client, erika: str) -> None:
        for published in (True, False):
            trouble.sandbox("POST", f"pages/{UNPUBLISHED}/published", {"published": published})
            assert trouble.get(UNPUBLISHED, erika, fields="is_published").json["is_published"] is published

    def test_one_permission_can_be_withdrawn_for_one_page(self, trouble: Client) -> None:
        token = trouble.user_token(ERIKA, pages=[FINE, MODERATOR])
        order = {"page": FINE, "permission": "pages_messaging"}
        trouble.sandbox("POST", f"people/erika/apps/{trouble.app}/withdraw", order)
        targets = {one["scope"]: one.get("target_ids") for one in trouble.inspect(token)["granular_scopes"]}
        assert (targets["pages_show_list"], targets["pages_messaging"]) == ([FINE, MODERATOR], [MODERATOR])
        assert subscribe(trouble, token, FINE).error == (200, 0)
        assert subscribe(trouble, token, MODERATOR).status == 200
