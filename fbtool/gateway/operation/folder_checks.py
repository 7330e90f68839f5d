"""Is the data folder as it has to be: rights, key files, space? A check never raises; what is wrong is its finding."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from fbtool.finding import Check, Finding, failed, ok, warning
from fbtool.gateway.limits import Limits
from fbtool.gateway.operation.secret_files import others_may
from fbtool.language import N_, say

FOLDER = Check("folder", N_("Data folder"))
KEYS = Check("keys", N_("Key files"))
DISK = Check("disk", N_("Free disk space"))
_MB = 1024 * 1024


def findings(data_dir: Path, key_files: list[Path], limits: Limits) -> Iterator[Finding]:
    """Files, rights, space."""
    if not data_dir.is_dir():
        yield failed(
            FOLDER,
            say("There is no folder {folder}.", folder=data_dir),
            say("“fbtool gateway init” makes it; or name the right one with --data-dir."),
        )
        return
    yield _folder(data_dir)
    yield _keys(key_files)
    free = shutil.disk_usage(data_dir).free // _MB
    told = say("{free} MB free", free=free)
    enough = free >= limits.free_disk_mb
    remedy = say("Make room: below {mark} MB the gateway is not ready.", mark=limits.free_disk_mb)
    yield ok(DISK, told) if enough else failed(DISK, told, remedy)


def _folder(data_dir: Path) -> Finding:
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        return failed(
            FOLDER,
            say("You may not write to {folder}.", folder=data_dir),
            say("Run the command as the user of the gateway."),
        )
    if others_may(data_dir):
        return warning(
            FOLDER,
            say("Others on this computer may look into {folder}.", folder=data_dir),
            say("Take that right away: chmod 700 {folder}", folder=data_dir),
        )
    return ok(FOLDER, say("only the gateway may look into {folder}", folder=data_dir))


def _keys(files: list[Path]) -> Finding:
    existing = [file for file in files if file.exists()]
    for file in existing:
        if others_may(file):
            return failed(
                KEYS,
                say("Others on this computer may read {file}.", file=file),
                say(
                    "Take that right away (chmod 600 {file}), then replace the key: somebody may have read it.",
                    file=file,
                ),
            )
        old = file.with_name(file.name + ".old")
        if old.exists():
            return warning(
                KEYS,
                say("{file} is still there from a rotation.", file=old),
                say("When the gateway runs with the new key and a new backup is made, remove it."),
            )
    return ok(KEYS, say("only their owner may read them") if existing else say("handed over from outside"))
