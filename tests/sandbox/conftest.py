from collections.abc import Iterator

import pytest

from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.world import shipped

from .client import Client, Listener, listening


@pytest.fixture(scope="session")
def shop_server() -> Iterator[SandboxServer]:
    yield from in_world("small-shop")


@pytest.fixture
def shop(shop_server: SandboxServer) -> Iterator[Client]:
    """The small shop, as if nothing had happened yet."""
    yield from fresh(Client(shop_server))


def fresh(client: Client) -> Iterator[Client]:
    client.sandbox("POST", "reset")
    yield client
    client.close()


def in_world(name: str) -> Iterator[SandboxServer]:
    with SandboxServer(shipped(name)) as server:
        yield server


@pytest.fixture(scope="session")
def agency_server() -> Iterator[SandboxServer]:
    yield from in_world("agency")


@pytest.fixture(scope="session")
def trouble_server() -> Iterator[SandboxServer]:
    yield from in_world("everything-that-goes-wrong")


@pytest.fixture
def agency(agency_server: SandboxServer) -> Iterator[Client]:
    """Sixty Pages in two businesses."""
    yield from fresh(Client(agency_server))


@pytest.fixture
def trouble(trouble_server: SandboxServer) -> Iterator[Client]:
    """One Page for everything that can be wrong with one."""
    yield from fresh(Client(trouble_server))


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as one:
        yield one
