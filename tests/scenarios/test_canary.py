"""The canary sings: what it looks for is found where it is hidden."""

from pathlib import Path

import pytest

from tests.scenarios.canary import complaints, misplaced
from tests.scenarios.computer import Computer, Ran

TOKEN = "EAAG" + "x" * 60


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    (tmp_path / "secrets.json").write_text("{}", "utf-8")
    return Computer(tmp_path, monkeypatch)


def test_silence_is_no_complaint(computer: Computer) -> None:
    computer.ran.append(Ran(("pages",), 0, "Blumen Beispiel  100000000000011  ready to link\n", ""))
    assert complaints(computer, "{}", {TOKEN}) == []
    assert misplaced(computer, {TOKEN}) == []


@pytest.mark.parametrize("place", ["output", "log", "support file", "files"])
def test_a_secret_is_found_by_itself_and_by_its_looks(computer: Computer, place: str) -> None:
    told = f"a token: {TOKEN}"
    match place:
        case "output":
            computer.ran.append(Ran(("status",), 0, "", told))
        case "log":
            computer.log.write(told)
        case "files":
            (computer.home / "settings.json").write_text(told, "utf-8")
    bundle = told if place == "support file" else ""
    assert len(complaints(computer, bundle, {TOKEN})) == 2
    assert len(complaints(computer, bundle, ())) == 1


@pytest.mark.parametrize(
    "words", ["Traceback (most recent", "KeyError: 'id'", "(#10) Application", "Hello {name}", "x: None"]
)
def test_words_for_programmers_are_found(computer: Computer, words: str) -> None:
    computer.ran.append(Ran(("status",), 0, words, ""))
    assert complaints(computer, "", ()) != []


def test_an_empty_list_without_a_reason_is_found(computer: Computer) -> None:
    computer.ran.append(Ran(("pages",), 0, "", "Is a Page missing?"))
    assert len(complaints(computer, "", ())) == 1


@pytest.mark.parametrize("kept", [f'{{"fbtool/a": {{"person 1": "{TOKEN}"}}}}', f'{{"fbtool/{TOKEN}": {{}}}}'])
def test_what_has_no_place_in_the_secret_store_is_found(computer: Computer, kept: str) -> None:
    computer.secrets.write_text(kept, "utf-8")
    assert misplaced(computer, {TOKEN}) != []
