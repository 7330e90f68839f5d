"""A channel of somebody else, in 80 lines outside the package, keeps what every channel has to keep."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fbtool.gateway.channels import installed
from fbtool.gateway.channels.conformance import CASES, Case, NotHere
from tests.gateway.channels.chat_server import ChatServer

TOY = Path(__file__).parent / "toy_channel.py"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where the toy channel lies as an installed package."""
    folder = tmp_path / "site"
    package = folder / "toy_channel-1.dist-info"
    package.mkdir(parents=True)
    shutil.copy(TOY, folder)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-channel\nVersion: 1\n")
    (package / "entry_points.txt").write_text(f"[{installed.GROUP}]\ntoy = toy_channel:PLUG\n")
    return folder


@pytest.fixture
def chat(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    monkeypatch.syspath_prepend(str(site))
    with ChatServer(site).serving() as server:
        yield server


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_toy_channel_conforms(
    case: Case, chat: ChatServer, tmp_path: Path, database_url: str, end_leases: Callable[[], None]
) -> None:
    try:
        case.run(chat, tmp_path, database_url, end_leases)
    except NotHere:
        pytest.skip("nothing of the kind can happen there")
