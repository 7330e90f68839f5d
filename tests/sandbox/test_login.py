"""From a code to tokens (Meta: "Manually Build a Login Flow", "Get Long-Lived Tokens"; errors as fixtures show)."""

import hashlib
import hmac
import json
import time

import pytest

from .client import CALLBACK, ERIKAS_ID, FLOWERS, SECRET, Client


class TestCodeExchange:
    def test_a_code_becomes_a_short_lived_token(self, shop: Client) -> None:
        answer = shop.redeem(shop.sign_in())
        assert answer.status == 200
        assert answer.json["token_type"] == "bearer"
        assert 3600 <= answer.json["expires_in"] <= 7200

    def test_by_post_too(self, shop: Client) -> None:
        form = {"client_id": shop.app, "client_secret": SECRET, "redirect_uri": CALLBACK, "code": shop.sign_in()}
        assert "access_token" in shop.post("oauth/access_token", **form).json

    @pytest.mark.parametrize(
        ("changed", "error", "message"),
        [
            ({"redirect_uri": CALLBACK + "/"}, (100, 36008), "Please make sure your redirect_uri is identical"),
            ({"code": "abc"}, (100, 36008), "Invalid verification code format."),
            ({"client_secret": "0"}, (1, 0), "Error validating client secret."),
            ({"client_id": "1"}, (101, 0), "Error validating application"),
            ({"grant_type": "password"}, (100, 0), "Invalid grant_type"),
        ],
    )
    def test_refused(self, shop: Client, changed: dict, error: tuple, message: str) -> None:
        refused = shop.redeem(shop.sign_in(), **changed)
        assert (refused.status, refused.error) == (400, error)
        assert refused.json["error"]["type"] == "OAuthException"
        assert refused.json["error"]["fbtrace_id"]
        assert message in refused.message
        challenge = refused.headers["WWW-Authenticate"]
        assert challenge == f'OAuth "Facebook Platform" "invalid_code" "{refused.message}"'

    def test_a_code_is_good_once(self, shop: Client) -> None:
        code = shop.sign_in()
        shop.redeem(code)
        assert shop.redeem(code).error == (100, 36009)

    def test_a_failed_exchange_does_not_use_the_code_up(self, shop: Client) -> None:
        code = shop.sign_in()
        shop.redeem(code, client_secret="0")
        assert shop.redeem(code).status == 200

    def test_a_code_is_good_for_ten_minutes(self, shop: Client) -> None:
        code = shop.sign_in()
        shop.sandbox("POST", "clock", {"advance": 601})
        assert shop.redeem(code).error == (100, 36007)


class TestPkce:
    VERIFIER = "a" * 43
    S256 = "ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA"  # RFC 7636, computed by hand: BASE64URL(SHA256(VERIFIER))

    def code(self, shop: Client) -> str:
        return shop.sign_in(dialog={"code_challenge": self.S256, "code_challenge_method": "S256"})

    def test_the_right_verifier(self, shop: Client) -> None:
        assert shop.redeem(self.code(shop), code_verifier=self.VERIFIER).status == 200

    def test_a_wrong_verifier(self, shop: Client) -> None:
        assert shop.redeem(self.code(shop), code_verifier="b" * 43).error == (100, 0)

    def test_no_verifier(self, shop: Client) -> None:
        assert shop.redeem(self.code(shop)).error == (100, 0)

    def test_does_not_replace_the_secret(self, shop: Client) -> None:
        form = {"client_id": shop.app, "redirect_uri": CALLBACK, "code_verifier": self.VERIFIER}
        assert shop.get("oauth/access_token", code=self.code(shop), **form).error == (101, 0)


class TestLongLived:
    def test_the_exchange_gives_sixty_days_and_another_string(self, shop: Client) -> None:
        short = shop.user_token(long=False)
        answer = shop.get(
            "oauth/access_token",
            grant_type="fb_exchange_token",
            client_id=shop.app,
            client_secret=SECRET,
            fb_exchange_token=short,
        ).json
        assert answer["expires_in"] == 5183944
        assert answer["access_token"] != short
        assert "issued_at" in shop.inspect(answer["access_token"])
        assert "issued_at" not in shop.inspect(short)

    def test_an_expired_token_cannot_be_exchanged(self, shop: Client) -> None:
        short = shop.user_token(long=False)
        shop.sandbox("POST", "clock", {"advance": 7200})
        refused = shop.get(
            "oauth/access_token",
            grant_type="fb_exchange_token",
            client_id=shop.app,
            client_secret=SECRET,
            fb_exchange_token=short,
        )
        assert refused.error == (190, 463)

    def test_a_client_fetches_its_own_token_by_client_code(self, shop: Client) -> None:
        long = shop.user_token()
        code = shop.get(
            "oauth/client_code",
            client_id=shop.app,
            client_secret=SECRET,
            redirect_uri=CALLBACK,
            access_token=long,
        ).json["code"]
        answer = shop.get("oauth/access_token", client_id=shop.app, redirect_uri=CALLBACK, code=code).json
        assert answer["access_token"] != long
        assert answer["machine_id"]

    def test_the_app_fetches_a_token_of_its_own(self, shop: Client) -> None:
        answer = shop.get(
            "oauth/access_token",
            grant_type="client_credentials",
            client_id=shop.app,
            client_secret=SECRET,
        ).json
        assert answer["access_token"].startswith(f"{shop.app}|")
        assert shop.inspect(answer["access_token"])["type"] == "APP"


class TestDebugToken:
    def test_a_persons_token(self, shop: Client) -> None:
        seen = shop.inspect(shop.user_token())
        assert (seen["app_id"], seen["type"], seen["user_id"]) == (shop.app, "USER", ERIKAS_ID)
        assert seen["application"] == "Acme Inbox Link"
        assert seen["is_valid"] is True
        assert seen["data_access_expires_at"] - seen["issued_at"] == pytest.approx(90 * 86400, abs=5)

    def test_a_page_token_of_a_long_lived_one_never_ends(self, shop: Client) -> None:
        seen = shop.inspect(shop.page_token())
        assert (seen["type"], seen["profile_id"], seen["user_id"]) == ("PAGE", FLOWERS, ERIKAS_ID)
        assert seen["expires_at"] == 0

    def test_a_page_token_of_a_short_lived_one_ends_with_it(self, shop: Client) -> None:
        token = shop.page_token(user_token=shop.user_token(long=False))
        assert shop.inspect(token)["expires_at"] > 0
        shop.sandbox("POST", "clock", {"advance": 7200})
        refused = shop.get("me", token)
        assert refused.error == (190, 463)
        assert "Session has expired on" in refused.message

    def test_a_dead_token_is_described_with_status_200(self, shop: Client) -> None:
        token = shop.user_token()
        shop.delete("me/permissions", token)
        seen = shop.inspect(token)
        assert seen["is_valid"] is False
        assert (seen["error"]["code"], seen["error"]["subcode"]) == (190, 458)

    def test_nonsense_is_described_too(self, shop: Client) -> None:
        assert shop.inspect("nonsense")["is_valid"] is False

    def test_only_the_app_may_ask(self, shop: Client) -> None:
        token = shop.user_token()
        assert shop.get("debug_token", token, input_token=token).error == (100, 0)
        assert shop.get("debug_token", input_token=token).error == (100, 0)


class TestWhoCalls:
    """A token may stand in the query, a form, a JSON body or a header; a proof is checked when it comes."""

    def test_every_place_for_the_token(self, shop: Client) -> None:
        token, address = shop.user_token(), f"{shop.address}/v26.0/me"
        for answer in (
            shop.http.get(address, params={"access_token": token}, timeout=5),
            shop.http.get(address, headers={"Authorization": f"OAuth {token}"}, timeout=5),
            shop.http.post(address, data={"access_token": token, "method": "get"}, timeout=5),
            shop.http.post(address, json={"access_token": token, "method": "GET"}, timeout=5),
            shop.http.get(f"{shop.address}/me", headers={"Authorization": f"bearer {token}"}, timeout=5),
        ):
            assert answer.json()["id"] == ERIKAS_ID

    def test_no_token(self, shop: Client) -> None:
        assert shop.get("me").error == (2500, 0)
        assert shop.get(FLOWERS).error == (104, 0)

    def test_a_token_that_never_was_one(self, shop: Client) -> None:
        refused = shop.get("me", "EAAGnonsense")
        assert (refused.status, refused.error) == (400, (190, 0))
        assert refused.headers["WWW-Authenticate"].startswith('OAuth "Facebook Platform" "invalid_token"')

    def test_the_plain_proof(self, shop: Client) -> None:
        token = shop.user_token()
        proof = hmac.new(SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        assert shop.get("me", token, appsecret_proof=proof).status == 200
        refused = shop.get("me", token, appsecret_proof=proof[::-1])
        assert (refused.error, refused.json["error"]["type"]) == ((100, 0), "GraphMethodException")

    def test_the_proof_with_a_time_lives_five_minutes(self, shop: Client) -> None:
        token, now = shop.user_token(), int(shop.sandbox("GET", "clock")["now"])
        for age, status in ((0, 200), (290, 200), (400, 400)):
            message = f"{token}|{now - age}"
            proof = hmac.new(SECRET.encode(), message.encode(), hashlib.sha256).hexdigest()
            answer = shop.get("me", token, appsecret_proof=proof, appsecret_time=now - age)
            assert answer.status == status

    def test_every_answer_names_version_and_usage(self, shop: Client) -> None:
        headers = shop.get("me").headers
        assert headers["facebook-api-version"] == "v26.0"
        assert "call_count" in headers["x-app-usage"]
        for path, version in (("/me", "v26.0"), ("/v3.2/me", "v21.0"), ("/v25.0/me", "v25.0")):
            answer = shop.http.get(shop.address + path, timeout=5)
            assert answer.headers["facebook-api-version"] == version

    def test_a_pages_answers_name_the_use_of_its_messenger_limit(self, shop: Client) -> None:
        (case,) = json.loads(shop.get("me", shop.page_token()).headers["x-business-use-case-usage"])[FLOWERS]
        assert (case["type"], case["call_count"], case["estimated_time_to_regain_access"]) == ("messenger", 1, 0)

    def test_a_broken_json_body(self, shop: Client) -> None:
        answer = shop.graph("POST", "me/messages", data=b"{", headers={"Content-Type": "application/json"})
        assert answer.error == (100, 0)


def test_time_is_real_until_it_is_pushed(shop: Client) -> None:
    before = shop.sandbox("GET", "clock")["now"]
    assert before >= time.time()
    assert shop.sandbox("POST", "clock", {"advance": 3600})["now"] >= before + 3600


class TestHttpBasic:
    """What requests-oauthlib and others send in the place of parameters (RFC 6749 §2.3.1)."""

    def test_id_and_secret_may_come_in_the_header(self, shop: Client) -> None:
        form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": shop.sign_in()}
        answer = shop.graph("POST", "oauth/access_token", data=form, auth=(shop.app, SECRET))
        assert answer.json["token_type"] == "bearer"

    def test_a_wrong_secret_there_is_wrong(self, shop: Client) -> None:
        form = {"redirect_uri": CALLBACK, "code": shop.sign_in()}
        assert shop.graph("POST", "oauth/access_token", data=form, auth=(shop.app, "0")).error == (1, 0)

    def test_without_any_id_the_parameter_is_named(self, shop: Client) -> None:
        refused = shop.graph("POST", "oauth/access_token", data={"code": "x"})
        assert (refused.error, refused.message) == ((101, 0), "Missing client_id parameter.")
