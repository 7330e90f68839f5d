"""Setting a gateway up: a commented settings file and the keys, in a folder that only its owner may enter."""

import json
from dataclasses import dataclass
from pathlib import Path

from fbtool.connection import checked_address
from fbtool.gateway.operation import keyfiles
from fbtool.gateway.operation.settingsfile import FILE, written
from fbtool.gateway.store.choosing import DATABASE
from fbtool.language import N_
from fbtool.problem import Kind, Problem


class AlreadyFounded(Problem):
    """There is a settings file; it may hold somebody's work."""

    code = "gateway_already_set_up"
    kind = Kind.THIS_COMPUTER
    what = N_("There is already a gateway in {folder}.")
    meaning = N_("Its settings file exists; nothing was changed.")
    remedy = N_("Edit {folder}/gateway.toml, or choose another folder with --data-dir.")


class FolderUnusable(Problem):
    """The data folder cannot be made or written to."""

    code = "gateway_folder_unusable"
    kind = Kind.THIS_COMPUTER
    what = N_("The folder {folder} cannot be used: {reason}.")
    remedy = N_("Check its owner and rights, or choose another folder with --data-dir.")


class AppIdUnusable(Problem):
    """Something else than a number, perhaps the app's name."""

    code = "app_id_unusable"
    kind = Kind.THIS_COMPUTER
    what = N_("“{app_id}” cannot be the id of a Meta app: that is a number.")
    remedy = N_("Copy it from App settings, Basic, at developers.facebook.com.")


class SecretUnusable(Problem):
    """A secret that somebody could guess, or only a part of one."""

    code = "app_secret_unusable"
    kind = Kind.THIS_COMPUTER
    what = N_("This cannot be the app's secret: {why}.")
    meaning = N_("Nothing was changed. Whoever knows or guesses the secret can forge messages.")
    remedy = N_("Copy it whole from App settings, Basic, at developers.facebook.com.")


def is_app_id(text: str) -> bool:
    """Whether this can be the id of a Meta app."""
    return text.isascii() and text.isdigit()


def check_app_id(text: str) -> None:
    """Raise `AppIdUnusable` unless this can be the id of a Meta app."""
    if not is_app_id(text):
        raise AppIdUnusable(app_id=text)


def check_app_secret(text: str) -> None:
    """Raise `SecretUnusable` unless this can be an app's secret."""
    if why := keyfiles.APP.weakness(text):
        raise SecretUnusable(why=why)


@dataclass(frozen=True)
class Founded:
    """What was made."""

    settings: Path
    made: tuple[Path, ...]
    """Key files that did not exist before."""
    app_secret: Path
    """The file for the app's secret, made or still to be made."""
    secret_missing: bool
    key_missing: bool
    """There is a database already, but not its master key; a new one would not open it."""


def found(data_dir: Path, *, app_id: str, app_secret: str, public_url: str) -> Founded:
    """Write settings and keys. Keys that exist stay: they may belong to data that exists.

    Raises:
        AlreadyFounded: there is a settings file.
        FolderUnusable: the folder cannot be written to.
        AddressUnusable: the public address is none that Facebook could call.
        AppIdUnusable, SecretUnusable: they cannot be an app's; empty ones are to be written later.
    """
    if app_id:
        check_app_id(app_id)
    if app_secret:
        check_app_secret(app_secret)
    if public_url:
        public_url = checked_address(public_url)
    settings = data_dir / FILE
    values = {"app.id": json.dumps(app_id), "app.secret_file": json.dumps(keyfiles.APP_SECRET)}
    values["server.public_url"] = json.dumps(public_url)
    keys = {secret: make() for secret, make in keyfiles.MADE.items()}
    if app_secret:
        keys[keyfiles.APP] = app_secret
    if (data_dir / DATABASE).exists():
        del keys[keyfiles.MASTER]
    made = []
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if settings.exists():
            raise AlreadyFounded(folder=data_dir)
        for secret, text in keys.items():
            file = data_dir / secret.credential
            if not file.exists():
                keyfiles.keep(file, text)
                made.append(file)
        with settings.open("x", encoding="utf-8", newline="\n") as target:
            target.write(written(values))
    except OSError as error:
        raise FolderUnusable(folder=data_dir, reason=error.strerror) from None
    secret_file = data_dir / keyfiles.APP_SECRET
    key_missing = not (data_dir / keyfiles.MASTER_KEY).exists()
    return Founded(settings, tuple(made), secret_file, not secret_file.exists(), key_missing)
