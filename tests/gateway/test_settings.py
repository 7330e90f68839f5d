"""Settings: secrets from files or the environment, all mistakes at once, and nothing readable by others."""

import base64
from pathlib import Path

import pytest

from fbtool.gateway.channels.facebook.settings import FacebookSettings
from fbtool.gateway.operation.settings import Settings, SettingsIncomplete, load

SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
EARLIER = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
GOOD = {"FBTOOL_APP_ID": "18", "FBTOOL_APP_SECRET": SECRET}


def facebook(settings: Settings) -> FacebookSettings:
    read: FacebookSettings = settings.of_channel["facebook"]
    return read


def test_the_shortest_settings(tmp_path: Path) -> None:
    settings = load(tmp_path / "data", GOOD)
    assert (facebook(settings).app.id, facebook(settings).app.secret, settings.host) == ("18", SECRET, "127.0.0.1")
    assert facebook(settings).signing_secrets == (SECRET,)
    assert facebook(settings).platform.graph == "https://graph.facebook.com"


def test_keys_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    first, again = load(tmp_path, GOOD), load(tmp_path, GOOD)
    assert first.master_key == again.master_key
    assert first.admin_token == again.admin_token
    for name in ("master.key", "admin.token"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET + "\n")
    (tmp_path / "key").write_text(base64.b64encode(b"k" * 32).decode())
    environment = {
        "FBTOOL_APP_ID": "18",
        "FBTOOL_APP_SECRET_FILE": str(tmp_path / "secret"),
        "FBTOOL_APP_SECRET_EARLIER": EARLIER,
        "FBTOOL_MASTER_KEY_FILE": str(tmp_path / "key"),
    }
    settings = load(tmp_path, environment)
    assert facebook(settings).signing_secrets == (SECRET, EARLIER)
    assert settings.master_key == b"k" * 32
    assert not (tmp_path / "master.key").exists()


def test_systemd_hands_the_key_over_as_a_credential(tmp_path: Path) -> None:
    (tmp_path / "master.key").write_text(base64.b64encode(b"c" * 32).decode())
    settings = load(tmp_path / "data", GOOD | {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert settings.master_key == b"c" * 32


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    environment = {
        "FBTOOL_APP_SECRET_FILE": "/nowhere",
        "FBTOOL_MASTER_KEY": "short",
        "FBTOOL_FACEBOOK": "http://x.example",
    }
    with pytest.raises(SettingsIncomplete) as caught:
        load(tmp_path, environment, {"server.public_url": "http://gw.example.org"})
    told = caught.value.told("en").what
    for word in ("FBTOOL_APP_ID", "/nowhere", "FBTOOL_APP_SECRET", "gw.example.org", "x.example", "32 bytes"):
        assert word in told
    assert "Kennung der App" in caught.value.told("de").what


def test_no_secret_is_shown_by_accident(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD)
    shown = repr(settings)
    assert SECRET not in shown
    assert settings.admin_token not in shown
