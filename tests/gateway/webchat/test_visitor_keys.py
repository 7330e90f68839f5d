"""Keys and tickets: sealed, bound to their account, and the same at every gateway of a database."""

import hashlib
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.gateway.channels.webchat import proof_of_work
from fbtool.gateway.channels.webchat.visitor_keys import VisitorKey, VisitorKeys, message_ms
from fbtool.gateway.vault import Vault, new_data_key

MASTER, NOW = b"k" * 32, 1_800_000_000_000
WRAPPED = new_data_key(MASTER)
MINUTE, DAY = 60_000, 86_400_000
RANDOM = "0123456789abcdef" * 2


def keys() -> VisitorKeys:
    """Of one gateway."""
    return VisitorKeys(Vault(MASTER, WRAPPED).key)


@given(number=st.binary(min_size=16, max_size=16), issued=st.integers(0, 2**48 - 1))
def test_a_key_says_whose_it_is_at_every_gateway(number: bytes, issued: int) -> None:
    visitor = VisitorKey(number, issued)
    key = keys().key("aaaaaaaaaa", visitor)
    assert keys().key("aaaaaaaaaa", visitor) == key
    assert keys().visitor("aaaaaaaaaa", key) == visitor
    assert keys().visitor("bbbbbbbbbb", key) is None


@given(word=st.text(max_size=80))
def test_what_was_never_given_out_opens_nothing(word: str) -> None:
    assert keys().visitor("aaaaaaaaaa", word) is None
    assert keys().ticket("aaaaaaaaaa", word) is None


def test_a_changed_key_opens_nothing() -> None:
    key = keys().key("aaaaaaaaaa", VisitorKey(b"n" * 16, NOW))
    for place in range(len(key)):
        changed = key[:place] + ("A" if key[place] != "A" else "B") + key[place + 1 :]
        assert keys().visitor("aaaaaaaaaa", changed) in {None, VisitorKey(b"n" * 16, NOW)}  # unused bits at the end


def test_a_ticket_is_no_key_and_a_key_no_ticket() -> None:
    ticket = keys().new_ticket("aaaaaaaaaa", "192.0.2.1", 0, NOW)
    assert keys().visitor("aaaaaaaaaa", ticket) is None
    assert keys().ticket("aaaaaaaaaa", keys().key("aaaaaaaaaa", VisitorKey(b"n" * 16, NOW))) is None


def test_a_first_message_has_one_visitor_for_each_account() -> None:
    one = keys().number("aaaaaaaaaa", "id")
    assert one == keys().number("aaaaaaaaaa", "id")
    assert len({one, keys().number("bbbbbbbbbb", "id"), keys().number("aaaaaaaaaa", "other")}) == 3


@pytest.mark.parametrize(
    ("later_ms", "network", "fits"),
    [
        (0, "192.0.2.1", False),
        (1_999, "192.0.2.1", False),
        (2_000, "192.0.2.1", True),
        (120 * MINUTE, "192.0.2.1", True),
        (120 * MINUTE + 1, "192.0.2.1", False),
        (-MINUTE, "192.0.2.1", False),
        (MINUTE, "192.0.2.2", False),
        (MINUTE, "2001:db8::", False),
    ],
)
def test_a_ticket_is_for_its_network_and_its_time(later_ms: int, network: str, fits: bool) -> None:
    ticket = keys().ticket("aaaaaaaaaa", keys().new_ticket("aaaaaaaaaa", "192.0.2.1", 17, NOW))
    assert ticket is not None
    assert ticket.bits == 17
    assert keys().fits(ticket, network, NOW + later_ms) is fits


@pytest.mark.parametrize(
    ("message_id", "time_ms"),
    [
        (f"{NOW:011x}-{RANDOM}", NOW),
        (f"{NOW + 10 * MINUTE:011x}-{RANDOM}", NOW + 10 * MINUTE),
        (f"{NOW + 10 * MINUTE + 1:011x}-{RANDOM}", None),
        (f"{NOW - 6 * DAY:011x}-{RANDOM}", NOW - 6 * DAY),
        (f"{NOW - 6 * DAY - 1:011x}-{RANDOM}", None),
        (f"{NOW:011X}-{RANDOM}", None),
        (f"{NOW:011x}-{RANDOM[:-1]}", None),
        (f"{NOW:011x}-{RANDOM}\n", None),
        ("", None),
    ],
)
def test_a_messages_id_has_its_time(message_id: str, time_ms: int | None) -> None:
    assert message_ms(message_id, NOW) == time_ms


def test_work_is_a_number_behind_the_ticket() -> None:
    bits = 8
    tries = (str(number) for number in count())
    work = next(one for one in tries if hashlib.sha256(f"ticket:{one}".encode()).digest()[0] == 0)
    assert proof_of_work.is_done("ticket", work, bits)
    assert not proof_of_work.is_done("other ticket", work, bits)
    assert not proof_of_work.is_done("ticket", work, 64)
    assert proof_of_work.is_done("ticket", "", 0)
    for no_number in ("", "-1", "1" * 21, "١", f"{work}\n"):
        assert not proof_of_work.is_done("ticket", no_number, bits)
