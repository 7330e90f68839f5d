"""New keys for old: the master key by wrapping the data key anew, the app's secret in two steps.

The master key wraps one data key inside the database, so a new one changes 32 wrapped bytes and nothing else. The order
of the steps leaves a way forward at every moment: the new key is on disk before the database needs it, and the old one
stays as ``master.key.old``. A rotation that was interrupted is finished by the next one.
"""

import os
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from fbtool.gateway.operation.core_settings import decoded_key, new_master_key
from fbtool.gateway.operation.secret_files import keep
from fbtool.gateway.store.factory import DataKey
from fbtool.gateway.vault import MasterKeyWrong, rewrapped
from fbtool.language import N_
from fbtool.problem import Problem


class KeyNotInFile(Problem):
    """The key comes from somewhere this command must not write to."""

    code = "master_key_not_in_file"
    what = N_("The master key is not in a file of the data folder but handed over from outside.")
    meaning = N_("FBTOOL_MASTER_KEY, FBTOOL_MASTER_KEY_FILE or a systemd credential gives it.")
    remedy = N_("Say with --new-key-file where to write the new key, and hand that over from then on.")


class OldKeyStillThere(Problem):
    """Two rotations in a row would throw away the only key of older backups."""

    code = "old_key_still_there"
    what = N_("{file} is still there from an earlier rotation.")
    meaning = N_("Backups made before that rotation can be read with it only.")
    remedy = N_("When the gateway has started with the new key and a new backup is made, remove it and try again.")


class SecretMissing(Problem):
    """No secret was given."""

    code = "app_secret_missing"
    what = N_("No new app secret was given.")
    remedy = N_("Type it when asked, or name a file that holds it with --from-file.")


class SecretNotInFile(Problem):
    """The secret comes from somewhere this command must not write to."""

    code = "app_secret_not_in_file"
    what = N_("The app's secret is not in a file of the data folder but handed over from outside.")
    meaning = N_("FBTOOL_APP_SECRET, FBTOOL_APP_SECRET_FILE or a systemd credential gives it.")
    remedy = N_("Hand over the old one as FBTOOL_APP_SECRET_EARLIER and the new one as FBTOOL_APP_SECRET, and restart.")


class Rotated(Enum):
    """What a rotation did."""

    DONE = "rotated"
    FINISHED = "finished"
    """An earlier one had been interrupted."""


def rotate_master_key(kept: DataKey, key_file: Path, old: bytes, new_key_file: Path | None = None) -> Rotated:
    """Give the database a new master key.

    Args:
        kept: the data key in the database. Gateways that share it may run: they need the new key at their next start.
        key_file: where the key is now.
        old: the key in use.
        new_key_file: where the new key goes if not into ``key_file``; the old key's file is then left alone.

    Raises:
        MasterKeyWrong: neither ``old`` nor an interrupted rotation's key fits, or another gateway's operator was
            quicker; nothing was changed.
        OldKeyStillThere: nothing was changed.
        OSError: the key file cannot be written; the database is unchanged.
    """
    coming = new_key_file or key_file.with_name(key_file.name + ".new")
    aside = key_file.with_name(key_file.name + ".old")
    wrapped = kept.wrapped()
    if new_key_file is None and coming.exists():
        interrupted = decoded_key(coming.read_text("ascii"))
        if interrupted and _fits(interrupted, wrapped):
            _step_forward(key_file, coming, aside)
            return Rotated.FINISHED
        coming.unlink()
    if new_key_file is None and aside.exists():
        raise OldKeyStillThere(file=aside)
    text = new_master_key()
    anew = rewrapped(wrapped, old, decoded_key(text) or b"")
    keep(coming, text)
    if not kept.replace(wrapped, anew):
        coming.unlink()
        raise MasterKeyWrong
    if new_key_file is None:
        _step_forward(key_file, coming, aside)
    return Rotated.DONE


def take_new_secret(secret_file: Path, earlier_file: Path, new: str, check: Callable[[str], None]) -> None:
    """Step one of a new app secret: the old one stays valid for signatures beside it.

    Args:
        secret_file: where the secret is now.
        earlier_file: where it goes.
        new: the new one.
        check: raises the problem of a secret that must not be taken.

    Raises:
        SecretMissing: there is nothing new.
        OSError: a file cannot be written.
    """
    current = secret_file.read_text("utf-8").strip() if secret_file.exists() else ""
    if not new or new == current:
        raise SecretMissing
    check(new)
    if current:
        earlier_file.unlink(missing_ok=True)
        keep(earlier_file, current)
    coming = secret_file.with_name(secret_file.name + ".new")
    coming.unlink(missing_ok=True)
    keep(coming, new)
    coming.replace(secret_file)


def forget_earlier_secret(earlier_file: Path) -> bool:
    """Step two: the old secret is valid no more. Whether there was one."""
    existed = earlier_file.exists()
    earlier_file.unlink(missing_ok=True)
    return existed


def _step_forward(key_file: Path, coming: Path, aside: Path) -> None:
    if key_file.exists() and not aside.exists():
        keep(aside, key_file.read_text("ascii").strip())
    os.replace(coming, key_file)


def _fits(key: bytes, wrapped: bytes) -> bool:
    try:
        rewrapped(wrapped, key, key)
    except MasterKeyWrong:
        return False
    return True
