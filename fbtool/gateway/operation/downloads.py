"""The Windows tool that this gateway offers: the newest installer and zip in a folder of its operator."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_NAME = re.compile(r"Facebook-Tool-(\d+(?:\.\d+){1,3})-(setup\.exe|portable\.zip)")
"""What a build of the tool calls its files; nothing else in the folder is ever offered."""


class DownloadKind(Enum):
    """How the tool can be got."""

    INSTALLER = "setup.exe"
    PORTABLE = "portable.zip"


@dataclass(frozen=True)
class Offer:
    """One file that can be downloaded."""

    form: DownloadKind
    version: str
    file: Path
    size: int
    """Bytes."""
    sha256: str


class Downloads:
    """What is in the folder now: an operator may put a new version there at any time."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._sums: dict[tuple[Path, int, int], str] = {}

    def newest(self) -> dict[DownloadKind, Offer]:
        """The files of the newest version, the installer first. Reads files whole the first time it sees them."""
        found = list(self._files())
        if not found:
            return {}
        newest = max((_numbers(version) for version, _, _ in found))
        offers = {
            form: self._offer(form, version, file) for version, form, file in found if _numbers(version) == newest
        }
        return {form: offers[form] for form in DownloadKind if form in offers}

    def _files(self) -> Iterator[tuple[str, DownloadKind, Path]]:
        if self._folder is None or not self._folder.is_dir():
            return
        for file in self._folder.iterdir():
            matched = _NAME.fullmatch(file.name)
            if matched and file.is_file():
                yield matched[1], DownloadKind(matched[2]), file

    def _offer(self, form: DownloadKind, version: str, file: Path) -> Offer:
        state = file.stat()
        key = (file, state.st_size, state.st_mtime_ns)
        if key not in self._sums:
            with file.open("rb") as content:
                self._sums[key] = hashlib.file_digest(content, "sha256").hexdigest()
        return Offer(form, version, file, state.st_size, self._sums[key])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
