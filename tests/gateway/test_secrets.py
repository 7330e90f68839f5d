"""Secrets handed to the gateway: a weak one is a mistake wherever it comes from, an empty one opens nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from fbtool.gateway.channels.facebook.settings import SecretUnusable, check_app_secret, for_setup
from fbtool.gateway.channels.facebook.store.tables import tables
from fbtool.gateway.operation.key_rotation import take_new_secret
from fbtool.gateway.operation.settings import SettingsIncomplete, load, load_master_key
from fbtool.gateway.operation.setup_files import set_up
from fbtool.gateway.server import Gateway
from fbtool.gateway.store.factory import store_for
from fbtool.gateway.vault import new_data_key
from fbtool.gateway.wakeups import Notifier
from fbtool.problem import Problem
from tests.gateway.conftest import APP, ScriptedFacebook, settings_for
from tests.postgres import Cluster

GOOD = {"FBTOOL_APP_ID": APP.id, "FBTOOL_APP_SECRET": APP.secret}
SECRETS = {
    "FBTOOL_ADMIN_TOKEN": ("admin.token", "keys.admin_token_file"),
    "FBTOOL_METRICS_TOKEN": ("metrics.token", "keys.metrics_token_file"),
    "FBTOOL_APP_SECRET": ("app.secret", "facebook.app_secret_file"),
    "FBTOOL_APP_SECRET_EARLIER": ("app.secret.earlier", "facebook.earlier_app_secret_file"),
    "FBTOOL_MASTER_KEY": ("master.key", "keys.master_key_file"),
    "FBTOOL_DATABASE_URL": ("database.url", "database.url_file"),
}
WEAK = {"empty": "", "blank": " \n\t", "short": "x" * 23, "in two words": "twelve chars " * 4}
HandedEvent = tuple[dict[str, str], str]
"""An environment, and the word by which a person finds what is wrong."""


def in_a_file(variable: str, text: str, folder: Path) -> HandedEvent:
    file = folder / "handed-over"
    file.write_text(text)
    return {f"{variable}_FILE": str(file)}, f"{variable}_FILE"


def in_the_environment(variable: str, text: str, folder: Path) -> HandedEvent:
    return {variable: text}, variable


def as_a_credential(variable: str, text: str, folder: Path) -> HandedEvent:
    credentials = folder / "credentials"
    credentials.mkdir()
    (credentials / SECRETS[variable][0]).write_text(text)
    return {"CREDENTIALS_DIRECTORY": str(credentials)}, "systemd"


def in_the_data_folder(variable: str, text: str, folder: Path) -> HandedEvent:
    data = folder / "data"
    data.mkdir(exist_ok=True)
    (data / SECRETS[variable][0]).write_text(text)
    return {}, SECRETS[variable][1]


@pytest.mark.parametrize("weakness", WEAK)
@pytest.mark.parametrize("way", [in_a_file, in_the_environment, as_a_credential, in_the_data_folder])
@pytest.mark.parametrize("variable", SECRETS)
def test_a_weak_secret_is_a_mistake_of_the_settings(
    tmp_path: Path, variable: str, way: Callable[[str, str, Path], HandedEvent], weakness: str
) -> None:
    if variable == "FBTOOL_DATABASE_URL" and weakness in {"short", "in two words"}:
        pytest.skip("an address is judged when it is used")
    if way is in_the_environment and weakness == "empty":
        pytest.skip("an empty variable is one that is not set")
    handed, found_by = way(variable, WEAK[weakness], tmp_path)
    environment = {name: text for name, text in GOOD.items() if name != variable} | handed
    with pytest.raises(SettingsIncomplete) as caught:
        load(tmp_path / "data", environment)
    told = caught.value.told("en").what
    assert found_by in told
    assert "x" * 23 not in told


def test_an_empty_variable_is_not_set_and_a_good_token_is_made(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD | {"FBTOOL_ADMIN_TOKEN": "", "FBTOOL_ADMIN_TOKEN_FILE": ""})
    assert len(settings.admin_token) >= 24


def test_settings_that_are_refused_leave_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(SettingsIncomplete):
        load(tmp_path / "data", GOOD | {"FBTOOL_ADMIN_TOKEN": "x"})
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("admin_token", ["", " ", "admin-token-of-the-tests"])
@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer ", "Bearer  ", "bearer \t", "Basic Og==", "Bearer x", "Bearer \xe9"]
)
def test_no_face_of_the_operator_admits_who_brings_no_token_or_a_wrong_one(
    tmp_path: Path, facebook: ScriptedFacebook, admin_token: str, given: str | None
) -> None:
    gateway = Gateway(settings_for(tmp_path, facebook, admin_token=admin_token, metrics_token=""))
    gateway.start()
    try:
        for method, path in (
            ("GET", "/admin/accounts"), ("POST", "/admin/accounts"), ("GET", "/admin/holdings"), ("GET", "/metrics"),
            ("GET", "/admin/checks"), ("GET", "/admin/backup"), ("POST", "/admin/webhook"), ("POST", "/admin/reload"),
            ("PATCH", "/admin/accounts/x"), ("DELETE", "/admin/accounts/x"), ("POST", "/admin/accounts/x/rotate"),
        ):  # fmt: skip
            headers = {} if given is None else {"Authorization": given.encode("latin-1")}
            answer = requests.request(method, gateway.address + path, headers=headers, json={"name": "x"}, timeout=60)
            assert (path, answer.status_code) == (path, 401)
    finally:
        gateway.stop()


@pytest.mark.parametrize("name", ["master.key", "mistyped.key"])
def test_beside_a_database_a_lost_master_key_is_missing_and_none_is_made(tmp_path: Path, name: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "gateway.sqlite").write_bytes(b"data")
    (data / "gateway.toml").write_text(f'[keys]\nmaster_key_file = "{name}"\n')
    before = sorted(data.iterdir())
    for attempt in (lambda: load(data, GOOD), lambda: load_master_key(data, GOOD)):
        with pytest.raises(SettingsIncomplete) as caught:
            attempt()
        told = caught.value.told("en").what
        assert "missing" in told
        assert f"{data / name}," in told
        assert "FBTOOL_MASTER_KEY_FILE" in told
    assert sorted(data.iterdir()) == before


@pytest.mark.parametrize("given", [{"FBTOOL_MASTER_KEY": "bWlzdHlwZWQ="}, {"FBTOOL_MASTER_KEY_FILE": "/mistyped"}])
def test_beside_a_database_a_mistyped_master_key_changes_nothing(tmp_path: Path, given: dict[str, str]) -> None:
    (tmp_path / "gateway.sqlite").write_bytes(b"data")
    with pytest.raises(SettingsIncomplete):
        load(tmp_path, GOOD | given)
    assert [file.name for file in tmp_path.iterdir()] == ["gateway.sqlite"]


def test_a_key_is_made_for_a_new_shared_database_and_for_no_other(tmp_path: Path, cluster: Cluster) -> None:
    environment = GOOD | {"FBTOOL_DATABASE_URL": cluster.database()}
    first = load(tmp_path / "first", environment)

    async def start() -> None:
        store = store_for(first.data_dir, first.database_url, Notifier(), [tables])
        await store.start(new_data_key(first.master_key))
        await store.stop()

    asyncio.run(start())
    with pytest.raises(SettingsIncomplete) as caught:
        load(tmp_path / "second", environment)
    assert "copy it from another of its gateways" in caught.value.told("en").what
    assert not (tmp_path / "second").exists()


def test_where_a_shared_database_cannot_be_asked_no_key_is_made(tmp_path: Path) -> None:
    with pytest.raises(Problem):
        load(tmp_path / "data", GOOD | {"FBTOOL_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"})
    assert not (tmp_path / "data").exists()


def test_a_gateway_that_is_set_up_anew_over_its_old_data_gets_no_new_master_key(tmp_path: Path) -> None:
    (tmp_path / "gateway.sqlite").write_bytes(b"data")
    founded = set_up(tmp_path, "", ["facebook"], *for_setup("18", APP.secret))
    assert founded.key_missing
    assert not (tmp_path / "master.key").exists()


@pytest.mark.parametrize("secret", ["s", "x" * 23, "two words of some length"])
def test_an_app_secret_that_could_be_guessed_is_not_written_down(tmp_path: Path, secret: str) -> None:
    with pytest.raises(SecretUnusable):
        set_up(tmp_path / "data", "", ["facebook"], *for_setup("18", secret))
    with pytest.raises(SecretUnusable):
        take_new_secret(tmp_path / "app.secret", tmp_path / "app.secret.earlier", secret, check_app_secret)
    assert not list(tmp_path.iterdir())
