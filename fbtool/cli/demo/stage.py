"""The stage of the demo: a stand-in for Facebook and a gateway, on free ports, in a folder that goes away."""

import secrets
import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any, Self

from fbtool.cli.demo import web_chat
from fbtool.cli.demo.customer_service import CustomerService
from fbtool.connection_code import Connection
from fbtool.facebook.graph import App, Platform
from fbtool.gateway.channels.facebook.settings import FacebookSettings
from fbtool.gateway.operation.settings import Settings, load_master_key
from fbtool.gateway.server import Gateway
from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.world.loader import shipped

WORLD = "small-shop"
"""The sandbox's world that the demo plays in."""
_ENDINGS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class Stage:
    """Holds what runs, and takes it down whatever happens."""

    def __init__(self) -> None:
        self._at_the_end = ExitStack()
        self._earlier: dict[int, Any] = {}
        self.sandbox: SandboxServer
        self.gateway: Gateway
        self.settings: Settings
        self.app: App
        self.connection: Connection
        """The messenger account's; set by the walk."""
        self.widget_token: str

    def __enter__(self) -> Self:
        # Whatever ends the program ends it like Ctrl-C, so that nothing of it stays.
        self._earlier = {number: signal.signal(number, _stop) for number in _ENDINGS}
        return self

    def __exit__(self, *_: object) -> None:
        # Taking down lasts a moment; a second Ctrl-C in it must leave no folder behind.
        for number in self._earlier:
            signal.signal(number, signal.SIG_IGN)
        try:
            self._at_the_end.close()
        finally:
            for number, handler in self._earlier.items():
                signal.signal(number, handler)

    def start_sandbox(self) -> None:
        """Start the stand-in for Facebook."""
        self.sandbox = self._at_the_end.enter_context(SandboxServer(shipped(WORLD)))

    def start_gateway(self, app: App) -> None:
        """Start a gateway with its own database that uses the stand-in."""
        folder = Path(self._at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="fbtool-demo-")))
        address = self.sandbox.address
        self.app = app
        self.settings = Settings(
            data_dir=folder,
            master_key=load_master_key(folder, {}),
            admin_token=secrets.token_urlsafe(32),
            port=0,
            channels=("facebook", "webchat"),
            of_channel={"webchat": None, "facebook": FacebookSettings(app, platform=Platform(address, address))},
        )
        self.gateway = Gateway(self.settings)
        self._at_the_end.callback(self.gateway.stop)
        self.gateway.start()

    def start_web_chat(self) -> None:
        """Put a web chat on the sandbox's shop, with a script that answers."""
        gateway = self.gateway.address
        token, self.widget_token = web_chat.set_up(self.sandbox.address, gateway, self.settings.admin_token)
        self._at_the_end.enter_context(CustomerService(gateway, token))
