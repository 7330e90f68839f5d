"""The dialog's other screens: second factor, checkpoint, businesses, walls, German."""

import pytest
import requests

from fbtool.language import Sentence
from tests.chromium.conftest import SCOPES, Sandbox
from tests.chromium.person import Person

ERIKA = ("erika@example.org", "sommerwiese")
KLARA = ("klara@example.org", "herbstlaub")
NORA = ("nora@example.org", "frühling")
TIMO = ("timo@example.org", "schneeball")
FOR_BUSINESS, CONFIGURATION = "1840000000000002", "920000000000001"
IN_DEVELOPMENT = "1840000000000003"
FOR_BUSINESS_IN_DEVELOPMENT, ITS_CONFIGURATION = "1840000000000004", "920000000000003"


class TestProof:
    """Who wants to log in has to prove it."""

    def test_the_second_factor_is_asked_until_it_is_right(self, agency: Sandbox, person: Person) -> None:
        person.opens(agency.dialog())
        person.logs_in(*KLARA)
        person.sees("two-factor")
        person.writes("code", "123456")
        person.presses("submit-code")
        person.is_told("This code is not right.")
        person.writes("code", "246 810")
        person.presses("submit-code")
        person.sees("continue")

    def test_a_checkpoint_is_confirmed_once(self, trouble: Sandbox, person: Person) -> None:
        person.opens(trouble.dialog())
        person.logs_in(*TIMO)
        person.sees("checkpoint")
        person.presses("confirm")
        person.sees("continue")
        person.opens(trouble.dialog())
        person.sees("continue")

    def test_another_account_can_be_taken(self, trouble: Sandbox, person: Person) -> None:
        person.opens(trouble.dialog())
        person.logs_in(*ERIKA)
        person.presses("switch-account")
        person.logs_in(*NORA)
        assert "Nora Entwicklerin" in person.heading


class TestBusinesses:
    """Who is asked for business access picks businesses, too."""

    def test_sixty_pages_and_two_businesses(self, agency: Sandbox, person: Person) -> None:
        person.opens(agency.dialog(scope=f"{SCOPES},business_management"))
        person.logs_in(*KLARA)
        person.writes("code", "246810")
        person.presses("submit-code")
        person.presses("continue")
        person.sees("pages")
        person.chooses_current_only()
        assert len(person.offered) == 60
        person.ticks("Bäckerei Aachen")
        person.presses("continue")

        person.sees("businesses")
        person.chooses_current_only()
        assert person.offered == ["Agentur Nord", "Agentur Süd"]
        person.ticks("Agentur Nord")
        person.presses("continue")

        person.sees("review")
        assert "business_management" in person.switched_on
        person.presses("save")
        person.sees("front")
        assert person.answer["state"] == "s"
        assert person.browser.current_url.endswith("#_=_")
        assert person.answer["code"]

        person.opens(agency.dialog(scope=f"{SCOPES},business_management"))
        person.presses("edit-settings")
        assert person.ticked == ["Bäckerei Aachen"]
        person.presses("continue")
        assert person.ticked == ["Agentur Nord"]

    def test_login_for_business_is_all_or_nothing(self, agency: Sandbox, person: Person) -> None:
        person.opens(agency.dialog(client_id=FOR_BUSINESS, config_id=CONFIGURATION, scope=""))
        person.logs_in(*KLARA)
        person.writes("code", "246810")
        person.presses("submit-code")
        for screen in ("continue", "pages", "businesses"):
            person.sees(screen)
            person.presses("continue")
        person.sees("review")
        assert person.switched_on == {}
        assert person.text.count("Required") == 6
        person.presses("save")
        assert "code" in person.answer

    def test_in_development_it_is_denied_although_nobody_cancelled(self, trouble: Sandbox, person: Person) -> None:
        asked = {"client_id": FOR_BUSINESS_IN_DEVELOPMENT, "config_id": ITS_CONFIGURATION, "scope": ""}
        person.opens(trouble.dialog(**asked))
        person.logs_in(*NORA)
        person.presses("continue")
        person.presses("continue")
        person.presses("save")
        assert person.answer["error"] == "access_denied"


class TestWalls:
    """Pages from which nobody goes back to the app."""

    def test_an_app_in_development_is_not_for_strangers(self, trouble: Sandbox, person: Person) -> None:
        person.opens(trouble.dialog(client_id=IN_DEVELOPMENT))
        person.logs_in(*ERIKA)
        person.sees("app-not-active")

    def test_a_developer_is_told_about_unknown_permissions(self, trouble: Sandbox, person: Person) -> None:
        person.opens(trouble.dialog(client_id=IN_DEVELOPMENT, scope="manage_pages,pages_show_list"))
        person.logs_in(*NORA)
        person.sees("invalid-scopes")
        assert person.heading == "Invalid scopes: manage_pages"

    @pytest.mark.parametrize(
        ("changed", "screen"),
        [
            ({"client_id": "1"}, "invalid-app-id"),
            ({"redirect_uri": "https://elsewhere.example.org/"}, "url-blocked"),
            ({"response_type": "id_token"}, "invalid-response-type"),
            ({"config_id": "1"}, "invalid-config-id"),
        ],
    )
    def test_what_cannot_be_asked(self, trouble: Sandbox, person: Person, changed: dict[str, str], screen: str) -> None:
        person.opens(trouble.dialog(**changed))
        person.sees(screen)

    def test_the_back_button_after_the_end_leads_nowhere(self, trouble: Sandbox, person: Person) -> None:
        person.opens(trouble.dialog())
        person.logs_in(*ERIKA)
        person.sees("continue")
        person.presses("cancel")
        person.browser.back()
        person.sees("continue")
        person.presses("continue")
        person.sees("gone")


class TestDevice:
    """A device shows a code; the person types it here."""

    @pytest.mark.parametrize(
        ("action", "screen"), [("continue", "device-connected"), ("cancel", "device-declined")], ids=["yes", "no"]
    )
    def test_the_code_of_a_device(self, trouble: Sandbox, person: Person, action: str, screen: str) -> None:
        asked = {"access_token": "1840000000000001|00112233445566778899aabbccddeeff", "scope": "public_profile"}
        shown = requests.post(f"{trouble.address}/v26.0/device/login", data=asked, timeout=30).json()
        person.opens(shown["verification_uri"])
        person.writes("code", "ABCDEFGH")
        person.presses("continue")
        person.is_told("This code is not right, or it has expired.")
        person.writes("code", shown["user_code"])
        person.presses("continue")
        person.logs_in(*ERIKA)
        person.sees("continue")
        person.presses(action)
        if person.screen == "review":
            person.presses("save")
        person.sees(screen)


class TestLanguage:
    """The pages speak what the browser asks for, or what the person chooses."""

    def test_german_by_the_wish_of_the_browser(self, trouble: Sandbox, german: Person) -> None:
        german.opens(trouble.dialog())
        assert german.language == "de"
        words = Sentence("Log in to continue to {app}", {"app": "Acme Inbox Link"})
        assert german.heading == words.spoken("de") != words.spoken("en")

    def test_english_by_choice(self, trouble: Sandbox, german: Person) -> None:
        german.opens(trouble.dialog())
        german.follows("English")
        german.logs_in(*ERIKA)
        assert german.language == "en"
        assert german.heading == "Continue to Acme Inbox Link as Erika Muster?"
