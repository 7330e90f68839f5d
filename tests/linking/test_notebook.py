"""This computer remembers accounts and people, never a secret, and survives a damaged file."""

import sys
from pathlib import Path

import pytest

from fbtool.linking.local.notebook import KnownAccount, KnownPerson, Notebook, NotebookDamaged, NotebookUnusable, Notes

ERIKA = KnownPerson("42", "Erika Muster", 1_795_000_000)
SHOP = KnownAccount("https://gateway.test", "acc_7", "Shop", (ERIKA,))
AGENCY = KnownAccount("https://gateway.test", "acc_8", "Agency")


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    return Notebook(tmp_path / "deep" / "settings.json")


def test_at_first_it_is_empty(notebook: Notebook) -> None:
    assert notebook.read() == Notes()


def test_what_is_written_can_be_read(notebook: Notebook) -> None:
    notebook.change(lambda _: Notes((SHOP, AGENCY)))
    assert notebook.read() == Notes((SHOP, AGENCY))


def test_what_a_newer_fbtool_wrote_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(
        '{"accounts": [{"address": "https://g.test", "id": "a", "name": "A", "colour": 1}], "theme": "dark"}'
    )
    assert Notebook(path).read().accounts[0].name == "A"


def test_the_same_id_at_another_gateway_is_another_account() -> None:
    other = KnownAccount("https://other.test", "acc_7", "Other")
    notes = Notes((SHOP,)).with_first(other)
    assert notes.accounts == (other, SHOP)
    assert notes.find("https://gateway.test", "acc_7") is SHOP
    assert notes.find("https://gateway.test", "acc_9") is None


def test_an_account_can_change_in_its_place_or_come_first() -> None:
    renamed = KnownAccount("https://gateway.test", "acc_8", "Agency Ltd")
    notes = Notes((SHOP, AGENCY))
    assert notes.with_changed(renamed).accounts == (SHOP, renamed)
    assert notes.with_first(renamed).accounts == (renamed, SHOP)
    assert Notes((SHOP,)).with_changed(AGENCY).accounts == (SHOP, AGENCY)


@pytest.mark.parametrize("content", [b"", b"{", b'{"accounts": 7}', b"\xff\xfe", b"null"])
def test_a_damaged_file_is_told_once_and_kept_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    with pytest.raises(NotebookDamaged) as caught:
        Notebook(path).read()
    [kept] = tmp_path.iterdir()
    assert kept.read_bytes() == content
    assert str(kept) in caught.value.told().meaning
    assert Notebook(path).read() == Notes()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotebookUnusable):
        Notebook(tmp_path / "file" / "settings.json").change(lambda _: Notes())


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotebookUnusable):
        Notebook(tmp_path).read()


def test_its_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FBTOOL_HOME", str(tmp_path))
    Notebook.of_this_computer().change(lambda _: Notes((SHOP,)))
    assert (tmp_path / "settings.json").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the folder of Linux")
def test_otherwise_it_is_where_settings_belong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    Notebook.of_this_computer().change(lambda _: Notes())
    assert (tmp_path / "fbtool" / "settings.json").exists()
