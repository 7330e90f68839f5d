"""What a visitor downloads: our file as a gateway serves it, and the chats of others as they are published on npm."""

import gzip
import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import brotli

from benchmarks.figures import Aim, Chapter, Table, spread

_LIMIT_KB = 12.0
_FULL = "It is content, not white space; leaving out what an account's settings do not use is under way."
_SCRIPT = re.compile(r'<script src="[^"]*?([^"/]+\.js)"')
_STATIC_IMPORT = re.compile(r'^import [^;]*?from "\./([^"]+)"', re.MULTILINE)


@dataclass(frozen=True)
class Published:
    """Somebody else's chat.

    Attributes:
        package: on npm.
        files: which of its files a page with the closed chat loads, given the unpacked package.
        counted: the same in words.
    """

    package: str
    files: Callable[[Path], list[Path]]
    counted: str


def _rocket_chat(package: Path) -> list[Path]:
    build = package / "build"
    page = build / "index.html"
    names = _SCRIPT.findall(page.read_text("utf-8"))
    return [build / "rocketchat-livechat.min.js", page, *(build / name for name in names)]


def _n8n(package: Path) -> list[Path]:
    bundle = package / "dist" / "chat.bundle.es.js"
    chunks = sorted(set(_STATIC_IMPORT.findall(bundle.read_text("utf-8"))))
    return [bundle, package / "dist" / "style.css", *(package / "dist" / name for name in chunks)]


PEERS = (
    Published(
        "@rocket.chat/livechat",
        _rocket_chat,
        "the loader, and the frame's page with its scripts, which it loads at once; none of the later chunks",
    ),
    Published("@n8n/chat", _n8n, "the bundle with style and the chunks that it imports at once"),
    Published(
        "@botpress/webchat",
        lambda package: [package / "dist" / "index.umd.cjs", package / "dist" / "style.css"],
        "bundle and style, without the React that the page has to bring",
    ),
    Published("deep-chat", lambda package: [package / "dist" / "deepChat.bundle.js"], "the bundle"),
    Published(
        "@typebot.io/js", lambda package: [package / "dist" / "web.js"], "the bundle, and nothing of the bot itself"
    ),
)


def measure(chapter: Chapter, workplace: Path, ours: bytes) -> None:
    """Add the sizes to the chapter.

    Args:
        chapter: where they go.
        workplace: where packages are unpacked.
        ours: the file that a gateway serves.
    """
    rows = [("fbtool", [ours], "everything: button, window, two languages, the account's settings")]
    for peer in PEERS:
        package, version = _fetched(peer.package, workplace / "npm")
        bodies = [file.read_bytes() for file in peer.files(package)]
        rows.append((f"{peer.package} {version}", bodies, peer.counted))
    table = Table(
        "What a visitor downloads before the chat is opened, KB", ("chat", "gzip", "brotli", "as it is", "counted")
    )
    for name, bodies, counted in rows:
        sizes = (
            sum(len(gzip.compress(body, 9)) for body in bodies),
            sum(len(brotli.compress(body)) for body in bodies),
        )
        told = (f"{size / 1024:.1f}" for size in (*sizes, sum(map(len, bodies))))
        table.rows.append((name, *told, counted))
    table.note = (
        "Each file is packed by itself, as servers do; pictures, sounds and fonts are left out. The others are other "
        "programs for other purposes, several of them with much more in them."
    )
    chapter.tables.append(table)
    packed = len(gzip.compress(ours, 9)) / 1024
    chapter.aims.append(
        Aim("what a visitor downloads, gzip", _LIMIT_KB, spread([packed]), at_least=False, unit=" KB", if_short=_FULL)
    )
    chapter.series["What a visitor downloads, KB gzip"] = {
        name: [sum(len(gzip.compress(body, 9)) for body in bodies) / 1024] for name, bodies, _ in rows
    }


def _fetched(package: str, folder: Path) -> tuple[Path, str]:
    """The newest version of a package, unpacked, and which one that is."""
    folder.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    assert npm, "npm is missing (Debian: apt install npm)"
    command = [npm, "pack", "--silent", "--json", package]
    told = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    (packed,) = json.loads(told)
    target = folder / packed["filename"].removesuffix(".tgz")
    with tarfile.open(folder / packed["filename"]) as archive:
        archive.extractall(target, filter="data")
    return target / "package", packed["version"]
