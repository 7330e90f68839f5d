"""The gateway's settings: options, environment and settings file put together, all mistakes reported at once."""

import asyncio
import ipaddress
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from fbtool.gateway.limits import Limits
from fbtool.gateway.operation.core_settings import (
    ADMIN_TOKEN,
    DATABASE_URL,
    MASTER_KEY,
    METRICS_TOKEN,
    decoded_key,
)
from fbtool.gateway.operation.secret_files import Keyring
from fbtool.gateway.operation.settings_reader import Reader
from fbtool.gateway.setting import Secret
from fbtool.gateway.store.factory import DATABASE, inspected
from fbtool.language import N_, Sentence, say
from fbtool.problem import Problem


class SettingsIncomplete(Problem):
    """The gateway does not start with half of its settings."""

    code = "settings_incomplete"
    what = N_("The gateway cannot start with these settings:\n{list}")
    remedy = N_("Correct them and start again; “fbtool gateway run --help” explains each.")

    def __init__(self, mistakes: list[Sentence]) -> None:
        self.mistakes = mistakes
        super().__init__(list=listed(mistakes))


def listed(mistakes: list[Sentence]) -> Sentence:
    """Each on a line of its own."""
    numbered = {f"_{number}": mistake for number, mistake in enumerate(mistakes)}
    return Sentence("\n".join(f"  • {{{name}}}" for name in numbered), numbered)


@dataclass(frozen=True)
class Settings:
    """Everything a gateway needs to know."""

    data_dir: Path
    master_key: bytes = field(repr=False)
    admin_token: str = field(repr=False)
    metrics_token: str = field(default="", repr=False)
    """Opens /metrics only; empty: the admin token alone does."""
    host: str = "127.0.0.1"
    port: int = 8787
    public_url: str = ""
    """The https address under which the world reaches the gateway; empty: this computer only."""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses whose word about the real client is believed, and which may open any number of connections."""
    database_url: str = field(default="", repr=False)
    """Where several gateways keep their data together; empty: in a file in the data folder."""
    download_dir: Path | None = None
    """Holds the Windows tool that is offered at /download; None: nothing is offered."""
    log_format: str = "text"
    limits: Limits = field(default_factory=Limits)
    channels: tuple[str, ...] = ("facebook",)
    """Those that the operator offers."""
    of_channel: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What each channel has read of its settings: all that are offered, and others whose settings are complete."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What the command line said, by place."""
    taken: Mapping[str, object] = field(default_factory=dict, repr=False)
    """The value of every setting, by place; secrets too."""


def load(
    data_dir: Path,
    environment: Mapping[str, str] = os.environ,
    options: Mapping[str, str] | None = None,
    *,
    make_keys: bool = True,
) -> Settings:
    """Put the settings together.

    Args:
        data_dir: where the settings file and the keys are.
        environment: the variables.
        options: what the command line says, by place; what it leaves empty comes from elsewhere.
        make_keys: whether the data folder and missing keys are made; only if nothing is wrong.

    Raises:
        SettingsIncomplete: with every mistake that was found.
        Problem: whether a shared database needs a key that exists cannot be asked.
    """
    reader = Reader(data_dir, environment, options)
    if reader.mistakes and not reader.said_anything:
        raise SettingsIncomplete(reader.mistakes)  # what an unreadable file lacks is no mistake of its own
    of_channel = _channels(reader)
    database_url = reader.secret(DATABASE_URL.place)
    _look_for_master_key(reader, data_dir, database_url)
    settings: dict[str, Any] = {
        "host": reader.text("server.host"),
        "port": reader.number("server.port", 0, 65535),
        "public_url": reader.address("server.public_url"),
        "trusted_proxies": _proxies(reader),
        "download_dir": reader.folder("server.download_dir"),
        "log_format": reader.text("log.format"),
        "limits": Limits(**{limit.name: reader.number(f"limits.{limit.name}") for limit in fields(Limits)}),
    }
    keys = _keys(reader)
    if make_keys and not reader.mistakes:
        _make(reader, data_dir, keys)
        keys = _keys(reader)
    if reader.mistakes:
        raise SettingsIncomplete(reader.mistakes)
    return Settings(
        data_dir,
        decoded_key(keys[MASTER_KEY]) or b"",
        keys[ADMIN_TOKEN],
        keys[METRICS_TOKEN],
        database_url=database_url,
        channels=reader.channels,
        of_channel=of_channel,
        options=options or {},
        taken=reader.taken,
        **settings,
    )


def _keys(reader: Reader) -> dict[Secret, str]:
    return {secret: reader.secret(secret.place) for secret in (MASTER_KEY, ADMIN_TOKEN, METRICS_TOKEN)}


def _channels(reader: Reader) -> dict[str, Any]:
    """What the channels read; those that are not offered need not be complete."""
    complete = {}
    for name, plug in reader.plugs.items():
        mistakes = len(reader.mistakes)
        settings = plug.read_settings(reader)
        if name in reader.channels or len(reader.mistakes) == mistakes:
            complete[name] = settings
        else:
            del reader.mistakes[mistakes:]
    return complete


def _proxies(reader: Reader) -> tuple[str, ...]:
    """Whose word about the client is believed."""
    given = reader.texts("server.trusted_proxies")
    for address in given:
        try:
            ipaddress.ip_network(address)
        except ValueError:
            reader.wrong("server.trusted_proxies", say("“{given}” is not an IP address or network.", given=address))
    return given


def load_master_key(data_dir: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The key that opens the data folder's database; made if nobody gave one and there is no database yet.

    Raises:
        SettingsIncomplete: it cannot be read, is none, or is missing beside a database.
        Problem: whether a shared database needs a key that exists cannot be asked.
    """
    reader = Reader(data_dir, environment)
    _look_for_master_key(reader, data_dir, reader.keys.read(DATABASE_URL))
    if not reader.mistakes:
        _make(reader, data_dir, [MASTER_KEY])
    key = decoded_key(reader.keys.read(MASTER_KEY))
    if reader.mistakes or key is None:
        raise SettingsIncomplete(reader.mistakes)
    return key


def given_master_key(data_dir: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The master key that exists; none is made.

    Raises:
        SettingsIncomplete: there is none, or it has the wrong length.
    """
    reader = Reader(data_dir, environment)
    key = decoded_key(reader.keys.read(MASTER_KEY))
    if key is None:
        if not reader.keys.is_there(MASTER_KEY):
            reader.mistakes.append(_missing_key(reader.keys))
        raise SettingsIncomplete(reader.mistakes)
    return key


def database_url_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The address of the shared database; empty if the data is in the data folder.

    Raises:
        SettingsIncomplete: its file cannot be read.
    """
    reader = Reader(data_dir, environment)
    url = reader.keys.read(DATABASE_URL)
    if reader.mistakes:
        raise SettingsIncomplete(reader.mistakes)
    return url


def _look_for_master_key(reader: Reader, data_dir: Path, database_url: str) -> None:
    """Where there are data, only their own key is of use: a new one would hide that it was lost.

    Raises:
        Problem: the shared database cannot be asked.
    """
    if reader.keys.is_there(MASTER_KEY):
        return
    if database_url and asyncio.run(inspected(database_url)).data_key is not None:
        hint = say("The shared database opens only with its own key: copy it from another of its gateways, or take "
                   "the copy that you keep.")  # fmt: skip
    elif not database_url and (data_dir / DATABASE).exists():
        hint = say("{database} opens only with its own key: put it back from the copy that you keep.",
                   database=data_dir / DATABASE)  # fmt: skip
    else:
        return
    reader.mistakes.append(say("{missing} {hint}", missing=_missing_key(reader.keys), hint=hint))


def _missing_key(keys: Keyring) -> Sentence:
    return say(
        "The master key is missing: there is no file {file}, and neither FBTOOL_MASTER_KEY_FILE nor FBTOOL_MASTER_KEY "
        "nor a systemd credential gives it.",
        file=keys.file_of(MASTER_KEY),
    )


def _make(reader: Reader, data_dir: Path, secrets: Iterable[Secret]) -> None:
    """The data folder, and what of these secrets nobody has given."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        for secret in secrets:
            reader.keys.make(secret)
    except OSError as error:
        told = say("The folder {folder} cannot be used: {reason}.", folder=data_dir, reason=error.strerror)
        reader.mistakes.append(told)
