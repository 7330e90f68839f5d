"""A download can tell the gateway's address by its name or by a file beside it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.download_name import address_in, name_with
from fbtool.linking.local.gateway_hint import NAME_FILE, SIDE_FILE, gateway_beside, gateway_of_download

GATEWAY = "https://gateway.example.org"


@pytest.mark.parametrize(
    "name",
    [
        "Facebook-Tool-1.2.3-setup@gateway.example.org.exe",
        "Facebook-Tool-1.2.3-setup@gateway.example.org (1).exe",
        "Facebook-Tool-1.2.3-portable@gateway.example.org.zip",
        "Facebook-Tool-1.2.3-portable@gateway.example.org",
    ],
)
def test_browsers_and_zips_change_names_and_the_address_stays(name: str) -> None:
    assert address_in(name) == GATEWAY


@pytest.mark.parametrize(
    "name", ["fbtool.exe", "Facebook-Tool-1.2.3-setup.exe", "a@b@.exe", "x@../../y.exe", "@.exe", ""]
)
def test_other_names_tell_nothing(name: str) -> None:
    assert gateway_beside(Path("/nowhere", name)) == ""


@given(
    host=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]{2,5}){1,2}", fullmatch=True),
    port=st.none() | st.integers(1, 65535),
)
def test_what_a_gateway_writes_into_a_name_is_read_back(host: str, port: int | None) -> None:
    address = f"https://{host}" + (f":{port}" if port else "")
    told = name_with("Facebook-Tool-1.2.3-setup.exe", address)
    assert told == "Facebook-Tool-1.2.3-setup.exe" or address_in(told) == address
    if not host.endswith((".exe", ".zip")):
        assert address_in(told) == address


def test_an_address_with_a_path_does_not_fit_into_a_name() -> None:
    assert name_with("Facebook-Tool.exe", "https://example.org/messenger") == "Facebook-Tool.exe"


def test_the_installer_hands_the_name_on(tmp_path: Path) -> None:
    (tmp_path / NAME_FILE).write_text("Facebook-Tool-1.2.3-setup@gateway.example.org=8443.exe", "utf-16")
    assert gateway_beside(tmp_path / "fbtool.exe") == "https://gateway.example.org:8443"


def test_the_folder_of_an_unpacked_zip_keeps_it(tmp_path: Path) -> None:
    folder = tmp_path / "Facebook-Tool-1.2.3-portable@gateway.example.org" / "Facebook-Tool"
    assert gateway_beside(folder / "fbtool.exe") == GATEWAY


def test_a_side_file_goes_first_and_may_be_written_with_notepad(tmp_path: Path) -> None:
    (tmp_path / NAME_FILE).write_text("Facebook-Tool@gateway.example.org.exe", "utf-16")
    (tmp_path / SIDE_FILE).write_text("https://other.example.org/\n", "utf-8-sig")
    assert gateway_beside(tmp_path / "fbtool.exe") == "https://other.example.org"


@pytest.mark.parametrize("text", ["http://gateway.example.org", "file:///etc", "\x00\xff", "https://user@host"])
def test_an_unsafe_address_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / SIDE_FILE).write_text(text, "latin-1")
    assert gateway_beside(tmp_path / "fbtool.exe") == ""


def test_what_was_installed_in_another_way_has_no_hint() -> None:
    assert gateway_of_download() == ""
