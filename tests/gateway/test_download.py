"""The gateway hands admins the Windows tool: the newest version, with its sum, and with its own address in the name."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fbtool.download_name import address_in
from fbtool.gateway.operation.settings import SettingsIncomplete, load
from fbtool.gateway.server import Gateway
from tests.gateway.conftest import APP, ScriptedFacebook, settings_for

SETUP, ZIP = "Facebook-Tool-1.10.0-setup.exe", "Facebook-Tool-1.10.0-portable.zip"
CONTENT = b"MZ the newest installer"
NOWHERE = "http://127.0.0.1:8787"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / SETUP).write_bytes(CONTENT)
    (folder / ZIP).write_bytes(b"PK")
    (folder / "Facebook-Tool-1.9.9-setup.exe").write_bytes(b"MZ an older one")
    (folder / "notes of the operator.txt").write_text("private", "utf-8")
    (tmp_path / "secret.txt").write_text("private", "utf-8")
    return folder


@pytest.fixture
def address(tmp_path: Path, facebook: ScriptedFacebook, folder: Path) -> Iterator[str]:
    gateway = Gateway(settings_for(tmp_path / "data", facebook, download_dir=folder))
    gateway.start()
    yield gateway.address
    gateway.stop()


@pytest.fixture
def without(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[str]:
    gateway = Gateway(settings_for(tmp_path / "data", facebook))
    gateway.start()
    yield gateway.address
    gateway.stop()


def get(address: str, **headers: str) -> requests.Response:
    return requests.get(address, headers=headers, timeout=60)


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()


@pytest.mark.parametrize(
    ("language", "words"), [("de-DE,en;q=0.5", "Für Windows herunterladen"), ("fr", "Download for Windows")]
)
def test_the_page_speaks_the_readers_language(address: str, language: str, words: str) -> None:
    page = get(f"{address}/download", **{"Accept-Language": language})
    assert page.status_code == 200
    assert words in page.text
    assert "1.10.0" in page.text
    assert "1.9.9" not in page.text
    assert hashlib.sha256(CONTENT).hexdigest() in page.text
    assert "<script" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_every_link_of_the_page_gives_the_file_with_the_sum_that_the_page_tells(address: str) -> None:
    page = get(f"{address}/download").text
    places = re.findall(r'href="([^"]+)"', page)
    assert len(places) == 2
    for place in places:
        file = get(f"{address}/{place}")
        assert hashlib.sha256(file.content).hexdigest() in page


def test_the_name_of_the_file_carries_the_gateways_address(address: str) -> None:
    file = get(f"{address}/download/{SETUP}")
    assert file.content == CONTENT
    name = re.search(r"filename(?:\*=utf-8''|=\")([^\"]+)", file.headers["content-disposition"])
    assert name is not None
    assert address_in(requests.utils.unquote(name[1])) == address


def test_programs_are_told_the_newest_version(address: str) -> None:
    latest = get(f"{address}/download/latest.json").json()
    assert (latest["version"], latest["page"]) == ("1.10.0", f"{address}/download")
    assert [file["kind"] for file in latest["files"]] == ["installer", "portable"]
    installer = latest["files"][0]
    assert installer["size"] == len(CONTENT)
    assert get(installer["url"]).content == CONTENT


def test_a_new_version_is_offered_at_once(address: str, folder: Path) -> None:
    (folder / "Facebook-Tool-2.0.0-setup.exe").write_bytes(b"MZ newer")
    assert get(f"{address}/download/latest.json").json()["version"] == "2.0.0"


@pytest.mark.parametrize(
    "name",
    [
        "notes%20of%20the%20operator.txt", "..%2Fsecret.txt", "..%5Csecret.txt", "%2e%2e/secret.txt", "%00", "",
        "Facebook-Tool-1.9.9-setup.exe", SETUP.lower(), SETUP + "%00", "Facebook-Tool-1.10.0-setup.exe%2F..",
    ],
)  # fmt: skip
def test_nothing_else_can_be_had(address: str, name: str) -> None:
    request = requests.Request("GET", address).prepare()
    request.url = f"{address}/download/{name}"  # as it is, without anybody's tidying up
    with requests.Session() as session:
        answer = session.send(request, timeout=60, allow_redirects=False)
    assert answer.status_code in (307, 404)
    assert b"private" not in answer.content


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(codec="utf-8"), max_size=30))
def test_no_name_leads_out_of_the_folder(address: str, name: str) -> None:
    answer = get(f"{address}/download/{requests.utils.quote(name, safe='')}")
    assert answer.status_code in (200, 404)
    assert b"private" not in answer.content


def test_without_a_folder_the_page_says_so(without: str) -> None:
    page = get(f"{without}/download", **{"Accept-Language": "de"})
    assert page.status_code == 404
    assert "Dieses Gateway bietet keinen Download an." in page.text
    assert get(f"{without}/download/latest.json").status_code == 404
    assert get(f"{without}/download/{SETUP}").status_code == 404


def test_a_folder_that_does_not_exist_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    environment = {"FBTOOL_APP_SECRET": APP.secret, "FBTOOL_DOWNLOAD_DIR": "nowhere"}
    with pytest.raises(SettingsIncomplete) as caught:
        load(tmp_path, environment, {"facebook.app_id": "1"})
    assert "nowhere" in caught.value.told("en").what
