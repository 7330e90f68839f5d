"""The login dialog: what it is told, and what its end means."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

import pytest

from fbtool.facebook.graph import Platform
from fbtool.facebook.login import Ask, Denied, Granted, dialog_address, read_return

BACK = "https://gw.example.org/oauth/callback"
DENIED = Denied("access_denied", "user_denied", "Permissions error.")


def asked(*, scope: Sequence[str] = ("pages_messaging",), ask: Sequence[Ask] = ()) -> dict[str, str]:
    address = urlsplit(dialog_address(Platform(), "18", BACK, "s p", scope, ask))
    assert address.geturl().startswith("https://www.facebook.com/v25.0/dialog/oauth?")
    return dict(parse_qsl(address.query))


def test_the_dialog_names_its_permissions() -> None:
    assert asked(scope=("pages_show_list", "pages_messaging")) == {
        "client_id": "18",
        "redirect_uri": BACK,
        "state": "s p",
        "response_type": "code",
        "scope": "pages_show_list,pages_messaging",
    }


def test_it_can_ask_again() -> None:
    assert asked(ask=(Ask.DECLINED,))["auth_type"] == "rerequest"
    assert asked(ask=(Ask.PAGES, Ask.PASSWORD))["auth_type"] == "reauthorize,reauthenticate"


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
