"""The gateway's settings: options, environment and settings file put together, all mistakes reported at once."""

import base64
import binascii
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from fbtool.connection import AddressUnusable, checked_address
from fbtool.facebook.graph import App, Platform
from fbtool.gateway.limits import Limits
from fbtool.gateway.operation import keyfiles
from fbtool.gateway.operation.keyfiles import Keyring
from fbtool.gateway.operation.settingsfile import SettingsFile
from fbtool.gateway.vault import KEY_BYTES
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
    """How deliveries come in: see `fbtool.gateway.door.shortway`."""
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


def load(options: Options, environment: Mapping[str, str] = os.environ) -> Settings:
    """Put the settings together; makes the data folder and missing keys.

    Raises:
        SettingsIncomplete: with every mistake that was found.
    """
    reading = _Reading(options.data_dir, environment)
    if reading.mistakes and not reading.said_anything:
        raise SettingsIncomplete(reading.mistakes)  # what an unreadable file lacks is no mistake of its own
    app_id = reading.text("app.id", options.app_id, "FBTOOL_APP_ID")
    if not app_id.isdigit():
        reading.wrong(
            "app.id",
            say("The app's id is missing or not a number: give --app-id, set FBTOOL_APP_ID or app.id in gateway.toml."),
        )
    app_secret = reading.keys.read(keyfiles.APP)
    if not app_secret:
        reading.wrong(
            "app.secret_file",
            say(
                "The app's secret is missing: write it into {file}, or set FBTOOL_APP_SECRET_FILE (or "
                "FBTOOL_APP_SECRET). Without it no message could be proven to come from Facebook.",
                file=reading.keys.file_of(keyfiles.APP),
            ),
        )
    earlier_secret = reading.keys.read(keyfiles.EARLIER)
    database_url = reading.keys.read(keyfiles.DATABASE)
    public_url = reading.address("server.public_url", options.public_url, "FBTOOL_PUBLIC_URL")
    facebook = reading.address("", options.facebook, "FBTOOL_FACEBOOK")
    log_format = reading.text("log.format", options.log_format, "FBTOOL_LOG_FORMAT") or LOG_FORMATS[0]
    webhook_way = reading.text("server.webhook_way", "", "FBTOOL_WEBHOOK_WAY") or WEBHOOK_WAYS[0]
    for place, given, choices in (
        ("log.format", log_format, LOG_FORMATS),
        ("server.webhook_way", webhook_way, WEBHOOK_WAYS),
    ):
        if given not in choices:
            reading.wrong(place, say("“{given}” is none of: {choices}.", given=given, choices=_listed(choices)))
    download_dir = reading.folder("server.download_dir", "FBTOOL_DOWNLOAD_DIR")
    proxies = reading.proxies()
    limits = reading.limits()
    port = reading.port(options.port)
    try:
        options.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        master_key = reading.master_key()
        admin_token = reading.keys.read_or_make(keyfiles.ADMIN, keyfiles.new_token)
        metrics_token = reading.keys.read_or_make(keyfiles.METRICS, keyfiles.new_token)
    except OSError as error:
        reading.wrong(
            "", say("The folder {folder} cannot be used: {reason}.", folder=options.data_dir, reason=error.strerror)
        )
    if reading.mistakes:
        raise SettingsIncomplete(reading.mistakes)
    return Settings(
        data_dir=options.data_dir,
        app=App(app_id, app_secret),
        master_key=master_key,
        admin_token=admin_token,
        metrics_token=metrics_token,
        host=reading.text("server.host", options.host, "FBTOOL_HOST") or "127.0.0.1",
        port=port,
        public_url=public_url,
        trusted_proxies=proxies,
        earlier_secret=earlier_secret,
        database_url=database_url,
        platform=Platform(facebook, facebook) if facebook else Platform(),
        download_dir=download_dir,
        log_format=log_format,
        webhook_way=webhook_way,
        limits=limits,
    )


def admin_token_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The admin token of a data folder, made if there is none yet."""
    return _Reading(data_dir, environment).keys.read_or_make(keyfiles.ADMIN, keyfiles.new_token)


def load_master_key(data_dir: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The key that opens the data folder's database; made at the first start if nobody gave one.

    Raises:
        SettingsIncomplete: it cannot be read or has the wrong length.
    """
    reading = _Reading(data_dir, environment)
    key = reading.master_key()
    if reading.mistakes:
        raise SettingsIncomplete(reading.mistakes)
    return key


def given_master_key(data_dir: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The master key that exists; none is made.

    Raises:
        SettingsIncomplete: there is none, or it has the wrong length.
    """
    reading = _Reading(data_dir, environment)
    key = decoded_key(reading.keys.read(keyfiles.MASTER))
    if key is None:
        reading.wrong(
            keyfiles.MASTER.place,
            say("The master key is missing or not {count} bytes in base64: {file}", count=KEY_BYTES,
                file=reading.keys.file_of(keyfiles.MASTER)),
        )  # fmt: skip
        raise SettingsIncomplete(reading.mistakes)
    return key


def keyring_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> Keyring:
    """Where the secrets of a data folder are."""
    return _Reading(data_dir, environment).keys


def key_files_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> list[Path]:
    """The files of the secrets that are not handed over from outside."""
    keys = keyring_of(data_dir, environment)
    return [keys.file_of(one) for one in keyfiles.ALL if not keys.handed_over(one)]


def database_url_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The address of the shared database; empty if the data is in the data folder.

    Raises:
        SettingsIncomplete: its file cannot be read.
    """
    reading = _Reading(data_dir, environment)
    url = reading.keys.read(keyfiles.DATABASE)
    if reading.mistakes:
        raise SettingsIncomplete(reading.mistakes)
    return url


def public_url_of(data_dir: Path) -> str:
    """The public address in the settings file, if it has one."""
    return str(SettingsFile.read(data_dir).get("server.public_url") or "").rstrip("/")


class _Reading:
    """One reading of all sources, which collects the mistakes."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str]) -> None:
        self._file = SettingsFile.read(data_dir)
        self._data_dir = data_dir
        self._environment = environment
        self.mistakes = [*self._file.mistakes]
        self.keys = Keyring(data_dir, self._file, environment, self.mistakes)

    @property
    def said_anything(self) -> bool:
        """Whether the settings file has any value."""
        return bool(self._file.values)

    def wrong(self, place: str, what: Sentence) -> None:
        """Remember a mistake."""
        self.mistakes.append(self._file.wrong(place, what))

    def text(self, place: str, option: str, variable: str) -> str:
        """A text from the first source that has it."""
        return option or self._environment.get(variable, "").strip() or str(self._file.get(place) or "")

    def address(self, place: str, option: str, variable: str) -> str:
        """An https address without a slash at the end."""
        address = option or self._environment.get(variable, "").strip()
        if not address and place:
            address = str(self._file.get(place) or "")
        if not address:
            return ""
        try:
            return checked_address(address).rstrip("/")
        except AddressUnusable as problem:
            told = Sentence(problem.what, problem.values)
            self.mistakes.append(self._file.wrong(place, told))
            return ""

    def folder(self, place: str, variable: str) -> Path | None:
        """A folder that has to exist; a relative path begins at the data folder."""
        given = self.text(place, "", variable)
        if not given:
            return None
        folder = self._data_dir / Path(given).expanduser()
        if not folder.is_dir():
            self.wrong(place, say("There is no folder {folder}.", folder=folder))
        return folder

    def port(self, option: int | None) -> int:
        """Where to listen."""
        given: object = option if option is not None else self._environment.get("FBTOOL_PORT", "").strip()
        if given == "":
            given = self._file.get("server.port")
        if given is None:
            return 8787
        if str(given).isdecimal() and int(str(given)) <= 65535:
            return int(str(given))
        self.wrong("server.port", say("The port must be a number from 0 to 65535."))
        return 0

    def proxies(self) -> tuple[str, ...]:
        """Whose word about the client is believed."""
        given: list[str] | None = self._file.get("server.trusted_proxies")
        for address in given or ():
            try:
                ipaddress.ip_network(address)
            except ValueError:
                self.wrong("server.trusted_proxies", say("“{given}” is not an IP address or network.", given=address))
        return ("127.0.0.1", "::1") if given is None else tuple(given)

    def limits(self) -> Limits:
        """The limits that depend on the machine."""
        given = {limit.name: self._file.get(f"limits.{limit.name}") for limit in fields(Limits)}
        for name, value in given.items():
            if value is not None and value < 1:
                self.wrong(f"limits.{name}", say("This must be at least 1."))
        return Limits(**{name: value for name, value in given.items() if value is not None})

    def master_key(self) -> bytes:
        """The master key, made if there is none yet."""
        before = len(self.mistakes)
        text = self.keys.read_or_make(keyfiles.MASTER, keyfiles.new_master_key)
        key = decoded_key(text)
        if key is None and len(self.mistakes) == before:
            self.wrong(keyfiles.MASTER.place, say("The master key is not {count} bytes in base64.", count=KEY_BYTES))
        return key or b""


def decoded_key(text: str) -> bytes | None:
    """The bytes of a master key's text; None if it is none."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def _listed(choices: tuple[str, ...]) -> str:
    return ", ".join(choices)
