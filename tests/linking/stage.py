"""The real gateway and the sandbox, in threads of the test, with people who sign in there."""

import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from fbtool.connection_code import Connection
from fbtool.facebook.graph import App, Platform
from fbtool.facebook.permissions import BUSINESSES, LOGIN_SCOPE
from fbtool.gateway.channels.facebook.settings import FacebookSettings
from fbtool.gateway.clock import now_ms
from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.server import Gateway
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.pages.listing import Listing, list_pages
from fbtool.linking.signin.runner import Face, SignInOptions, sign_in
from fbtool.sandbox.scripted_browser import ScriptedBrowser
from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.world import World

ADMIN_TOKEN = "admin-token-of-the-tests-0123456789"


@dataclass(frozen=True)
class Stage:
    """Where everything is, for one messenger account."""

    sandbox: str
    connection: Connection
    account_id: str
    gateway_address: str

    def control(self, method: str, path: str, **content: Any) -> Any:
        """Change something at the sandbox's control session."""
        answer = requests.request(method, f"{self.sandbox}/sandbox/{path}", json=content or None, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def fault(self, kind: str, **scope: Any) -> None:
        """Switch a fault on."""
        self.control("POST", "faults", kind=kind, **scope)

    def second_account(self, name: str) -> Connection:
        """Another messenger account of the same gateway."""
        added = requests.post(
            f"{self.gateway_address}/admin/accounts",
            json={"name": name},
            headers={"Authorization": f"Bearer {ADMIN_TOKEN}"},
            timeout=30,
        )
        return Connection.to(self.gateway_address, added.json()["token"])

    def sign_in(
        self,
        email: str,
        password: str,
        *,
        code: str = "",
        portfolios: str | Collection[str] | None = None,
        auth_type: str = "",
        pages: str | Collection[str] | None = "all",
    ) -> SignIn:
        """Let somebody walk through the dialog; with ``portfolios``, it asks for these, too."""
        visitor = ScriptedBrowser(email, password, code=code)
        scope = LOGIN_SCOPE if portfolios is None else (*LOGIN_SCOPE, BUSINESSES)

        class Somebody(Face):
            def open_browser(self, url: str) -> bool:
                return visitor.sign_in(url, pages=pages, businesses=portfolios or ()).status == 200

        platform = Platform(self.sandbox, self.sandbox)
        try:
            return sign_in(self.connection, self.account_id, platform, Somebody(), SignInOptions(auth_type, scope))
        finally:
            visitor.close()

    def list(self, who: SignIn, connection: Connection | None = None) -> Listing:
        """What the tool lists for somebody."""
        with self.graph() as graph, GatewayClient(connection or self.connection) as gateway:
            return list_pages(graph, gateway, who)

    def graph(self) -> GraphClient:
        """A client for the sandbox."""
        return GraphClient(Platform(self.sandbox, self.sandbox))


@contextmanager
def staged(world: World, clock: Callable[[], int] = now_ms, *, download_dir: Path | None = None) -> Iterator[Stage]:
    """Start both; the world's first app is the gateway's, and ``clock`` is the gateway's, too."""
    with ExitStack() as at_the_end:
        sandbox = at_the_end.enter_context(SandboxServer(world))
        folder = Path(at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="fbtool-test-")))
        app = world.apps[0]
        gateway = Gateway(
            Settings(
                data_dir=folder,
                master_key=bytes(32),
                admin_token=ADMIN_TOKEN,
                port=0,
                of_channel={
                    "facebook": FacebookSettings(
                        App(app.id, app.secret), platform=Platform(sandbox.address, sandbox.address)
                    )
                },
                download_dir=download_dir,
            ),
            clock,
        )
        at_the_end.callback(gateway.stop)
        gateway.start()
        uris = f"{sandbox.address}/sandbox/apps/{app.id}/redirect-uris"
        requests.post(uris, json={"uri": f"{gateway.address}/oauth/callback"}, timeout=30).raise_for_status()
        requests.post(
            f"{gateway.address}/admin/webhook", headers={"Authorization": f"Bearer {ADMIN_TOKEN}"}, timeout=30
        ).raise_for_status()
        added = requests.post(
            f"{gateway.address}/admin/accounts",
            json={"name": "Kundenservice"},
            headers={"Authorization": f"Bearer {ADMIN_TOKEN}"},
            timeout=30,
        ).json()
        connection = Connection.to(gateway.address, added["token"])
        with GatewayClient(connection) as client:
            account = client.account()
        yield Stage(sandbox.address, connection, account.id, gateway.address)
