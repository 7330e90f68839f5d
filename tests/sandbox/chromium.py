"""Chromium without a window, driven by its DevTools protocol."""

import asyncio
import re
import shutil
import tempfile
from types import TracebackType
from typing import Any, Self

import aiohttp

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
_OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0")
_PATIENCE = 20


class Chromium:
    """One browser with one page; use it as an async context manager."""

    async def __aenter__(self) -> Self:
        self._profile = tempfile.mkdtemp()
        self._process = await asyncio.create_subprocess_exec(
            PROGRAM,
            *_OPTIONS,
            f"--user-data-dir={self._profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        while not (announced := re.search(rb"ws://[^:]+:(\d+)/", await self._process.stderr.readline())):
            assert self._process.returncode is None
        port = int(announced[1])
        self._http = aiohttp.ClientSession()
        async with self._http.get(f"http://127.0.0.1:{port}/json") as answer:
            page = next(one for one in await answer.json() if one["type"] == "page")
        self._socket = await self._http.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0)
        self._count = 0
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Log"):
            await self.command(f"{domain}.enable")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.close()
        await self._http.close()
        self._process.terminate()
        await self._process.communicate()
        shutil.rmtree(self._profile, ignore_errors=True)

    async def command(self, method: str, **parameters: Any) -> Any:
        self._count += 1
        await self._socket.send_json({"id": self._count, "method": method, "params": parameters})
        while "id" not in (message := await self._next()):
            self.events.append(message)
        assert "error" not in message, message
        return message["result"]

    async def open(self, address: str) -> None:
        self._forget_loads()
        await self.command("Page.navigate", url=address)
        await self._loaded()

    async def press(self, action: str) -> None:
        """Click the button with this ``data-action`` and wait for the next page."""
        self._forget_loads()
        await self.run(f"document.querySelector('[data-action=\"{action}\"]').click()")
        await self._loaded()

    async def run(self, script: str) -> Any:
        answer = await self.command("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def screen(self) -> str:
        return await self.run("document.querySelector('main').dataset.screen")

    def troubles(self) -> list[dict[str, Any]]:
        """What the console would show in red."""
        entries = [one["params"]["entry"] for one in self.events if one["method"] == "Log.entryAdded"]
        thrown = [one for one in self.events if one["method"] == "Runtime.exceptionThrown"]
        return [one for one in entries if one["level"] == "error"] + thrown

    def _forget_loads(self) -> None:
        self.events = [one for one in self.events if one["method"] != "Page.loadEventFired"]

    async def _loaded(self) -> None:
        while not any(one["method"] == "Page.loadEventFired" for one in self.events):
            self.events.append(await self._next())

    async def _next(self) -> Any:
        return await asyncio.wait_for(self._socket.receive_json(), _PATIENCE)
