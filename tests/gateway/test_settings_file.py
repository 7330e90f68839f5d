"""The settings file: written with its comments, read with all its mistakes, overridden for one start."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.connection_code import AddressUnusable
from fbtool.facebook.graph import App
from fbtool.gateway.channels.facebook.settings import SETTINGS as FACEBOOK
from fbtool.gateway.channels.facebook.settings import for_setup
from fbtool.gateway.operation.core_settings import SETTINGS
from fbtool.gateway.operation.settings import SettingsIncomplete, load
from fbtool.gateway.operation.settings_file import FILE, SettingsFile, written
from fbtool.gateway.operation.setup_files import AlreadySetUp, FolderUnusable, set_up

EVERY = (*FACEBOOK, *SETTINGS)
SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
NOTHING: dict[str, str] = {}


def founded(folder: Path, app_id: str = "18") -> Path:
    set_up(folder, "https://gw.example.org/", ["facebook"], *for_setup(app_id, SECRET))
    return folder


def add(folder: Path, section: str, line: str) -> None:
    """Write a line into a section, as an editor would."""
    file = folder / FILE
    file.write_text(file.read_text("utf-8").replace(f"[{section}]\n", f"[{section}]\n{line}\n"), "utf-8")


def mistakes(folder: Path, language: str = "en") -> str:
    with pytest.raises(SettingsIncomplete) as caught:
        load(folder, NOTHING)
    return caught.value.told(language).what


def test_what_init_writes_starts_a_gateway(tmp_path: Path) -> None:
    settings = load(founded(tmp_path / "new"), NOTHING)
    assert settings.of_channel["facebook"].app == App("18", SECRET)
    assert (settings.public_url, settings.port, settings.log_format) == ("https://gw.example.org", 8787, "text")
    assert settings.metrics_token not in {"", settings.admin_token}


def test_every_setting_is_in_the_file_with_its_default_and_a_comment(tmp_path: Path) -> None:
    file = founded(tmp_path) / FILE
    text = file.read_text("utf-8")
    for key in EVERY:
        assert f"{key.name} = " in text, key.place
        assert key.why in text, key.place
    all_defaults = "\n".join(line.removeprefix("#") if line.startswith("#") and line[1:2] != " " else line
                             for line in text.splitlines())  # fmt: skip
    file.write_text(all_defaults.replace('earlier_app_secret_file = "app.secret.earlier"', ""), "utf-8")
    assert load(tmp_path, NOTHING).limits.sockets == 1024


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights at the folder")
def test_only_the_owner_reads_the_keys(tmp_path: Path) -> None:
    founded(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    for name in ("master.key", "admin.token", "metrics.token", "app.secret"):
        assert (tmp_path / "data" / name).stat().st_mode & 0o777 == 0o600, name
        assert (tmp_path / "data" / name).read_text().strip() not in (tmp_path / "data" / FILE).read_text()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "master.key").write_text("the key of data that exists")
    founded(tmp_path)
    assert (tmp_path / "master.key").read_text() == "the key of data that exists"
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(AlreadySetUp):
        founded(tmp_path, app_id="19")
    assert (tmp_path / FILE).read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderUnusable):
        founded(tmp_path / "file" / "data")
    with pytest.raises(AddressUnusable):
        set_up(tmp_path / "x", "http://gw.example.org", ["facebook"], *for_setup("18", SECRET))


def test_environment_and_options_come_before_the_file(tmp_path: Path) -> None:
    add(founded(tmp_path), "server", 'port = 9000\nhost = "127.0.0.3"')
    assert load(tmp_path, NOTHING).port == 9000
    assert load(tmp_path, {"FBTOOL_PORT": "9001", "FBTOOL_HOST": "127.0.0.4"}).port == 9001
    settings = load(tmp_path, {"FBTOOL_PORT": "9001"}, {"server.port": "0", "server.host": "127.0.0.5"})
    assert (settings.port, settings.host) == (0, "127.0.0.5")


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    folder = founded(tmp_path, app_id="18")
    (folder / FILE).write_text(
        (folder / FILE).read_text("utf-8").replace('app_id = "18"', 'app_id = "eighteen"'), "utf-8"
    )
    add(folder, "server", 'prot = 8787\nport = "x"\ntrusted_proxies = ["proxy"]')
    add(folder, "limits", "sockets = 0")
    add(folder, "log", 'format = "xml"')
    told = mistakes(folder)
    lines = (folder / FILE).read_text("utf-8").splitlines()
    for place, setting in {
        "server.prot": "prot = 8787",
        "server.port": 'port = "x"',
        "server.trusted_proxies": 'trusted_proxies = ["proxy"]',
        "limits.sockets": "sockets = 0",
        "log.format": 'format = "xml"',
        "facebook.app_id": 'app_id = "eighteen"',
    }.items():
        assert f"line {lines.index(setting) + 1}, {place}:" in told, told
    assert "Did you mean “server.port”?" in told
    assert "Zeile" in mistakes(folder, "de")


def test_a_mistake_is_blamed_on_where_the_wrong_value_came_from(tmp_path: Path) -> None:
    folder = founded(tmp_path)
    add(folder, "server", "port = 8787")
    add(folder, "facebook", "sign_in_by_code = false")
    environment = {
        "FBTOOL_APP_ID": "my app", "FBTOOL_PORT": "x", "FBTOOL_PUBLIC_URL": "http://gw.example.org",
        "FBTOOL_LOG_FORMAT": "xml", "FBTOOL_SIGN_IN_BY_CODE": "perhaps", "FBTOOL_FACEBOOK": "nowhere",
    }  # fmt: skip
    with pytest.raises(SettingsIncomplete) as caught:
        load(folder, environment)
    told = caught.value.told("en").what
    for variable in environment:
        assert f"• {variable}: " in told, told
    assert FILE not in told
    assert "line" not in told
    with pytest.raises(SettingsIncomplete) as caught:
        load(folder, NOTHING, {"facebook.app_id": "my app", "server.public_url": "http://x.example"})
    told = caught.value.told("en").what
    assert "--app-id: " in told
    assert "--public-url: " in told
    assert "line" not in told


def test_a_file_that_is_no_toml_is_the_only_mistake(tmp_path: Path) -> None:
    add(founded(tmp_path), "facebook", "app_id = = 3")
    told = mistakes(tmp_path)
    assert told.count("•") == 1
    assert f"line {(tmp_path / FILE).read_text('utf-8').splitlines().index('app_id = = 3') + 1}:" in told


def test_a_secret_that_is_to_be_written_later_is_asked_for_with_its_file(tmp_path: Path) -> None:
    set_up(tmp_path, "", ["facebook"], *for_setup("18", ""))
    assert f"write it into {tmp_path / 'app.secret'}" in mistakes(tmp_path)


@given(st.text())
def test_no_content_of_the_file_surprises_the_reader(text: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text(text, "utf-8", newline="")
        read = SettingsFile.read(Path(folder))
        assert read.check({key.place: key for key in EVERY}) or not set(read.values) - {key.place for key in EVERY}


def test_the_comments_are_in_the_language_of_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fbtool.language._current", "de")
    text = written((*FACEBOOK, *SETTINGS), {})
    assert "Der Schlüssel, der die Datenbank öffnet" in text
    assert text.startswith("# Einstellungen des fbtool-Gateways.")
    english = {line for line in text.splitlines() if re.search(r"\b(the|is|of)\b", line)}
    assert not english
