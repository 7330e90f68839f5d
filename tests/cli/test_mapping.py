"""`fbtool export` and `fbtool import`: the mapping of Pages to accounts as a file, there and back."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook.graph import VERSION
from fbtool.linking.links.mapping import Entry, MappingUnreadable, read_mapping, write_mapping
from tests.cli.conftest import Fbtool
from tests.linking.answers import link, page
from tests.linking.standin import Answer, ScriptedServer

PAGES = (Entry("11", "Café „Süd“, Ost", "acc_7", "Muster; GmbH"), Entry("12", "=1+1", "acc_8", ""))


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_is_written_is_read_again(form: str) -> None:
    assert read_mapping(write_mapping(PAGES, form).encode(), form, "file") == PAGES


CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")).map(str.strip)
ENTRIES = st.builds(Entry, st.from_regex(r"[1-9][0-9]{4,14}", fullmatch=True), CELLS, CELLS, CELLS)


@given(st.lists(ENTRIES, max_size=5).map(tuple), st.sampled_from(["csv", "json"]))
def test_whatever_names_there_are_every_row_comes_back(entries: tuple[Entry, ...], form: str) -> None:
    assert read_mapping(write_mapping(entries, form).encode(), form, "file") == entries


@given(st.binary(), st.sampled_from(["csv", "json"]))
def test_any_file_is_read_or_called_unreadable(raw: bytes, form: str) -> None:
    with contextlib.suppress(MappingUnreadable):
        read_mapping(raw, form, "file")


@pytest.mark.parametrize(
    "first", [*"=+-@＝＋－＠", "\t", "\r", "\n", " =", "\u00a0=", "\u3000＝", "\u200b=", "\ufeff-", "'"]
)
def test_a_spreadsheet_does_not_calculate_with_any_cell(first: str) -> None:
    cell = f"{first}1+1"
    entry = Entry("11", cell, cell, cell)
    written = write_mapping((entry,), "csv")
    assert written.count(f'"\'{cell}"') == 3
    assert read_mapping(written.encode(), "csv", "file") == (entry,)


@pytest.mark.parametrize(
    "text", ["page_id\n11\n\n12\n", "\ufeffpage_name;page_id\nx;11\ny;12\n", "page_id,more\r\n11,a\r\n 12 ,b\r\n"]
)
def test_what_spreadsheets_make_of_it_is_read(text: str) -> None:
    assert [entry.page_id for entry in read_mapping(text.encode(), "csv", "file")] == ["11", "12"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("first_line", ["", "sep={}\r\n", '"sep={}"\r\n', "\r\n"])
@pytest.mark.parametrize("heading", [("page_id", "page_name"), ("PAGE_ID", "Page_Name"), (" Page ID ", '"page-name"')])
def test_a_spreadsheet_may_save_it_as_it_likes(
    encoding: str, separator: str, first_line: str, heading: tuple[str, str]
) -> None:
    rows = (heading, ("11", "Café „Süd“"), ("12", "Zoë’s"))
    text = first_line.format(separator) + "".join(separator.join(row) + "\r\n" for row in rows)
    assert read_mapping(text.encode(encoding), "csv", "file") == (Entry("11", "Café „Süd“"), Entry("12", "Zoë’s"))


@pytest.mark.parametrize(
    "cell",
    ["104857600000001", "104.857.600.000.001", "104,857,600,000,001", "104 857 600 000 001", "104857600000001,00",
     "104857600000001.0", '="104857600000001"', "'104857600000001", "104\u202f857\u202f600\u202f000\u202f001"],
)  # fmt: skip
def test_an_id_is_found_in_what_a_number_format_made_of_it(cell: str) -> None:
    (entry,) = read_mapping(f"page_id;page_name\n{cell};x\n".encode(), "csv", "file")
    assert entry.page_id == "104857600000001"


@pytest.mark.parametrize(
    ("cell", "may_be", "is_not"),
    [("1,E+14", 104857600000001, 204857600000001), ("1.00E+14", 100000000000001, 104857600000001),
     ("1,04858E+14", 104857600000001, 104859600000001), ("104857600000001000", 104857600000001234, 104857600000003000)],
)  # fmt: skip
def test_a_rounded_id_still_tells_which_ids_it_was_not(cell: str, may_be: int, is_not: int) -> None:
    rounded = Entry(cell).rounded
    assert rounded
    assert rounded.may_be(str(may_be))
    assert not rounded.may_be(str(is_not))
    assert Entry(str(may_be)).rounded is None


def test_a_workbook_is_called_that() -> None:
    with pytest.raises(MappingUnreadable, match="mapping_unreadable") as found:
        read_mapping(b"PK\x03\x04...", "csv", "file")
    assert "Save as" in found.value.told("en").meaning


@pytest.mark.parametrize(
    ("text", "form"), [("", "csv"), ("a,b\n1,2\n", "csv"), ("{", "json"), ('{"pages": 1}', "json")]
)
def test_something_else_is_named(text: str, form: str) -> None:
    with pytest.raises(MappingUnreadable):
        read_mapping(text.encode(), form, "file")


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


RESTAURANTS = {"104857600000001": "Nord", "104857600000002": "Süd", "104857600000003": "Ost", "104857600000004": "West"}


@pytest.fixture
def restaurants(signed_in: None, server: ScriptedServer) -> ScriptedServer:
    """Four Pages whose ids a spreadsheet rounds to the same number."""
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": []}))
    pages = [page(page_id, name) for page_id, name in RESTAURANTS.items()]
    server.on("GET", f"/{VERSION}/me/accounts", Answer(content={"data": pages}))
    for page_id, name in RESTAURANTS.items():
        server.on("PUT", f"/v1/facebook/pages/{page_id}", Answer(201, link(page_id, name)))
    return server


@pytest.mark.parametrize("spoilt", ["1,E+14", "1.00E+14", "1,05E+14", "1,04857600000000E+14"])
def test_ids_that_a_spreadsheet_has_rounded_are_found_by_name(
    fbtool: Fbtool, restaurants: ScriptedServer, home: Path, spoilt: str
) -> None:
    file = home / "pages.csv"
    rows = "".join(f"{spoilt};{name}\r\n" for name in RESTAURANTS.values())
    file.write_bytes(f"page_id;page_name\r\n{rows}".encode("cp1252"))
    run = fbtool("import", str(file), "--json")
    told = {row["id"]: row["result"] for row in run.json["outcomes"]}
    fits = spoilt != "1.00E+14" and not spoilt.startswith("1,0485760")
    assert (run.code, told) == ((0, dict.fromkeys(RESTAURANTS, "linked")) if fits else (3, {spoilt: "failed"}))
    assert len(run.json["outcomes"]) == 4


def test_a_rounded_id_without_a_name_that_decides_is_named(
    fbtool: Fbtool, restaurants: ScriptedServer, home: Path
) -> None:
    file = home / "pages.csv"
    file.write_text("page_id,page_name\n1.E+14,\n1.E+14,Gibt es nicht\n,\n,Nord\n,Nirgends\n", "utf-8")
    run = fbtool("import", str(file))
    assert run.code == 3
    assert "✗ 1.E+14: The file holds “1.E+14” in place of this Page's id; a spreadsheet has rounded it." in run.out
    assert "✗ Gibt es nicht: The file holds “1.E+14”" in run.out
    assert "✗ Nirgends: This row of the file holds no id of a Page." in run.out
    assert "✓ Nord: linked" in run.out
    assert "1 done, 3 Pages not." in run.out


def test_a_page_that_is_named_twice_is_told_twice(fbtool: Fbtool, restaurants: ScriptedServer, home: Path) -> None:
    file = home / "pages.csv"
    file.write_text("page_id\n104857600000001\n104857600000002\n104857600000001\n", "utf-8")
    run = fbtool("import", str(file))
    assert run.code == 0
    assert "= Nord: named more than once" in run.out
    assert "Row 3 of the file names the same Page as row 1." in run.out
    assert len(restaurants.asked("PUT", "/v1/facebook/pages/104857600000001")) == 1
    told = fbtool("import", str(file), "--json").json["outcomes"]
    assert sorted(row["result"] for row in told) == ["linked", "linked", "repeated"]


@pytest.mark.usefixtures("signed_in")
def test_a_page_that_is_linked_already_has_an_outcome_too(fbtool: Fbtool, home: Path) -> None:
    file = home / "pages.json"
    file.write_text('{"pages": [{"page_id": 11}]}', "utf-8")
    run = fbtool("import", str(file), "--json")
    assert (run.code, [row["result"] for row in run.json["outcomes"]]) == (0, ["unchanged"])
