"""Setting a gateway up: a commented settings file and the keys, in a folder that only its owner may enter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fbtool.connection_code import checked_address
from fbtool.gateway.channels import installed
from fbtool.gateway.operation.core_settings import MASTER_KEY, SETTINGS
from fbtool.gateway.operation.secret_files import keep
from fbtool.gateway.operation.settings_file import FILE, written
from fbtool.gateway.setting import Secret
from fbtool.gateway.store.factory import DATABASE
from fbtool.language import N_
from fbtool.problem import Problem


class AlreadySetUp(Problem):
    """There is a settings file; it may hold somebody's work."""

    code = "gateway_already_set_up"
    what = N_("There is already a gateway in {folder}.")
    meaning = N_("Its settings file exists; nothing was changed.")
    remedy = N_("Edit {folder}/gateway.toml, or choose another folder with --data-dir.")


class FolderUnusable(Problem):
    """The data folder cannot be made or written to."""

    code = "gateway_folder_unusable"
    what = N_("The folder {folder} cannot be used: {reason}.")
    remedy = N_("Check its owner and rights, or choose another folder with --data-dir.")


@dataclass(frozen=True)
class SetUp:
    """What was made."""

    settings: Path
    made: tuple[Path, ...]
    """Key files that did not exist before."""
    key_missing: bool
    """There is a database already, but not its master key; a new one would not open it."""


def set_up(
    data_dir: Path,
    public_url: str,
    channels: Sequence[str],
    values: Mapping[str, object],
    given: Mapping[Secret, str],
) -> SetUp:
    """Write settings and keys. Keys that exist stay: they may belong to data that exists.

    Args:
        data_dir: where.
        public_url: how the world reaches the gateway; empty: not at all.
        channels: those that are offered.
        values: their settings that are no secrets, by place.
        given: their secrets.

    Raises:
        AlreadySetUp: there is a settings file.
        FolderUnusable: the folder cannot be written to.
        AddressUnusable: the public address is none that the world could call.
    """
    if public_url:
        public_url = checked_address(public_url)
    plugs = [plug for name in channels if (plug := installed.plug(name))]
    known = [*(setting for plug in plugs for setting in plug.settings), *SETTINGS]
    keys = {one: one.new() for one in known if isinstance(one, Secret) and one.new is not None} | dict(given)
    if (data_dir / DATABASE).exists():
        del keys[MASTER_KEY]
    settings = data_dir / FILE
    made = []
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if settings.exists():
            raise AlreadySetUp(folder=data_dir)
        for secret, text in keys.items():
            file = data_dir / secret.credential
            if not file.exists():
                keep(file, text)
                made.append(file)
        with settings.open("x", encoding="utf-8", newline="\n") as target:
            target.write(written(known, {"server.channels": list(channels), "server.public_url": public_url, **values}))
    except OSError as error:
        raise FolderUnusable(folder=data_dir, reason=error.strerror) from None
    return SetUp(settings, tuple(made), not (data_dir / MASTER_KEY.credential).exists())
