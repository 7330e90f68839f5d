"""Accounts and people of this computer, side by side; secrets only in the secret store."""

import time
from pathlib import Path

import pytest

from fbtool.connection_code import Connection, ConnectionCodeUnreadable
from fbtool.facebook.tokens import Person
from fbtool.linking.local.choice import Choice
from fbtool.linking.local.lookup import AccountAmbiguous, AccountUnknown, ConnectionFileUnreadable, PersonUnknown
from fbtool.linking.local.notebook import Notebook
from fbtool.linking.local.secrets import KeyringMissing, MemorySecrets, SecretStore
from fbtool.linking.local.workplace import NotConnected, NotSignedIn, SignIn, Workplace
from fbtool.linking.network.gateway_documents import About, Account

SHOP = Connection.to("https://gateway.test", "fbt_shop")
AGENCY = Connection.to("https://gateway.test", "fbt_agency")
SHOP_ACCOUNT = Account("acc_7", "Shop", "facebook", True, About("1"))
AGENCY_ACCOUNT = Account("acc_8", "Agency", "facebook", True, About("1"))
ERIKA = SignIn(Person("42", "Erika"), "EAAERIKA", 0)
MAX = SignIn(Person("43", "Max"), "EAAMAX", 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


@pytest.fixture
def store() -> SecretStore:
    return MemorySecrets()


@pytest.fixture
def workplace(path: Path, store: SecretStore) -> Workplace:
    return Workplace(Notebook(path), lambda: store)


def test_a_new_computer_is_not_connected(workplace: Workplace) -> None:
    with pytest.raises(NotConnected) as caught:
        workplace.connection()
    assert "fbtool connect" in caught.value.told().remedy


def test_a_connection_is_kept_without_its_token_in_the_settings(workplace: Workplace, path: Path) -> None:
    workplace.connect(SHOP, SHOP_ACCOUNT)
    assert workplace.connection() == SHOP
    assert "fbt_shop" not in path.read_text()


def test_the_last_connection_counts_and_the_others_are_kept(workplace: Workplace) -> None:
    workplace.connect(SHOP, SHOP_ACCOUNT)
    workplace.keep_sign_in(SHOP, SHOP_ACCOUNT, ERIKA)
    workplace.connect(AGENCY, AGENCY_ACCOUNT)
    assert workplace.connection() == AGENCY
    assert workplace.people(AGENCY, AGENCY_ACCOUNT) == ()
    assert workplace.sign_in(SHOP, SHOP_ACCOUNT) == ERIKA


def test_a_new_token_of_the_account_keeps_its_people(workplace: Workplace) -> None:
    workplace.connect(SHOP, SHOP_ACCOUNT)
    workplace.keep_sign_in(SHOP, SHOP_ACCOUNT, ERIKA)
    rotated = Connection.to(SHOP.address, "fbt_rotated")
    workplace.connect(rotated, SHOP_ACCOUNT)
    assert workplace.connection() == rotated
    assert workplace.sign_in(rotated, SHOP_ACCOUNT) == ERIKA


def test_the_last_person_counts_and_the_others_are_remembered(workplace: Workplace, path: Path) -> None:
    workplace.connect(SHOP, SHOP_ACCOUNT)
    for person in (ERIKA, MAX, ERIKA, MAX):
        workplace.keep_sign_in(SHOP, SHOP_ACCOUNT, person)
    assert [person.name for person in workplace.people(SHOP, SHOP_ACCOUNT)] == ["Max", "Erika"]
    assert workplace.sign_in(SHOP, SHOP_ACCOUNT) == MAX
    assert "EAA" not in path.read_text()


def test_nobody_signed_in(workplace: Workplace) -> None:
    with pytest.raises(NotSignedIn) as caught:
        workplace.sign_in(SHOP, SHOP_ACCOUNT)
    assert "Shop" in caught.value.told().what


def test_a_token_that_was_kept_for_one_run_only_is_gone(path: Path) -> None:
    first = Workplace(Notebook(path), MemorySecrets)
    first.connect(SHOP, SHOP_ACCOUNT)
    first.keep_sign_in(SHOP, SHOP_ACCOUNT, ERIKA)
    second = Workplace(Notebook(path), MemorySecrets)
    with pytest.raises(NotConnected):
        second.connection()
    with pytest.raises(NotSignedIn):
        second.sign_in(SHOP, SHOP_ACCOUNT)


def test_the_clock_of_this_computer_ends_no_sign_in(workplace: Workplace) -> None:
    workplace.keep_sign_in(SHOP, SHOP_ACCOUNT, SignIn(ERIKA.person, "EAA", int(time.time()) - 1))
    assert workplace.sign_in(SHOP, SHOP_ACCOUNT).token == "EAA"


def test_a_script_brings_its_connection_along(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def no_store() -> SecretStore:
        raise KeyringMissing

    workplace = Workplace(Notebook(path), no_store)
    code = tmp_path / "code.txt"
    code.write_text(f"{SHOP.code()}\n")
    monkeypatch.setenv("FBTOOL_CONNECTION_FILE", str(code))
    assert workplace.connection() == SHOP
    monkeypatch.setenv("FBTOOL_CONNECTION", AGENCY.code())
    assert workplace.connection() == AGENCY


def test_the_scripts_account_does_not_become_the_current_one(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workplace.connect(SHOP, SHOP_ACCOUNT)
    with monkeypatch.context() as script:
        script.setenv("FBTOOL_CONNECTION", AGENCY.code())
        workplace.keep_sign_in(workplace.connection(), AGENCY_ACCOUNT, ERIKA)
        assert workplace.sign_in(AGENCY, AGENCY_ACCOUNT) == ERIKA
    assert workplace.connection() == SHOP


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_code_file_that_cannot_be_read_is_told(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "code.txt"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("FBTOOL_CONNECTION_FILE", str(path))
    with pytest.raises(ConnectionFileUnreadable):
        workplace.connection()


def test_a_code_that_is_none_is_told(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FBTOOL_CONNECTION", "fbtool-half")
    with pytest.raises(ConnectionCodeUnreadable):
        workplace.connection()


@pytest.fixture
def both(workplace: Workplace) -> Workplace:
    """Two accounts, the second of them current; two people in the first."""
    workplace.connect(SHOP, SHOP_ACCOUNT)
    workplace.keep_sign_in(SHOP, SHOP_ACCOUNT, ERIKA)
    workplace.keep_sign_in(SHOP, SHOP_ACCOUNT, MAX)
    workplace.connect(AGENCY, AGENCY_ACCOUNT)
    return workplace


@pytest.mark.parametrize("wanted", ["Shop", "shop", "acc_7"])
def test_a_run_can_be_about_another_account(
    both: Workplace, path: Path, store: SecretStore, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = Workplace(Notebook(path), lambda: store, Choice(account=wanted))
    monkeypatch.setenv("FBTOOL_CONNECTION", AGENCY.code())
    assert chosen.connection() == SHOP
    assert [known.name for known in both.accounts()] == ["Agency", "Shop"]


def test_a_run_can_be_about_another_person(both: Workplace, path: Path, store: SecretStore) -> None:
    chosen = Workplace(Notebook(path), lambda: store, Choice(person="erika"))
    assert chosen.sign_in(SHOP, SHOP_ACCOUNT) == ERIKA
    assert [person.name for person in chosen.people(SHOP, SHOP_ACCOUNT)] == ["Erika", "Max"]
    assert both.sign_in(SHOP, SHOP_ACCOUNT) == MAX


def test_who_is_not_known_here_is_told_with_those_who_are(both: Workplace, path: Path, store: SecretStore) -> None:
    chosen = Workplace(Notebook(path), lambda: store, Choice("Bakery", "Nora"))
    with pytest.raises(AccountUnknown) as no_account:
        chosen.connection()
    with pytest.raises(PersonUnknown) as no_person:
        chosen.sign_in(SHOP, SHOP_ACCOUNT)
    assert "Agency, Shop" in no_account.value.told().meaning
    assert "Max, Erika" in no_person.value.told().meaning


def test_two_accounts_of_one_name_are_told_apart_by_their_ids(both: Workplace) -> None:
    twin = Account("acc_9", "Shop", "facebook", True, About("1"))
    both.connect(SHOP, twin)
    with pytest.raises(AccountAmbiguous) as caught:
        both.find_account("Shop")
    assert "acc_9, acc_7" in caught.value.told().meaning
    assert both.find_account("acc_9").id == "acc_9"


def test_another_account_becomes_the_current_one(both: Workplace) -> None:
    both.use(both.find_account("Shop"))
    assert both.connection() == SHOP


def test_a_forgotten_account_leaves_no_secret_behind(both: Workplace, store: SecretStore) -> None:
    both.forget(both.find_account("Shop"))
    service = "fbtool/gateway.test/acc_7"
    assert [store.get(service, name) for name in ("account", "person 42", "person 43")] == [None] * 3
    assert [known.name for known in both.accounts()] == ["Agency"]


def test_a_forgotten_person_leaves_the_others_alone(both: Workplace, store: SecretStore) -> None:
    both.forget_person(SHOP, SHOP_ACCOUNT, both.people(SHOP, SHOP_ACCOUNT)[0])
    assert both.sign_in(SHOP, SHOP_ACCOUNT) == ERIKA
    assert store.get("fbtool/gateway.test/acc_7", "person 43") is None


def missing() -> SecretStore:
    raise KeyringMissing


def test_secrets_are_kept_for_one_run_only_if_somebody_agrees(path: Path) -> None:
    kept = Workplace(Notebook(path), missing, Choice(for_this_run_only=lambda: True))
    kept.connect(SHOP, SHOP_ACCOUNT)
    assert kept.connection() == SHOP
    with pytest.raises(KeyringMissing):
        Workplace(Notebook(path), missing).connection()
