"""Which channels a gateway offers, where their settings come from, and how a running one takes a change."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from fbtool.finding import Check, Finding, ok
from fbtool.gateway.channels import installed
from fbtool.gateway.channels.installed import ChannelUnusable
from fbtool.gateway.operation.all_checks import findings_of
from fbtool.gateway.operation.reloading import Reloading, SettingsRefused
from fbtool.gateway.operation.settings import Settings, SettingsIncomplete, load
from fbtool.gateway.operation.settings_file import FILE
from fbtool.gateway.setting import Secret, Setting, SettingsReader
from fbtool.gateway.store.schema import Tables
from fbtool.language import say
from tests.gateway.conftest import APP, ScriptedFacebook
from tests.gateway.program import Program

GOOD = {"FBTOOL_APP_ID": APP.id, "FBTOOL_APP_SECRET": APP.secret}


class Pigeons:
    """A channel of somebody else."""

    name = "pigeons"
    widget_token = own_source = False
    settings: Sequence[Setting] = (
        Setting("pigeons.loft", "", "Where they live.", "PIGEONS_LOFT"),
        Secret("pigeons.whistle_file", "pigeons.whistle", "What they obey.", "PIGEONS_WHISTLE_FILE"),
    )

    def read_settings(self, reader: SettingsReader) -> tuple[str, str]:
        loft = reader.text("pigeons.loft")
        if not loft:
            reader.wrong("pigeons.loft", say("Name at least one channel."))
        return loft, reader.secret("pigeons.whistle_file")

    async def checks(self, settings: tuple[str, str], address: str) -> Sequence[Finding]:
        return [ok(Check("pigeons", "Pigeons"), say("awake"))]

    def tables(self, database: str) -> Tables:
        return Tables(self.name)


CARRIERS = Pigeons()


@pytest.fixture(autouse=True)
def pigeons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "_known", installed._known | {"pigeons": Pigeons()})


@pytest.fixture
def program(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Program]:
    running = Program(tmp_path, facebook)
    yield running
    running.close()


def write(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(text, "utf-8")


def mistakes(folder: Path, **environment: str) -> str:
    with pytest.raises(SettingsIncomplete) as caught:
        load(folder, GOOD | environment)
    return caught.value.told("en").what


def test_a_channel_reads_its_own_section(tmp_path: Path) -> None:
    write(tmp_path, '[server]\nchannels = ["facebook", "pigeons"]\n[pigeons]\nloft = "attic"\n')
    (tmp_path / "pigeons.whistle").write_text("a whistle that nobody can guess".replace(" ", "-"))
    settings = load(tmp_path, GOOD)
    assert settings.channels == ("facebook", "pigeons")
    assert settings.of_channel["facebook"].app == APP
    assert settings.of_channel["pigeons"] == ("attic", "a-whistle-that-nobody-can-guess")
    assert "whistle-that" not in repr(settings)


def test_a_channel_that_is_not_offered_need_not_be_complete(tmp_path: Path) -> None:
    write(tmp_path, '[server]\nchannels = ["pigeons"]\n[pigeons]\nloft = "attic"\n[facebook]\napp_id = "18"\n')
    settings = load(tmp_path, {})
    assert set(settings.of_channel) == {"pigeons"}
    write(tmp_path, '[pigeons]\nloft = "attic"\n')
    assert set(load(tmp_path, GOOD).of_channel) == {"facebook", "pigeons"}
    write(tmp_path, '[pigeons]\nloft = "attic"\nlofty = 1\n')
    assert "pigeons.lofty: there is no such setting. Did you mean “pigeons.loft”?" in mistakes(tmp_path)


def test_a_channel_that_is_offered_has_to_be_complete(tmp_path: Path) -> None:
    assert "Name at least one channel." in mistakes(tmp_path, FBTOOL_CHANNELS="facebook, pigeons")
    assert load(tmp_path, GOOD | {"FBTOOL_CHANNELS": "pigeons", "PIGEONS_LOFT": "x"}).channels == ("pigeons",)


def test_a_channel_that_nobody_knows_is_a_mistake_with_a_suggestion(tmp_path: Path) -> None:
    told = mistakes(tmp_path, FBTOOL_CHANNELS="facebok")
    assert "FBTOOL_CHANNELS: No channel “facebok” is installed. Did you mean “facebook”?" in told
    write(tmp_path, '[server]\nchannels = ["xyz"]\n')
    told = mistakes(tmp_path)
    assert "line 2, server.channels: No channel “xyz” is installed. Installed are: facebook, pigeons, webchat." in told
    write(tmp_path, "[server]\nchannels = []\n")
    assert "Name at least one channel." in mistakes(tmp_path)


def test_a_reload_takes_the_channels_and_names_what_waits_for_a_restart(tmp_path: Path) -> None:
    applied: list[Settings] = []

    async def apply(settings: Settings) -> None:
        applied.append(settings)

    write(tmp_path, '[facebook]\napp_id = "18"\nstand_in = "http://localhost:1"\n')
    (tmp_path / "app.secret").write_text(APP.secret)
    begun = load(tmp_path, {})

    async def play() -> None:
        reloading = Reloading(begun, apply)
        nothing = {"channels": ["facebook"], "changed": [], "restart": []}
        assert await reloading.reload() == nothing
        write(tmp_path, '[server]\nchannels = ["facebook", "pigeons"]\nport = 1\n[facebook]\napp_id = "19"\n'
                        '[pigeons]\nloft = "attic"\n')  # fmt: skip
        first = await reloading.reload()
        assert first["channels"] == ["facebook", "pigeons"]
        assert first["changed"] == ["server.channels", "pigeons.loft"]
        assert sorted(first["restart"]) == ["facebook.app_id", "facebook.stand_in", "server.port"]
        again = await reloading.reload()
        assert again["changed"] == []
        assert again["restart"] == first["restart"], "they still wait"
        (taken, *_) = applied
        assert replace(taken, channels=(), of_channel={}, taken={}) == replace(
            begun, channels=(), of_channel={}, taken={}
        )
        assert taken.of_channel == {"facebook": begun.of_channel["facebook"], "pigeons": ("attic", "")}
        file = (tmp_path / FILE).read_text("utf-8")
        write(tmp_path, file.replace('["facebook", "pigeons"]', '["facebook"]').replace("attic", "barn"))
        off = await reloading.reload()
        assert (off["channels"], off["changed"]) == (["facebook"], ["server.channels"])
        assert "pigeons.loft" in off["restart"], "it was read already, and goes on with that"
        write(tmp_path, (tmp_path / FILE).read_text("utf-8").replace('["facebook"]', '["facebook", "pigeons"]'))
        on = await reloading.reload()
        assert (on["changed"], "pigeons.loft" in on["restart"]) == (["server.channels"], True)
        assert applied[-1].of_channel == taken.of_channel

    asyncio.run(play())


def test_a_reload_with_a_mistake_changes_nothing(tmp_path: Path) -> None:
    async def apply(settings: Settings) -> None:
        raise AssertionError

    write(tmp_path, '[facebook]\napp_id = "18"\n')
    (tmp_path / "app.secret").write_text(APP.secret)
    begun = load(tmp_path, {})
    (tmp_path / "metrics.token").unlink()
    write(tmp_path, '[server]\nchannels = ["pigeons"]\nport = "x"\n[facebook]\napp_id = "18"\n')

    async def play() -> None:
        reloading = Reloading(begun, apply)
        with pytest.raises(SettingsRefused) as caught:
            await reloading.reload()
        told = caught.value.told("en").what
        assert told.count("•") == 2
        assert "server.port" in told
        assert "Name at least one channel." in told
        assert reloading.settings is begun

    asyncio.run(play())
    assert not (tmp_path / "metrics.token").exists(), "a reload makes no keys"


def test_the_command_tells_what_became_of_it(program: Program) -> None:
    done = program.computer.run("gateway", "reload")
    assert done.code == 0, done.err
    assert done.out == "No setting has changed.\n"
    write(program.data, "[limits]\nsockets = 99\n")
    done = program.computer.run("gateway", "reload")
    assert "Restart the gateway; until then it does not know the new limits.sockets." in done.err
    told = program.computer.run("gateway", "reload", "--json").json
    assert told == {"channels": ["facebook"], "changed": [], "restart": ["limits.sockets"]}
    write(program.data, '[server]\nchannels = ["facebok"]\n[limits]\nsockets = 0\n')
    done = program.computer.run("gateway", "reload")
    assert done.code == 6
    assert "Did you mean “facebook”?" in done.err
    assert "limits.sockets: This must be at least 1." in done.err
    refused = requests.post(f"{program.address}/admin/reload", timeout=60)
    assert refused.status_code == 401
    program.process.terminate()
    assert program.ended() == 0
    done = program.computer.run("gateway", "reload")
    assert done.code == 5
    assert "No gateway runs" in done.err


def test_a_channel_brings_its_own_checks(tmp_path: Path) -> None:
    write(tmp_path, '[server]\nchannels = ["pigeons"]\n[pigeons]\nloft = "attic"\n')
    found = {one.check.name: one for one in findings_of(tmp_path)}
    assert str(found["pigeons"].told) == "awake"
    assert set(found) == {"settings", "folder", "keys", "disk", "database", "master_key", "pigeons"}


def test_a_channel_of_somebody_else_is_found_by_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "carrier_pigeons-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: carrier-pigeons\nVersion: 1\n")
    (package / "entry_points.txt").write_text(
        "[fbtool.channels]\ncarriers = tests.gateway.test_reload:CARRIERS\nbroken = tests.gateway.nowhere:PLUG\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(installed, "_known", dict(installed._known))  # what is found stays known
    assert {"carriers", "broken"} <= set(installed.names())
    assert installed.plug("carriers") is CARRIERS
    assert set(CARRIERS.settings) <= set(installed.settings()), "a broken one keeps no other from its settings"
    with pytest.raises(ChannelUnusable) as caught:
        load(tmp_path / "data", GOOD | {"FBTOOL_CHANNELS": "broken"})
    assert "tests.gateway.nowhere:PLUG (ModuleNotFoundError)" in caught.value.told("en").what
