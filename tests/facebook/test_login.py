"""The login dialog: what it is told, and what its end means."""

from urllib.parse import parse_qsl

import pytest

from fbtool.facebook.graph import App, Platform
from fbtool.facebook.login import (
    Ask,
    Denied,
    Dialog,
    Granted,
    exchange_code,
    read_return,
)

BACK = "https://gw.example.org/oauth/callback"
DENIED = Denied("access_denied", "user_denied", "Permissions error.")


def asked(dialog: Dialog) -> dict[str, str]:
    from urllib.parse import parse_qsl, urlsplit

    address = urlsplit(dialog.address(Platform()))
    assert address.geturl().startswith("https://www.facebook.com/v25.0/dialog/oauth?")
    return dict(parse_qsl(address.query))


def test_the_classic_dialog_names_its_permissions() -> None:
    assert asked(Dialog("18", BACK, "s p", ("pages_show_list", "pages_messaging"))) == {
        "client_id": "18",
        "redirect_uri": BACK,
        "state": "s p",
        "response_type": "code",
        "scope": "pages_show_list,pages_messaging",
    }


def test_the_business_dialog_names_a_configuration_instead() -> None:
    query = asked(Dialog("18", BACK, "s", config_id="77"))
    assert (query["config_id"], query["override_default_response_type"]) == ("77", "true")
    assert "scope" not in query


def test_it_can_ask_again() -> None:
    assert asked(Dialog("18", BACK, "s", ask=(Ask.DECLINED,)))["auth_type"] == "rerequest"
    both = asked(Dialog("18", BACK, "s", ask=(Ask.PAGES, Ask.PASSWORD), nonce="n"))
    assert (both["auth_type"], both["nonce"]) == ("reauthorize,reauthenticate", "n")


def test_pkce_is_s256() -> None:
    query = asked(Dialog("18", BACK, "s", code_challenge="c"))
    assert (query["code_challenge"], query["code_challenge_method"]) == ("c", "S256")
    assert exchange_code(App("18", "x"), "code", BACK, "verifier").params["code_verifier"] == "verifier"


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("code=c&state=s", Granted("c")),
        (
            "error=access_denied&error_code=200&error_description=Permissions+error.&error_reason=user_denied",
            DENIED,
        ),
        ("error_code=1349048&error_message=Can%27t+load+URL&state=s", Denied("", "", "facebook_1349048")),
        ("error_code=x&state=s", Denied("", "", "Facebook's dialog came back without an answer")),
        ("state=s", Denied("", "", "Facebook's dialog came back without an answer")),
    ],
)
def test_the_end_of_the_dialog(query: str, answer: object) -> None:
    assert read_return(dict(parse_qsl(query))) == answer
