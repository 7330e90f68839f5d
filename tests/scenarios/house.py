"""Where scenarios take place: sandbox and gateway in threads of the test, one pair for each world and app."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import requests

from fbtool.connection_code import Connection
from fbtool.facebook.graph import App, Platform
from fbtool.gateway.channels.facebook.settings import FacebookSettings
from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.server import Gateway
from fbtool.linking.network.gateway import GatewayClient
from fbtool.sandbox.clock import DAY
from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.state.tokens import TokenType
from fbtool.sandbox.world import Policy, World, shipped
from tests.ports import free_port

ADMIN_TOKEN = "admin-token-of-the-tests-0123456789"

_STAGES: Mapping[str, tuple[str, int]] = {
    "wrong": ("everything-that-goes-wrong", 0),
    "in development": ("everything-that-goes-wrong", 1),
    "login for business": ("everything-that-goes-wrong", 2),
    "without review": ("everything-that-goes-wrong", 3),
    "with proof": ("everything-that-goes-wrong", 4),
    "agency": ("agency", 0),
}
"""By name: the world, and which of its apps is the gateway's."""


@dataclass
class House:
    """One sandbox, one gateway, and one messenger account after the other."""

    server: SandboxServer
    settings: Settings
    app: App
    accounts: list[str] = field(default_factory=list)
    """The names of those that are there."""
    running: Gateway | None = None

    @property
    def gateway(self) -> str:
        """The gateway's address; it stays the same when it is started again."""
        return f"http://localhost:{self.settings.port}"

    def start_gateway(self) -> None:
        """Let the gateway run."""
        self.running = Gateway(self.settings)
        self.running.start()

    def stop_gateway(self) -> None:
        """End it, if it runs."""
        running, self.running = self.running, None
        if running is not None:
            running.stop()

    @property
    def sandbox(self) -> str:
        """The sandbox's address."""
        return self.server.address

    def post(self, path: str, content: Mapping[str, Any] | None = None) -> Any:
        """Let something happen at Facebook."""
        answer = requests.post(f"{self.sandbox}/sandbox/{path}", json=dict(content or {}), timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def world(self) -> Any:
        """Who and what exists."""
        return requests.get(f"{self.sandbox}/sandbox/world", timeout=60).json()

    def person(self, key: str) -> dict[str, Any]:
        """Somebody with email, password and code, as they are now."""
        found: dict[str, Any] = next(one for one in self.world()["people"] if one["key"] == key)
        return found

    def page_id(self, name: str) -> str:
        """The id of the Page with this name."""
        return next(str(page["id"]) for page in self.world()["pages"] if page["name"] == name)

    def end_faults(self) -> None:
        """Switch every fault off."""
        requests.delete(f"{self.sandbox}/sandbox/faults", timeout=60).raise_for_status()

    def admin(self, method: str, path: str, **content: Any) -> Any:
        """The operator's own surface of the gateway."""
        headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
        answer = requests.request(method, f"{self.gateway}/admin/{path}", json=content, headers=headers, timeout=60)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def new_account(self, name: str) -> Connection:
        """A new messenger account."""
        added = self.admin("POST", "accounts", name=name)
        self.accounts.append(name)
        return Connection.to(self.gateway, added["token"])

    def tokens(self) -> set[str]:
        """Every token and code that the sandbox has given out since the last reset: what nobody may ever see."""
        state = self.server._sandbox.state
        return {token.text for token in state.tokens.all()} | set(state.tokens.codes)

    def not_to_be_kept(self) -> set[str]:
        """What has no place on a person's computer, not even in its secret store: only people's tokens have."""
        state = self.server._sandbox.state
        pages = {token.text for token in state.tokens.all() if token.type is not TokenType.USER}
        return pages | set(state.tokens.codes) | set(state.passwords.values()) | {self.app.secret, ADMIN_TOKEN}

    def age_consent(self, person: str, days: int) -> None:
        """Set back when the person passed the dialog the last time; no clock of this computer may be turned."""
        state = self.server._sandbox.state
        for grant in state._grants.values():
            if grant.person == person:
                grant.authorised_at -= days * DAY

    def begin(self) -> None:
        """Nothing has happened here yet."""
        self.end_faults()
        if self.running is None:
            self.start_gateway()
        for name in self.accounts:
            # Whatever a scenario did with the account, this token is good.
            self.admin("POST", f"accounts/{name}/enable")
            token = self.admin("POST", f"accounts/{name}/rotate")["token"]
            with GatewayClient(Connection.to(self.gateway, token)) as gateway:
                for link in gateway.links():
                    gateway.unlink(link.page_id)
            self.admin("DELETE", f"accounts/{name}")
        self.accounts.clear()
        self.post("reset")
        self.post(f"apps/{self.app.id}/redirect-uris", {"uri": f"{self.gateway}/oauth/callback"})


@contextmanager
def opened(stage: str) -> Iterator[House]:
    """Start both."""
    name, number = _STAGES[stage]
    world = _reachable(shipped(name))
    with ExitStack() as at_the_end:
        server = at_the_end.enter_context(SandboxServer(world))
        folder = Path(at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="fbtool-test-")))
        app = App(world.apps[number].id, world.apps[number].secret)
        platform = Platform(server.address, server.address)
        settings = Settings(
            folder,
            bytes(32),
            ADMIN_TOKEN,
            port=free_port(),
            of_channel={"facebook": FacebookSettings(app, platform=platform)},
        )
        house = House(server, settings, app)
        at_the_end.callback(house.stop_gateway)
        house.start_gateway()
        yield house


def _reachable(world: World) -> World:
    """The same world; its live apps take plain http on this computer, because tests have no certificate."""
    apps = tuple(msgspec.structs.replace(app, http_localhost=Policy.ALLOWED) for app in world.apps)
    return msgspec.structs.replace(world, apps=apps)
