"""An admin's first five minutes, and what can get in the way."""

from collections.abc import Callable

from fbtool.linking.network.gateway import GatewayClient
from tests.desktop.conftest import FINE, MODERATED
from tests.desktop.driver import Driver
from tests.linking.stage import Stage


def test_connect_sign_in_and_link_two_pages(window: Driver, stage: Stage, visits: Callable[..., None]) -> None:
    connection = stage.second_account("Erster Start")
    window.type("connection-code", connection.code())
    window.key("<Return>", "connection-code")
    window.says("account", "Erster Start")
    visits({"pages": [FINE, MODERATED]})
    window.press("sign-in")
    window.says("person", "Erika Muster")
    window.until_row(FINE, "ready to link")
    window.act(FINE)
    window.until_row(FINE, "linked")
    window.act(MODERATED)
    window.until_row(MODERATED, "linked")
    window.says("summary", "1 Page linked.")
    with GatewayClient(connection) as gateway:
        assert [link.name for link in gateway.links()] == [FINE, MODERATED]
        assert {link.person for link in gateway.links()} == {"Erika Muster"}
        for link in gateway.links():
            gateway.unlink(link.page_id)


def test_half_a_code_is_told_beside_the_field_and_can_be_corrected(window: Driver, stage: Stage) -> None:
    code = stage.connection.code()
    window.type("connection-code", code[:-9])
    window.press("connect")
    window.says("problem", "This is not a complete connection code.")
    window.type("connection-code", code)
    window.press("connect")
    window.find("sign-in")


def test_address_and_token_are_as_good_as_a_code(window: Driver, stage: Stage) -> None:
    window.press("other-way")
    window.type("gateway-address", "http://gateway.example.org")
    window.type("account-token", stage.connection.token)
    window.press("connect")
    window.says("problem", "cannot be used as the address of a gateway")
    window.type("gateway-address", stage.connection.address)
    window.press("connect")
    window.find("sign-in")


def test_who_cancels_at_facebook_reads_it_and_can_try_again(connected: Driver, visits: Callable[..., None]) -> None:
    visits({"do": "cancel"})
    connected.press("sign-in")
    connected.says("problem", "Facebook did not grant access. Nothing was changed.")
    visits({"pages": [FINE]})
    connected.press("sign-in")
    connected.until_row(FINE, "ready to link")


def test_a_closed_browser_is_no_trap(connected: Driver, visits: Callable[..., None]) -> None:
    visits({"do": "close"})
    connected.press("sign-in")
    connected.says("time-left", "Waiting for Facebook, ")
    connected.press("copy-link")
    assert connected.root.clipboard_get().startswith("http://")
    connected.key("<Escape>")
    connected.says("problem", "The sign-in was cancelled. Nothing was changed.")
    connected.find("sign-in")
