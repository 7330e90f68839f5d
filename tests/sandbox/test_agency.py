"""Sixty Pages in two businesses: long lists, portfolios, second factors, Login for Business."""

from urllib.parse import parse_qs, urlsplit

import pytest

from fbtool.sandbox.problems import ScriptedBrowserStuck

from .client import SCOPES, Client, query_of

KLARA, OTTO = ("klara@example.org", "herbstlaub", "246810"), ("otto@example.org", "winterschlaf")
NORTH, SOUTH = "500000000000001", "500000000000002"
WITH_BUSINESS = {"scope": f"{SCOPES},business_management"}
FOR_BUSINESS, OWN_TOKEN, SYSTEM_USER = "1840000000000002", "920000000000001", "920000000000002"


def walk(client: Client, path: str, token: str, **params: str) -> list[dict]:
    """Every page of a list, rebuilt from ``after``."""
    found, after = [], {}
    while True:
        answer = client.get(path, token, **params, **after).json
        found += answer["data"]
        if "next" not in answer.get("paging", {}):
            return found
        after = {"after": answer["paging"]["cursors"]["after"]}


class TestLongLists:
    def test_twenty_five_at_a_time(self, agency: Client) -> None:
        token = agency.user_token(KLARA)
        first = agency.get("me/accounts", token).json
        assert len(first["data"]) == 25
        assert len(walk(agency, "me/accounts", token)) == 28

    def test_pages_of_a_portfolio_are_left_out(self, agency: Client) -> None:
        token = agency.user_token(KLARA)
        listed = {page["id"] for page in walk(agency, "me/accounts", token)}
        assert "100000000000129" not in listed
        assert "access_token" in agency.get("100000000000129", token, fields="access_token").json

    def test_owned_and_client_pages_complete_the_list(self, agency: Client) -> None:
        token = agency.user_token(KLARA, dialog=WITH_BUSINESS)
        found = {page["id"]: page for page in walk(agency, "me/accounts", token)}
        for business in walk(agency, "me/businesses", token):
            for edge in ("owned_pages", "client_pages"):
                path = f"{business['id']}/{edge}"
                found |= {page["id"]: page for page in walk(agency, path, token, fields="id,access_token", limit="20")}
        assert len(found) == 60
        assert all("access_token" in page for page in found.values())


class TestBusinesses:
    def test_the_picker_is_shown_when_business_management_is_asked(self, agency: Client) -> None:
        klara = agency.browser(KLARA)
        sheet = klara.sign_in(agency.dialog(**WITH_BUSINESS), businesses=["Agentur Süd"])
        token = agency.redeem(query_of(sheet)["code"]).json["access_token"]
        assert [one["name"] for one in agency.get("me/businesses", token).json["data"]] == ["Agentur Süd"]
        granted = agency.inspect(token)["granular_scopes"]
        assert {"scope": "business_management", "target_ids": [SOUTH]} in granted

    def test_none_ticked(self, agency: Client) -> None:
        token = agency.user_token(KLARA, dialog=WITH_BUSINESS, businesses=[])
        assert agency.get("me/businesses", token).json == {"data": []}
        assert agency.get(f"{NORTH}/owned_pages", token).error == (200, 0)

    def test_without_the_permission(self, agency: Client) -> None:
        token = agency.user_token(KLARA)
        assert agency.get("me/businesses", token).error == (100, 0)
        assert agency.get(NORTH, token).error == (100, 0)

    def test_someone_elses_business(self, agency: Client) -> None:
        token = agency.user_token(OTTO, dialog=WITH_BUSINESS)
        refused = agency.get(f"{SOUTH}/owned_pages", token)
        assert (refused.status, refused.error) == (403, (10, 0))
        assert agency.get(NORTH, token, fields="name").json == {"name": "Agentur Nord", "id": NORTH}

    def test_an_employee_gets_tokens_only_for_the_own_pages(self, agency: Client) -> None:
        token = agency.user_token(OTTO, dialog=WITH_BUSINESS)
        pages = walk(agency, f"{NORTH}/owned_pages", token)
        assert len(pages) == 35
        assert len([page for page in pages if "access_token" in page]) == 5


class TestSecondFactor:
    def test_the_code_is_asked_after_the_password(self, agency: Client) -> None:
        klara = agency.browser(KLARA)
        fields = [("screen", "log-in"), ("email", KLARA[0]), ("password", KLARA[1])]
        sheet = klara.press(klara.open(agency.dialog()), "log-in", fields)
        assert sheet.screen == "two-factor"
        sheet = klara.press(sheet, "submit-code", [("screen", "two-factor"), ("code", "246 810")])
        assert sheet.screen == "continue"

    def test_a_wrong_code(self, agency: Client) -> None:
        with pytest.raises(ScriptedBrowserStuck, match="two-factor"):
            agency.sign_in((*KLARA[:2], "000000"))


class TestLoginForBusiness:
    def test_a_configuration_stands_for_its_permissions(self, agency: Client) -> None:
        agency.as_app(FOR_BUSINESS)
        token = agency.user_token(KLARA, dialog={"scope": None, "config_id": OWN_TOKEN})
        assert agency.inspect(token)["scopes"] == ["public_profile", *SCOPES.split(","), "business_management"]

    def test_all_or_nothing(self, agency: Client) -> None:
        agency.as_app(FOR_BUSINESS)
        with pytest.raises(ScriptedBrowserStuck, match="review"):
            agency.user_token(KLARA, dialog={"scope": None, "config_id": OWN_TOKEN}, decline=["pages_messaging"])

    def test_the_token_of_a_system_user_never_ends(self, agency: Client) -> None:
        agency.as_app(FOR_BUSINESS)
        code = agency.sign_in(KLARA, dialog={"scope": None, "config_id": SYSTEM_USER}, pages=["Bäckerei Bremen"])
        answer = agency.redeem(code).json
        assert "expires_in" not in answer
        token = answer["access_token"]
        seen = agency.inspect(token)
        assert (seen["type"], seen["expires_at"]) == ("SYSTEM_USER", 0)
        assert agency.get("me", token, fields="client_business_id").json["client_business_id"] == NORTH
        (page,) = agency.get("me/accounts", token).json["data"]
        assert page["name"] == "Bäckerei Bremen"
        assert agency.inspect(page["access_token"])["expires_at"] == 0

    @pytest.mark.parametrize(
        ("changed", "screen"),
        [
            ({"config_id": "1"}, "invalid-config-id"),
            ({"config_id": SYSTEM_USER, "response_type": "token"}, "invalid-response-type"),
        ],
    )
    def test_what_cannot_be(self, agency: Client, changed: dict, screen: str) -> None:
        agency.as_app(FOR_BUSINESS)
        assert agency.browser(KLARA).open(agency.dialog(**changed)).screen == screen

    def test_a_configuration_needs_the_product(self, agency: Client) -> None:
        assert agency.browser(KLARA).open(agency.dialog(config_id=OWN_TOKEN)).screen == "invalid-config-id"

    def test_each_app_knows_a_person_by_another_id(self, agency: Client) -> None:
        first = agency.get("me", agency.user_token(KLARA)).json["id"]
        agency.as_app(FOR_BUSINESS)
        second = agency.get("me", agency.user_token(KLARA, dialog={"config_id": OWN_TOKEN})).json["id"]
        assert first != second


def test_next_keeps_the_fields(agency: Client) -> None:
    token = agency.user_token(KLARA)
    following = agency.get("me/accounts", token, fields="name", limit="10").json["paging"]["next"]
    query = parse_qs(urlsplit(following).query)
    assert (query["fields"], query["limit"]) == (["name"], ["10"])
