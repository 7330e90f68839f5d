"""What is sealed opens only here, only for its owner; ids tell nothing; a new master key changes no id."""

import contextlib
import os

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from fbtool.gateway.delivery import cursor
from fbtool.gateway.vault import ConversationKey, MasterKeyWrong, Vault, new_data_key

MASTER = os.urandom(32)
WRAPPED = new_data_key(MASTER)
VAULT = Vault(MASTER, WRAPPED)


@given(st.binary(), st.text())
def test_content_opens_again(content: bytes, owner: str) -> None:
    assert VAULT.open(VAULT.seal(content, owner), owner) == content


def test_a_token_cannot_be_moved_to_another_page() -> None:
    sealed = VAULT.seal_token("11", "EAAG")
    assert VAULT.open_token("11", sealed) == "EAAG"
    with pytest.raises(InvalidTag):
        VAULT.open_token("12", sealed)
    with pytest.raises(InvalidTag):
        VAULT.open_token("11", sealed[:-1] + bytes([sealed[-1] ^ 1]))


@given(st.integers(0, 10**20), st.integers(0, 10**20))
def test_a_conversation_id_is_stable_and_only_we_can_read_it(page: int, customer: int) -> None:
    address = ConversationKey(str(page), str(customer))
    conversation, fingerprint = VAULT.conversation(address)
    assert (conversation, fingerprint) == Vault(MASTER, WRAPPED).conversation(address)
    assert len(fingerprint) == 16
    assert VAULT.fingerprint_of(conversation) == fingerprint
    assert VAULT.address_of(conversation) == address
    assert Vault(MASTER, new_data_key(MASTER)).address_of(conversation) is None


@given(st.text())
def test_nobody_can_make_one_up(text: str) -> None:
    assert VAULT.address_of(text) is None


def test_a_wrong_master_key_is_noticed() -> None:
    with pytest.raises(MasterKeyWrong):
        Vault(os.urandom(32), WRAPPED)


def test_a_vault_shows_nothing() -> None:
    assert repr(VAULT) == "Vault(…)"


@given(st.sets(st.integers(1, 2**62)))
def test_a_cursor_names_exactly_its_events(numbers: set[int]) -> None:
    assert cursor.unpack(cursor.pack(numbers)) == sorted(numbers)


@given(st.text())
def test_no_text_surprises_the_reader_of_cursors(text: str) -> None:
    with contextlib.suppress(cursor.CursorUnreadable):
        assert all(0 <= number < 2**63 for number in cursor.unpack(text))


def test_five_hundred_events_make_a_short_cursor() -> None:
    assert len(cursor.pack(range(10_000_000, 10_000_500))) < 700
