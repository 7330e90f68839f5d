"""Setting a gateway up: a commented settings file and the keys, in a folder that only its owner may enter."""

import json
from dataclasses import dataclass
from pathlib import Path

from fbtool.connection import checked_address
from fbtool.gateway.operation import keyfiles
from fbtool.gateway.operation.settingsfile import FILE, written
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


@dataclass(frozen=True)
class Founded:
    """What was made."""

    settings: Path
    made: tuple[Path, ...]
    """Key files that did not exist before."""
    app_secret: Path
    """The file for the app's secret, made or still to be made."""
    secret_missing: bool


def found(data_dir: Path, *, app_id: str, app_secret: str, public_url: str) -> Founded:
    """Write settings and keys. Keys that exist stay: they may belong to data that exists.

    Raises:
        AlreadyFounded: there is a settings file.
        FolderUnusable: the folder cannot be written to.
        AddressUnusable: the public address is none that Facebook could call.
    """
    if public_url:
        public_url = checked_address(public_url)
    settings = data_dir / FILE
    values = {"app.id": json.dumps(app_id), "app.secret_file": json.dumps(keyfiles.APP_SECRET)}
    values["server.public_url"] = json.dumps(public_url)
    keys = {
        keyfiles.MASTER: keyfiles.new_master_key(),
        keyfiles.ADMIN: keyfiles.new_token(),
        keyfiles.METRICS: keyfiles.new_token(),
    } | ({keyfiles.APP: app_secret} if app_secret else {})
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
    return Founded(settings, tuple(made), secret_file, not secret_file.exists())
