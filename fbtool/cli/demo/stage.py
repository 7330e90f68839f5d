"""The stage of the demo: a stand-in for Facebook and a gateway, on free ports, in a folder that goes away."""

import secrets
import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from fbtool.connection import Connection
from fbtool.facebook.graph import App, Platform
from fbtool.gateway.operation.settings import Settings, load_master_key
from fbtool.gateway.server import Gateway
from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.world.loader import shipped

WORLD = "small-shop"
"""The sandbox's world that the demo plays in."""


class Stage:
    """Holds what runs, and takes it down whatever happens."""

    def __init__(self) -> None:
        self._at_the_end = ExitStack()
        self.sandbox: SandboxServer
        self.gateway: Gateway
        self.settings: Settings
        self.connection: Connection
        """The messenger account's; set by the walk."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Taking down lasts a moment; a second Ctrl-C in it must leave no folder behind.
        impatient = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._at_the_end.close()
        finally:
            signal.signal(signal.SIGINT, impatient)

    def start_sandbox(self) -> None:
        """Start the stand-in for Facebook."""
        self.sandbox = self._at_the_end.enter_context(SandboxServer(shipped(WORLD)))

    def start_gateway(self, app: App) -> None:
        """Start a gateway with its own database that uses the stand-in."""
        folder = Path(self._at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="fbtool-demo-")))
        address = self.sandbox.address
        self.settings = Settings(
            data_dir=folder,
            app=app,
            master_key=load_master_key(folder, {}),
            admin_token=secrets.token_urlsafe(32),
            port=0,
            platform=Platform(address, address),
        )
        self.gateway = Gateway(self.settings)
        self._at_the_end.callback(self.gateway.stop)
        self.gateway.start()
