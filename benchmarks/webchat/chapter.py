"""The chapter about the web chat."""

from pathlib import Path

import requests

from benchmarks import servers
from benchmarks.figures import Chapter
from benchmarks.webchat import load, page, size
from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.world import shipped


def measure(workplace: Path, facebook: str, *, rounds: int, seconds: float, loads: int) -> Chapter:
    """All of it.

    Args:
        workplace: for data and packages.
        facebook: the address of the stand-in.
        rounds: how often webhooks are measured with visitors and without.
        seconds: how long each time.
        loads: how often each page is loaded.
    """
    chapter = Chapter("The web chat")
    load.measure(chapter, workplace, facebook, rounds=rounds, seconds=seconds)
    settings = {"FBTOOL_CHANNELS": "webchat"}
    with (
        servers.gateway("fbtool", workplace / "page", facebook, pages=0, **settings) as served,
        SandboxServer(shipped("small-shop")) as sandbox,
    ):
        account, _ = load.new_chat(served.address)
        script = requests.get(f"{served.address}/webchat/{account}.js", timeout=30)
        size.measure(chapter, workplace, script.content)
        shop = f"{sandbox.address}/shop/"
        pages = {
            "without the chat": f"{shop}?script=none",
            "with the chat": f"{shop}?gateway={served.address}&account={account}",
        }
        page.measure(chapter, pages, rounds=loads)
    return chapter
