"""The gateway's settings: from the command line and the environment, all mistakes reported at once.

Secrets come from the environment or from files, never from arguments: arguments are visible to everybody
on the machine.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fbtool.connection import AddressUnusable, checked_address
from fbtool.facebook.graph import App, Platform
from fbtool.gateway.vault import KEY_BYTES
from fbtool.language import N_, Sentence, say
from fbtool.problem import Kind, Problem


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
    host: str = "127.0.0.1"
    port: int = 8787
    public_url: str = ""
    """The https address under which Facebook and the browsers reach the gateway; empty: this computer only."""
    earlier_secret: str = field(default="", repr=False)
    """The app's secret before a rotation; still accepted for signatures."""
    platform: Platform = field(default_factory=Platform)

    @property
    def signing_secrets(self) -> tuple[str, ...]:
        """The secrets a webhook may be signed with."""
        return tuple(secret for secret in (self.app.secret, self.earlier_secret) if secret)


@dataclass(frozen=True)
class Options:
    """What the command line says; the rest comes from the environment."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8787
    public_url: str = ""
    app_id: str = ""
    facebook: str = ""


def load(options: Options, environment: Mapping[str, str] = os.environ) -> Settings:
    """Put the settings together; makes the data folder and missing keys.

    Raises:
        SettingsIncomplete: with every mistake that was found.
    """
    mistakes: list[Sentence] = []
    app_id = options.app_id or environment.get("FBTOOL_APP_ID", "")
    if not app_id.isdigit():
        mistakes.append(say("The app's id is missing or not a number: give --app-id or set FBTOOL_APP_ID."))
    app_secret = _secret("FBTOOL_APP_SECRET", environment, mistakes)
    if not app_secret:
        mistakes.append(
            say("The app's secret is missing: set FBTOOL_APP_SECRET_FILE (or FBTOOL_APP_SECRET). "
                "Without it no message could be proven to come from Facebook.")
        )  # fmt: skip
    public_url = options.public_url or environment.get("FBTOOL_PUBLIC_URL", "")
    facebook = options.facebook or environment.get("FBTOOL_FACEBOOK", "")
    for address in filter(None, (public_url, facebook)):
        try:
            checked_address(address)
        except AddressUnusable as problem:
            mistakes.append(Sentence(problem.what, problem.values))
    try:
        options.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        master_key = _master_key(options.data_dir, environment, mistakes)
        admin_token = admin_token_of(options.data_dir, environment)
    except OSError as error:
        mistakes.append(
            say("The folder {folder} cannot be used: {reason}.", folder=options.data_dir, reason=error.strerror)
        )
    if mistakes:
        raise SettingsIncomplete(mistakes)
    return Settings(
        data_dir=options.data_dir,
        app=App(app_id, app_secret),
        master_key=master_key,
        admin_token=admin_token,
        host=options.host,
        port=options.port,
        public_url=public_url.rstrip("/"),
        earlier_secret=_secret("FBTOOL_APP_SECRET_EARLIER", environment, mistakes),
        platform=Platform(facebook.rstrip("/"), facebook.rstrip("/")) if facebook else Platform(),
    )


def admin_token_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The admin token: ``FBTOOL_ADMIN_TOKEN``, or the one in the data folder, made if there is none yet."""
    return environment.get("FBTOOL_ADMIN_TOKEN", "").strip() or _kept(
        data_dir / "admin.token", lambda: secrets.token_urlsafe(32)
    )


def load_master_key(data_dir: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The key that opens the data folder's database; made at the first start if nobody gave one.

    Raises:
        SettingsIncomplete: it cannot be read or has the wrong length.
    """
    mistakes: list[Sentence] = []
    key = _master_key(data_dir, environment, mistakes)
    if mistakes:
        raise SettingsIncomplete(mistakes)
    return key


def _master_key(data_dir: Path, environment: Mapping[str, str], mistakes: list[Sentence]) -> bytes:
    credentials = environment.get("CREDENTIALS_DIRECTORY", "")  # systemd's LoadCredential=
    text = _secret("FBTOOL_MASTER_KEY", environment, mistakes)
    if not text and credentials and Path(credentials, "master.key").exists():
        text = Path(credentials, "master.key").read_text("ascii")
    if not text:
        text = _kept(data_dir / "master.key", lambda: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        mistakes.append(say("The master key is not {count} bytes in base64.", count=KEY_BYTES))
    return key


def _secret(name: str, environment: Mapping[str, str], mistakes: list[Sentence]) -> str:
    """The secret ``name``: from the file that ``name_FILE`` names, or from the variable itself."""
    file = environment.get(f"{name}_FILE")
    if not file:
        return environment.get(name, "").strip()
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        mistakes.append(say("The file that {name} names cannot be read: {file}", name=f"{name}_FILE", file=file))
        return ""


def _kept(file: Path, make: Callable[[], str]) -> str:
    """The text of ``file``, made if it does not exist yet; only its owner may read it."""
    try:
        return file.read_text("ascii").strip()
    except FileNotFoundError:
        text = make()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as target:
            target.write(text + "\n")
        return text
