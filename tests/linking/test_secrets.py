"""Every store keeps secrets alike, and none ever shows one."""

import contextlib
import os
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring.backend
import keyring.core
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.linking.local import secrets as room
from fbtool.linking.local.secrets import (
    SIZE_LIMIT,
    KeyringMissing,
    MemorySecrets,
    SecretStore,
    SecretTooLong,
    secrets_of_this_computer,
)
from fbtool.linking.local.secrets_file import FileSecrets, SecretsFileExposed, SecretsFileUnusable
from fbtool.linking.local.secrets_keyring import (
    PART_UNITS,
    KeyringRefused,
    KeyringSecrets,
    KeyringSilent,
    split,
    system_keyring,
)
from fbtool.problem import Kind, Problem
from fbtool.safe_text import utf16_length
from tests.linking.vault import Vault, VaultError

SERVICE = "fbtool/gateway.test/acc_7"
LONG = "EAA" + "x" * 5000
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead of modes")


class StoreContract:
    """What `SecretStore` promises."""

    @pytest.fixture
    def store(self) -> SecretStore:
        raise NotImplementedError

    def test_what_was_never_set_is_not_there(self, store: SecretStore) -> None:
        assert store.get(SERVICE, "account") is None

    @pytest.mark.parametrize("value", ["x", "fbt_short", LONG, "fbtool:1:2:abc", "ü😀" * 900, "x" * SIZE_LIMIT])
    def test_what_was_set_is_there(self, store: SecretStore, value: str) -> None:
        store.set(SERVICE, "account", value)
        assert store.get(SERVICE, "account") == value

    @pytest.mark.parametrize("first", ["short", LONG])
    @pytest.mark.parametrize("second", ["other", "y" * 4000, LONG])
    def test_a_new_value_takes_the_place_of_the_old_one(self, store: SecretStore, first: str, second: str) -> None:
        store.set(SERVICE, "account", first)
        store.set(SERVICE, "account", second)
        assert store.get(SERVICE, "account") == second

    def test_secrets_do_not_mix(self, store: SecretStore) -> None:
        store.set(SERVICE, "account", "a")
        store.set(SERVICE, "person 42", LONG)
        store.set("fbtool/other.test/acc_7", "account", "b")
        assert store.get(SERVICE, "account") == "a"
        assert store.get(SERVICE, "person 42") == LONG
        assert store.get("fbtool/other.test/acc_7", "account") == "b"

    @pytest.mark.parametrize("value", ["short", LONG])
    def test_what_was_deleted_is_gone(self, store: SecretStore, value: str) -> None:
        store.set(SERVICE, "account", value)
        store.set(SERVICE, "other", "stays")
        store.delete(SERVICE, "account")
        assert store.get(SERVICE, "account") is None
        assert store.get(SERVICE, "other") == "stays"

    def test_deleting_what_is_not_there_is_no_error(self, store: SecretStore) -> None:
        store.delete(SERVICE, "account")

    def test_what_is_too_long_for_a_token_is_refused_and_not_shown(self, store: SecretStore) -> None:
        with pytest.raises(SecretTooLong) as caught:
            store.set(SERVICE, "account", "s3cret" * SIZE_LIMIT)
        assert "s3cret" not in str(caught.value)
        assert store.get(SERVICE, "account") is None

    def test_no_value_is_in_what_it_shows_of_itself(self, store: SecretStore) -> None:
        store.set(SERVICE, "account", "s3cret")
        assert "s3cret" not in repr(store)


class TestMemory(StoreContract):
    @pytest.fixture
    def store(self) -> SecretStore:
        return MemorySecrets()


class TestFile(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> SecretStore:
        return FileSecrets(tmp_path / "deep" / "secrets.json")

    @posix
    def test_only_its_owner_can_read_it(self, tmp_path: Path) -> None:
        path = tmp_path / "secrets.json"
        before = os.umask(0)
        try:
            FileSecrets(path).set(SERVICE, "account", "s3cret")
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @posix
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
    def test_a_file_that_others_can_open_is_refused(self, tmp_path: Path, mode: int) -> None:
        path = tmp_path / "secrets.json"
        store = FileSecrets(path)
        store.set(SERVICE, "account", "s3cret")
        path.chmod(mode)
        with pytest.raises(SecretsFileExposed) as caught:
            FileSecrets(path)
        assert "chmod 600" in caught.value.told().remedy
        with pytest.raises(SecretsFileExposed):
            store.set(SERVICE, "account", "new")

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": "b"}', b"\xff"])
    def test_a_file_that_holds_something_else_is_not_overwritten(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "diary.txt"
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(SecretsFileUnusable):
            FileSecrets(path)
        assert path.read_bytes() == content

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(SecretsFileUnusable) as caught:
            FileSecrets(tmp_path)
        assert caught.value.kind is Kind.THIS_COMPUTER

    def test_a_path_that_cannot_be_written_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(SecretsFileUnusable):
            FileSecrets(tmp_path / "file" / "secrets.json").set(SERVICE, "account", "s3cret")

    def test_nothing_else_is_left_in_the_folder(self, tmp_path: Path) -> None:
        store = FileSecrets(tmp_path / "secrets.json")
        store.set(SERVICE, "account", "one")
        store.set(SERVICE, "account", "two")
        assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


@pytest.fixture
def vault() -> Vault:
    return Vault()


class TestKeyring(StoreContract):
    @pytest.fixture
    def store(self, vault: Vault) -> SecretStore:
        return KeyringSecrets(vault)

    def test_no_entry_is_left_behind(self, store: SecretStore, vault: Vault) -> None:
        for value in ("short", LONG, "z" * 9000, "short again", LONG):
            store.set(SERVICE, "account", value)
        store.delete(SERVICE, "account")
        assert vault.entries == {}

    def test_a_short_secret_is_one_entry_that_other_programs_could_read(self, store: SecretStore, vault: Vault) -> None:
        store.set(SERVICE, "account", "short")
        assert list(vault.entries.values()) == ["short"]

    def test_every_entry_has_a_target_of_its_own(self, store: SecretStore, vault: Vault) -> None:
        store.set(SERVICE, "account", LONG)
        store.set(SERVICE, "person 42", LONG)
        targets = [target for target, _ in vault.entries]
        assert len(set(targets)) == len(targets) > 2

    @pytest.mark.parametrize("fails_at", range(1, 14))
    @pytest.mark.parametrize("earlier", ["short", "e" * 3000])
    def test_a_failure_at_any_step_leaves_the_old_or_the_new_value_whole(self, fails_at: int, earlier: str) -> None:
        vault = Vault()
        store = KeyringSecrets(vault)
        store.set(SERVICE, "account", earlier)
        vault.fail_at(fails_at, only_once=True)
        with contextlib.suppress(Problem):
            store.set(SERVICE, "account", LONG)
        vault.fail_at(0)
        assert store.get(SERVICE, "account") in {earlier, LONG}

    @pytest.mark.parametrize("harm", ["lost", "changed"])
    def test_half_a_token_is_no_token(self, store: SecretStore, vault: Vault, harm: str) -> None:
        store.set(SERVICE, "account", LONG)
        part = next(key for key, value in vault.entries.items() if value.startswith("EAA"))
        if harm == "lost":
            del vault.entries[part]
        else:
            vault.entries[part] = "EAA" + "y" * 1197
        assert store.get(SERVICE, "account") is None

    @pytest.mark.parametrize(
        "entry", ["fbtool:1:", "fbtool:1:x:y", "fbtool:1:-1:y", "fbtool:1:99999999999:y", "fbtool:1:0:"]
    )
    def test_a_spoilt_header_is_no_token_and_can_be_replaced(
        self, store: SecretStore, vault: Vault, entry: str
    ) -> None:
        store.set(SERVICE, "account", "x")
        vault.entries = dict.fromkeys(vault.entries, entry)
        assert store.get(SERVICE, "account") is None
        store.set(SERVICE, "account", "new")
        assert store.get(SERVICE, "account") == "new"

    def test_a_store_that_says_no_is_named_without_its_words(self, store: SecretStore, vault: Vault) -> None:
        vault.fail_at(1, number=1312)
        with pytest.raises(KeyringRefused) as caught:
            store.set(SERVICE, "account", "s3cret")
        told = " ".join(caught.value.told())
        assert "VaultError 1312" in told
        assert "s3cret" not in told
        assert caught.value.__cause__ is None

    def test_a_store_that_forgets_at_once_is_noticed(self, vault: Vault) -> None:
        vault.forgetful = True
        with pytest.raises(KeyringRefused):
            KeyringSecrets(vault).set(SERVICE, "account", "x")

    def test_a_store_that_waits_for_a_person_is_not_waited_for(self, vault: Vault) -> None:
        vault.gate = threading.Event()
        with pytest.raises(KeyringSilent):
            KeyringSecrets(vault, patience=0.05).get(SERVICE, "account")
        vault.gate.set()


@given(st.text(min_size=1, max_size=200).map(lambda text: text * 30))
def test_any_text_comes_back_from_a_store_with_the_limit_of_windows(value: str) -> None:
    vault = Vault()
    store = KeyringSecrets(vault)
    if utf16_length(value) > SIZE_LIMIT:
        with pytest.raises(SecretTooLong):
            store.set(SERVICE, "account", value)
        return
    store.set(SERVICE, "account", value)
    assert store.get(SERVICE, "account") == value
    store.delete(SERVICE, "account")
    assert vault.entries == {}


@given(st.text(alphabet=st.sampled_from("aß😀𝔘"), max_size=4 * PART_UNITS))
def test_parts_are_small_enough_and_cut_no_character(value: str) -> None:
    parts = split(value)
    assert "".join(parts) == value
    assert all(len(part.encode("utf-16-le")) <= 2 * PART_UNITS for part in parts)
    assert all(parts) or value == ""


def test_the_vault_of_these_tests_is_as_strict_as_windows() -> None:
    with pytest.raises(VaultError):
        Vault().set_password("s", "n", "x" * 1281)


class TestTheChoice:
    @pytest.fixture(autouse=True)
    def _own_keyring(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
        for name in ("PYTHON_KEYRING_BACKEND", "FBTOOL_SECRETS_FILE"):
            monkeypatch.delenv(name, raising=False)
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME"):
            monkeypatch.setenv(name, str(tmp_path))
        monkeypatch.setattr(keyring.core, "_keyring_backend", None)
        known = set(keyring.backend.KeyringBackend._classes)
        yield
        # keyring remembers every backend that was ever defined, and would choose among them in other tests.
        keyring.backend.KeyringBackend._classes.intersection_update(known)
        sys.modules.pop("linking.backends", None)

    def test_a_file_is_used_only_where_it_was_chosen(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("FBTOOL_SECRETS_FILE", str(tmp_path / "chosen.json"))
        assert isinstance(secrets_of_this_computer(), FileSecrets)

    @pytest.mark.parametrize(
        "backend",
        [
            "keyring.backends.fail.Keyring",
            "keyring.backends.null.Keyring",
            "keyrings.alt.file.PlaintextKeyring",
            "no.such.Backend",
            "tests.linking.backends.Weak",
        ],
    )
    @pytest.mark.skipif(sys.platform == "win32", reason="settings of keyring are not asked on Windows")
    def test_a_store_that_does_not_protect_counts_as_none(self, monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
        with pytest.raises(KeyringMissing) as caught:
            secrets_of_this_computer()
        remedy = caught.value.told().remedy
        assert "gnome-keyring" in remedy
        assert "FBTOOL_SECRETS_FILE" in remedy

    @pytest.mark.skipif(sys.platform == "win32", reason="settings of keyring are not asked on Windows")
    def test_a_store_that_the_system_recommends_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.linking.backends.Recommended")
        store = secrets_of_this_computer()
        assert repr(store) == "KeyringSecrets(Recommended)"

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows always has its Credential Manager")
    def test_a_computer_without_any_is_told_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(keyring.core.backend, "get_all_keyring", list)
        with pytest.raises(KeyringMissing):
            system_keyring()


@pytest.mark.parametrize("value", ["short", LONG])
def test_an_entry_that_is_no_text_is_no_secret_and_in_nobodys_way(value: str) -> None:
    vault = Vault()
    store = KeyringSecrets(vault)
    place = (f"{SERVICE}/account", "account")
    vault.undecodable.add(place)
    assert store.get(SERVICE, "account") is None
    store.delete(SERVICE, "account")
    assert not vault.undecodable
    vault.undecodable.add(place)
    store.set(SERVICE, "account", value)
    assert store.get(SERVICE, "account") == value


def test_a_part_that_is_no_text_makes_its_secret_unreadable_and_can_be_replaced() -> None:
    vault = Vault()
    store = KeyringSecrets(vault)
    store.set(SERVICE, "account", LONG)
    vault.undecodable.add(next(place for place in vault.entries if "#" in place[1]))
    assert store.get(SERVICE, "account") is None
    store.set(SERVICE, "account", "new")
    assert store.get(SERVICE, "account") == "new"
    assert set(vault.entries) == {(f"{SERVICE}/account", "account")} | vault.undecodable


def test_the_limit_fits_every_token() -> None:
    assert room.SIZE_LIMIT == 16 * 1024
