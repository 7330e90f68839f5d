"""One paste connects: the code carries the gateway's address and the account's token."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.connection_code import AddressUnusable, Connection, ConnectionCodeUnreadable, is_code

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


SPACES = ("\n", "\r\n> ", "=\r\n", " ", "\u00a0", "\t")
INVISIBLE = ("", "\u200b", "\ufeff", "\u00ad", "\u2060", "\x00", "\u200e")
HYPHENS = ("-", "–", "‐", "‑", "−", "﹣", "－")
AROUND = (
    "",
    "Ihr Code: ",
    "“",
    "„",
    "<",
    "`",
    "**",
    "\ufeff",
    "(see fbtool-code below) ",
    "_",
    "Fbtool-Code:\n\n",
    "ÿþ",
)
BEHIND = ("", ".", "”", ">", " Viele Grüße, Ihr Team", "\n\n-- \nErika", "_", "-", "**", "= 1 fbtool-code", "AAAA", "�")


@given(
    st.text("abcdefghijklmnopqrstuvwxyz.-", min_size=1, max_size=20).filter(lambda host: host.strip(".-") != ""),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=60),
    st.data(),
)
def test_a_code_is_found_in_whatever_people_paste(host: str, token: str, data: st.DataObject) -> None:
    connection = Connection("https://x" + host.replace(".", "x") + "x", token)
    code = connection.code()
    start = data.draw(st.sampled_from(["fbtool-", "Fbtool-", "FBTOOL-", "FbTool-"]))
    letters = [
        (data.draw(st.sampled_from(HYPHENS)) if letter == "-" else letter) + data.draw(st.sampled_from(INVISIBLE))
        for letter in start + code.removeprefix("fbtool-")
    ]
    for place in data.draw(st.lists(st.integers(0, len(letters) - 1), max_size=4)):
        letters[place] += data.draw(st.sampled_from(SPACES))
    pasted = data.draw(st.sampled_from(AROUND)) + "".join(letters) + data.draw(st.sampled_from(BEHIND))
    assert Connection.from_code(pasted) == connection
    assert is_code(pasted)


@given(st.data())
def test_a_code_with_another_letter_in_it_is_refused(data: st.DataObject) -> None:
    code = Connection.to("https://gateway.example.org", TOKEN).code()
    place = data.draw(st.integers(len("fbtool-"), len(code) - 2))
    other = data.draw(st.sampled_from("ABCxyz019_").filter(lambda letter: letter != code[place]))
    with pytest.raises((ConnectionCodeUnreadable, AddressUnusable)):
        Connection.from_code(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("pasted", [f"“{TOKEN}”", f"\ufeff{TOKEN}\u200b", f" '{TOKEN}'\r\n", f"„{TOKEN}“"])
def test_a_token_is_taken_out_of_its_quotation_marks(pasted: str) -> None:
    assert Connection.to("https://gateway.example.org", pasted).token == TOKEN


@pytest.mark.parametrize("part", ["fbtool-", "fbtool-a", "\u0301\u0323", "-", "\ufdfa"])
def test_a_long_text_without_a_code_is_read_quickly_to_its_end(part: str) -> None:
    with pytest.raises(ConnectionCodeUnreadable):
        Connection.from_code(part * (1_000_000 // len(part)))
