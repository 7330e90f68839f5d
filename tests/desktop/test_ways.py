"""What fewer admins do: another device, another account, another person, a proxy, a newer version."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from fbtool.linking.network.gateway import GatewayClient
from fbtool.sandbox.scripted_browser import ScriptedBrowser
from tests.conditions import eventually
from tests.desktop.conftest import FINE, MODERATED
from tests.desktop.driver import Driver
from tests.e2e.repair_browser import ERIKA, code_on
from tests.linking.stage import Stage

NORA = ["nora@example.org", "frühling"]
NORAS = "Gehört Nora"
GATEWAY = "gateway.example.org"

Visits = Callable[..., None]


def test_a_browser_on_another_device_ends_with_a_short_code(connected: Driver) -> None:
    connected.press("by-hand")
    connected.find("short-code")
    phone = ScriptedBrowser(*ERIKA)
    try:
        confirmation = phone.sign_in(connected.copies("link"), pages=[FINE])
        code = code_on(phone.press(confirmation, "go-on"))
    finally:
        phone.close()
    connected.type("short-code", "AAAA-2222")
    connected.press("give-code")
    connected.says("code-wrong", "This code does not fit.")
    connected.type("short-code", code.lower())
    connected.key("<Return>", "short-code")
    connected.until_row(FINE, "ready to link")
    connected.says("person", "Erika Muster")


def test_a_page_is_taken_over_from_another_account_and_that_account_is_told(
    linked: Driver, stage: Stage, visits: Visits
) -> None:
    other = stage.second_account("Filiale")
    linked.press("settings")
    linked.press("connect-other")
    linked.type("connection-code", other.code())
    linked.press("connect")
    linked.says("account", "Filiale")
    visits({"pages": None})
    linked.press("sign-in")
    try:
        linked.until_row(FINE, "ready to link")
        linked.act(FINE)
        linked.until_row(FINE, "linked to another messenger account")
        linked.says("summary", f"“{FINE}” failed: ")
        linked.act(FINE)
        linked.says("question", "Its messages then arrive here, and no longer at the other messenger account.")
        linked.press("yes")
        linked.until_row(FINE, "linked")

        linked.press("settings")
        linked.press("use-account 1")
        linked.until_row(MODERATED, "linked")
        assert linked.row(FINE) == "ready to link"
        linked.says("person", "Erika Muster")
    finally:
        with GatewayClient(other) as gateway:
            for link in gateway.links():
                gateway.unlink(link.page_id)


def test_two_people_share_a_computer(linked: Driver, visits: Visits) -> None:
    linked.press("settings")
    visits({"as": NORA})
    linked.press("sign-in-other")
    linked.press("sign-in")
    linked.until_row(NORAS, "ready to link")
    linked.says("person", "Nora")
    assert linked.row(MODERATED) == "linked by somebody else"

    linked.press("settings")
    linked.reads("(works now)")
    linked.press("work-as 1")
    linked.says("person", "Erika Muster")
    linked.until_row(MODERATED, "linked")
    assert linked.row(NORAS) == ""


def test_a_newer_version_is_offered_by_the_gateway_and_fetched_with_the_browser(
    window: Driver, stage: Stage, home: Path, downloads: Path, visits: Visits
) -> None:
    setup = downloads / "Facebook-Tool-99.0-setup.exe"
    setup.write_bytes(b"MZ")
    try:
        window.type("connection-code", stage.second_account("Neu").code())
        window.press("connect")
        visits({"pages": [FINE]})
        window.press("sign-in")
        window.until_row(FINE, "ready to link")
        window.says("newer", "fbtool 99.0 is there.")
        visits({"do": "close"})
        window.press("download")
        opened = home / "visits.log"
        eventually(lambda: opened.read_text("utf-8").endswith(f"{stage.gateway_address}/download\n"))
    finally:
        setup.unlink()


def test_the_sign_in_tells_of_a_newer_version_too_and_waiting_for_the_browser_stops_nothing(
    window: Driver, stage: Stage, home: Path, downloads: Path, visits: Visits
) -> None:
    setup = downloads / "Facebook-Tool-99.0-setup.exe"
    setup.write_bytes(b"MZ")
    visits({"do": "stay"})
    try:
        window.type("connection-code", stage.second_account("Neuer").code())
        window.press("connect")
        window.find("sign-in")
        window.says("newer", "fbtool 99.0 is there.")
        window.press("download")
        window.until((home / "visits.log").exists, "the browser")
        window.press("help")
        window.find("version")
        window.until(lambda: not window.window.jobs.busy, "an end of the waiting, though the browser is still open")
    finally:
        (home / "visits.closed").touch()
        setup.unlink()


def test_a_proxy_is_used_from_then_on_and_at_the_next_start(
    window: Driver, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of two spellings of the setting, programs heed this one first.
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with strict_proxy() as (proxy, asked):
        window.type("connection-code", stage.connection.code())
        window.press("connect")
        window.find("sign-in")
        window.key("<Control-comma>")
        window.type("proxy", "proxy.example.org:8080")
        window.press("use-proxy")
        window.says("problem", "This cannot be used as the address of a proxy.")
        window.type("proxy", proxy)
        window.press("use-proxy")
        window.says("toast", "The proxy is used from now on.")
        window.close()
        again = Driver()
        try:
            again.find("sign-in")
            again.key("<Control-comma>")
            again.press("connect-other")
            again.press("other-way")
            again.type("gateway-address", f"https://{GATEWAY}")
            again.type("account-token", stage.connection.token)
            again.press("connect")
            again.says("problem", f"The proxy of this network does not let fbtool through to {GATEWAY}.")
            assert asked == [f"{GATEWAY}:443"]
            again.key("<Control-comma>")
            again.until(lambda: again.written("proxy") == proxy, "the chosen proxy")
            again.type("proxy", "")
            again.press("use-proxy")
            again.says("toast", "The system's proxy is used from now on.")
        finally:
            again.close()


@contextmanager
def strict_proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy that wants a sign-in of its own: its address, and the places that it was asked for."""
    asked: list[str] = []

    class Strict(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.append(self.path)
            self.send_error(407)

        def log_message(self, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Strict)
    serving = Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
