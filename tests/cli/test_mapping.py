"""`fbtool export` and `fbtool import`: the mapping of Pages to accounts as a file, there and back."""

import json
from pathlib import Path

import pytest

from fbtool.linking.mapping import Entry, MappingUnreadable, read_mapping, write_mapping
from tests.cli.conftest import Fbtool
from tests.linking.answers import link
from tests.linking.standin import Answer, ScriptedServer

PAGES = (Entry("11", "Café „Süd“, Ost", "acc_7", "Muster; GmbH"), Entry("12", "=1+1", "acc_8", ""))


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_is_written_is_read_again(form: str) -> None:
    assert read_mapping(write_mapping(PAGES, form), form, "file") == PAGES


def test_a_spreadsheet_does_not_calculate_with_a_name() -> None:
    assert ",=1+1" not in write_mapping(PAGES, "csv")


@pytest.mark.parametrize(
    "text", ["page_id\n11\n11\n\n12\n", "\ufeffpage_name;page_id\nx;11\ny;12\n", "page_id,more\r\n11,a\r\n 12 ,b\r\n"]
)
def test_what_spreadsheets_make_of_it_is_read(text: str) -> None:
    assert [entry.page_id for entry in read_mapping(text, "csv", "file")] == ["11", "12"]


@pytest.mark.parametrize(
    ("text", "form"), [("", "csv"), ("a,b\n1,2\n", "csv"), ("{", "json"), ('{"pages": 1}', "json")]
)
def test_something_else_is_named(text: str, form: str) -> None:
    with pytest.raises(MappingUnreadable):
        read_mapping(text, form, "file")


@pytest.mark.usefixtures("connected")
def test_export_needs_no_sign_in(fbtool: Fbtool, home: Path) -> None:
    file = home / "pages.csv"
    run = fbtool("export", str(file))
    assert run.code == 0
    assert (
        file.read_text("utf-8-sig") == "page_id,page_name,account_id,account_name\n11,Café Muster,acc_7,Muster GmbH\n"
    )
    assert "1 Page written" in run.err
    assert json.loads(fbtool("export", "-", "--format", "json").out)["pages"][0]["page_id"] == "11"
    assert fbtool("export", str(home / "pages.txt")).code == 8
    assert fbtool("export", str(home / "no" / "pages.csv")).code == 8


@pytest.mark.usefixtures("signed_in")
def test_import_links_what_is_ready_and_says_why_not_for_the_others(
    fbtool: Fbtool, server: ScriptedServer, home: Path
) -> None:
    server.on("PUT", "/v1/facebook/pages/12", Answer(201, link("12", "Bistro")))
    file = home / "pages.csv"
    file.write_text("page_id,page_name,account_id\n11,,\n12,,acc_7\n13,,\n99,Gone,\n14,Theirs,acc_8\n", "utf-8")
    run = fbtool("import", str(file))
    assert run.code == 3
    assert "1 Page is linked already." in run.err
    assert "✓ Bistro: linked" in run.out
    assert "✗ Zoo: This Page cannot be linked like this; its state: role missing." in run.out
    assert "✗ Gone: There is no Page “99” here." in run.out
    assert "✗ Theirs: The file gives this Page to the messenger account “acc_8”." in run.out
    assert "1 done, 3 Pages not." in run.out
    told = fbtool("import", str(file), "--json").json["outcomes"]
    assert {row["id"]: row["result"] for row in told}["12"] == "linked"


@pytest.mark.usefixtures("signed_in")
def test_a_file_for_another_account_is_imported_on_purpose_only(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("PUT", "/v1/facebook/pages/12", Answer(201, link("12", "Bistro")))
    typed = '{"pages": [{"page_id": "12", "account_id": "acc_8"}]}'
    assert fbtool("import", "-", "--format", "json", typed=typed).code == 3
    assert fbtool("import", "-", "--format", "json", "--any-account", typed=typed).code == 0


def test_a_file_that_is_not_there_is_named(fbtool: Fbtool, home: Path) -> None:
    run = fbtool("import", str(home / "no.csv"))
    assert run.code == 8
    assert "no.csv" in run.err
