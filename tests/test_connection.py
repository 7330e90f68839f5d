"""One paste connects: the code carries the gateway's address and the account's token."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.connection import AddressUnusable, Connection, ConnectionCodeUnreadable

TOKEN = "fbt_abcdefghjk_" + "x" * 43


def test_a_code_gives_back_what_was_put_in() -> None:
    connection = Connection.to("https://gateway.example.org/", TOKEN)
    assert Connection.from_code(connection.code()) == connection
    assert connection.address == "https://gateway.example.org"


def test_line_breaks_from_an_email_do_no_harm() -> None:
    code = Connection.to("https://gateway.example.org", TOKEN).code()
    folded = "  " + "\r\n ".join(code[i : i + 20] for i in range(0, len(code), 20)) + "\n"
    assert Connection.from_code(folded).token == TOKEN


@given(st.integers(min_value=0))
def test_a_code_that_lost_its_end_is_noticed(cut: int) -> None:
    code = Connection.to("https://gateway.example.org", TOKEN).code()
    with pytest.raises(ConnectionCodeUnreadable):
        Connection.from_code(code[: cut % len(code)])


@given(st.text())
def test_any_other_text_is_refused_clearly(text: str) -> None:
    with pytest.raises(ConnectionCodeUnreadable):
        Connection.from_code(text)
    with pytest.raises((ConnectionCodeUnreadable, AddressUnusable)):
        Connection.from_code("fbtool-" + text)


@pytest.mark.parametrize(
    "address",
    ["https://gateway.example.org", "https://gw.example.org:8443/base", "http://127.0.0.1:8787", "http://localhost:1",
     "http://[::1]:8787"],
)  # fmt: skip
def test_https_or_this_computer(address: str) -> None:
    assert Connection.to(address, TOKEN).address == address


@pytest.mark.parametrize(
    "address",
    ["http://gateway.example.org", "gateway.example.org", "ftp://x", "", "https://", "https://user:pw@gw.example.org",
     "https://gw.example.org/?a=b", "https://gw example.org", "https://gw.example.org:99999", "http://127.0.0.1.evil.org",
     "https://[::1"],
)  # fmt: skip
def test_a_token_never_goes_to_an_unsafe_address(address: str) -> None:
    with pytest.raises(AddressUnusable):
        Connection.to(address, TOKEN)


def test_a_token_is_not_shown_by_accident() -> None:
    assert TOKEN not in repr(Connection.to("https://gateway.example.org", TOKEN))
