"""The gateway's settings: options, environment and settings file put together, all mistakes reported at once."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fbtool.facebook.graph import App, Platform
from fbtool.gateway.limits import Limits
from fbtool.gateway.operation import keyfiles
from fbtool.gateway.operation.keyfiles import Keyring, Secret, decoded_key
from fbtool.gateway.operation.setup_files import AppIdUnusable, is_app_id
from fbtool.gateway.operation.sources import FACEBOOK, Sources
from fbtool.gateway.store.choosing import DATABASE, inspected
from fbtool.language import N_, Sentence, say
from fbtool.problem import Kind, Problem

LOG_FORMATS = ("text", "json")
WEBHOOK_WAYS = ("short", "plain")


class SettingsIncomplete(Problem):
    """The gateway does not start with half of its settings."""

    code = "settings_incomplete"
    kind = Kind.THIS_COMPUTER
    what = N_("The gateway cannot start with these settings:\n{list}")
    remedy = N_("Correct them and start again; “fbtool gateway run --help” explains each.")

    def __init__(self, mistakes: list[Sentence]) -> None:
        self.mistakes = mistakes
        numbered = {f"_{number}": mistake for number, mistake in enumerate(mistakes)}
        super().__init__(list=Sentence("\n".join(f"  • {{{name}}}" for name in numbered), numbered))


@dataclass(frozen=True)
class Settings:
    """Everything a gateway needs to know."""

    data_dir: Path
    app: App
    master_key: bytes = field(repr=False)
    admin_token: str = field(repr=False)
    metrics_token: str = field(default="", repr=False)
    """Opens /metrics only; empty: the admin token alone does."""
    host: str = "127.0.0.1"
    port: int = 8787
    public_url: str = ""
    """The https address under which Facebook and the browsers reach the gateway; empty: this computer only."""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses whose word about the real client is believed, and which may open any number of connections."""
    earlier_secret: str = field(default="", repr=False)
    """The app's secret before a rotation; still accepted for signatures."""
    database_url: str = field(default="", repr=False)
    """Where several gateways keep their data together; empty: in a file in the data folder."""
    platform: Platform = field(default_factory=Platform)
    download_dir: Path | None = None
    """Holds the Windows tool that is offered at /download; None: nothing is offered."""
    log_format: str = "text"
    webhook_way: str = WEBHOOK_WAYS[0]
    """How deliveries come in: see `fbtool.gateway.channels.facebook.fast_path`."""
    sign_in_by_code: bool = True
    """Whether a person may carry a short code from the browser to the tool by hand."""
    limits: Limits = field(default_factory=Limits)

    @property
    def signing_secrets(self) -> tuple[str, ...]:
        """The secrets a webhook may be signed with."""
        return tuple(secret for secret in (self.app.secret, self.earlier_secret) if secret)


@dataclass(frozen=True)
class Options:
    """What the command line says; what it leaves empty comes from the environment or the settings file."""

    data_dir: Path
    host: str = ""
    port: int | None = None
    public_url: str = ""
    app_id: str = ""
    facebook: str = ""
    log_format: str = ""

    def by_place(self) -> dict[str, str]:
        """What was said, under the place of each setting."""
        port = "" if self.port is None else str(self.port)
        return {
            "app.id": self.app_id,
            "server.host": self.host,
            "server.port": port,
            "server.public_url": self.public_url,
            "log.format": self.log_format,
            FACEBOOK: self.facebook,
        }


def load(options: Options, environment: Mapping[str, str] = os.environ) -> Settings:
    """Put the settings together. Only if nothing is wrong with them, the data folder and missing keys are made.

    Raises:
        SettingsIncomplete: with every mistake that was found.
        Problem: whether a shared database needs a key that exists cannot be asked.
    """
    reading = Sources(options.data_dir, environment, options.by_place())
    if reading.mistakes and not reading.said_anything:
        raise SettingsIncomplete(reading.mistakes)  # what an unreadable file lacks is no mistake of its own
    keys = reading.keys
    app_id = reading.text("app.id")
    if not app_id:
        reading.wrong("app.id", say("The app's id is missing: give --app-id, set FBTOOL_APP_ID or app.id in "
                                    "gateway.toml."))  # fmt: skip
    elif not is_app_id(app_id):
        reading.wrong("app.id", Sentence(AppIdUnusable.what, {"app_id": app_id}))
    if not keys.is_there(keyfiles.APP):
        reading.wrong(
            "app.secret_file",
            say(
                "The app's secret is missing: write it into {file}, or set FBTOOL_APP_SECRET_FILE (or "
                "FBTOOL_APP_SECRET). Without it no message could be proven to come from Facebook.",
                file=keys.file_of(keyfiles.APP),
            ),
        )
    given = {secret: keys.read(secret) for secret in keyfiles.ALL}
    _look_for_master_key(reading, options.data_dir, given[keyfiles.DATABASE])
    facebook = reading.address(FACEBOOK)
    settings: dict[str, Any] = {
        "host": reading.text("server.host") or "127.0.0.1",
        "port": reading.port(),
        "public_url": reading.address("server.public_url"),
        "trusted_proxies": reading.proxies(),
        "platform": Platform(facebook, facebook) if facebook else Platform(),
        "download_dir": reading.folder("server.download_dir"),
        "log_format": reading.choice("log.format", LOG_FORMATS),
        "webhook_way": reading.choice("server.webhook_way", WEBHOOK_WAYS),
        "sign_in_by_code": reading.switch("server.sign_in_by_code", usually=True),
        "limits": reading.limits(),
    }
    if not reading.mistakes:
        _make(reading, options.data_dir, *keyfiles.MADE)
        given |= {secret: keys.read(secret) for secret in keyfiles.MADE}
    if reading.mistakes:
        raise SettingsIncomplete(reading.mistakes)
    return Settings(
        data_dir=options.data_dir,
        app=App(app_id, given[keyfiles.APP]),
        master_key=decoded_key(given[keyfiles.MASTER]) or b"",
        admin_token=given[keyfiles.ADMIN],
        metrics_token=given[keyfiles.METRICS],
        earlier_secret=given[keyfiles.EARLIER],
        database_url=given[keyfiles.DATABASE],
        **settings,
    )


def load_master_key(data_dir: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The key that opens the data folder's database; made if nobody gave one and there is no database yet.

    Raises:
        SettingsIncomplete: it cannot be read, is none, or is missing beside a database.
        Problem: whether a shared database needs a key that exists cannot be asked.
    """
    reading = Sources(data_dir, environment)
    _look_for_master_key(reading, data_dir, reading.keys.read(keyfiles.DATABASE))
    if not reading.mistakes:
        _make(reading, data_dir, keyfiles.MASTER)
    key = decoded_key(reading.keys.read(keyfiles.MASTER))
    if reading.mistakes or key is None:
        raise SettingsIncomplete(reading.mistakes)
    return key


def given_master_key(data_dir: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The master key that exists; none is made.

    Raises:
        SettingsIncomplete: there is none, or it has the wrong length.
    """
    reading = Sources(data_dir, environment)
    key = decoded_key(reading.keys.read(keyfiles.MASTER))
    if key is None:
        if not reading.keys.is_there(keyfiles.MASTER):
            reading.mistakes.append(_missing_key(reading.keys))
        raise SettingsIncomplete(reading.mistakes)
    return key


def keyring_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> Keyring:
    """Where the secrets of a data folder are."""
    return Sources(data_dir, environment).keys


def key_files_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> list[Path]:
    """The files of the secrets that are not handed over from outside."""
    keys = keyring_of(data_dir, environment)
    return [keys.file_of(one) for one in keyfiles.ALL if not keys.handed_over(one)]


def database_url_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The address of the shared database; empty if the data is in the data folder.

    Raises:
        SettingsIncomplete: its file cannot be read.
    """
    reading = Sources(data_dir, environment)
    url = reading.keys.read(keyfiles.DATABASE)
    if reading.mistakes:
        raise SettingsIncomplete(reading.mistakes)
    return url


def public_url_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The gateway's public address as the next start would read it; empty if nothing usable names one."""
    return Sources(data_dir, environment).address("server.public_url")


def _look_for_master_key(reading: Sources, data_dir: Path, database_url: str) -> None:
    """Where there are data, only their own key is of use: a new one would hide that it was lost.

    Raises:
        Problem: the shared database cannot be asked.
    """
    if reading.keys.is_there(keyfiles.MASTER):
        return
    if database_url and asyncio.run(inspected(database_url)).data_key is not None:
        hint = say("The shared database opens only with its own key: copy it from another of its gateways, or take "
                   "the copy that you keep.")  # fmt: skip
    elif not database_url and (data_dir / DATABASE).exists():
        hint = say("{database} opens only with its own key: put it back from the copy that you keep.",
                   database=data_dir / DATABASE)  # fmt: skip
    else:
        return
    reading.mistakes.append(say("{missing} {hint}", missing=_missing_key(reading.keys), hint=hint))


def _missing_key(keys: Keyring) -> Sentence:
    return say(
        "The master key is missing: there is no file {file}, and neither FBTOOL_MASTER_KEY_FILE nor FBTOOL_MASTER_KEY "
        "nor a systemd credential gives it.",
        file=keys.file_of(keyfiles.MASTER),
    )


def _make(reading: Sources, data_dir: Path, *secrets: Secret) -> None:
    """The data folder, and what of these secrets nobody has given."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        for secret in secrets:
            reading.keys.make(secret, keyfiles.MADE[secret]())
    except OSError as error:
        told = say("The folder {folder} cannot be used: {reason}.", folder=data_dir, reason=error.strerror)
        reading.mistakes.append(told)
