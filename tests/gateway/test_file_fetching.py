"""Files are fetched from Facebook's servers only, and never from inside a network."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fbtool.facebook.graph import Platform
from fbtool.gateway.channels.facebook import file_fetching, public_addresses
from fbtool.gateway.channels.facebook.file_fetching import Fetcher
from fbtool.gateway.channels.facebook.public_addresses import is_public
from fbtool.gateway.problems import FileGone, FileUnavailable

FILE = b"0123456789" * 1000


@pytest.fixture
def server() -> Iterator[str]:
    """A server that redirects, breaks off, and tells strange lengths."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, _, target = self.path[1:].partition("?")
            status, headers = {
                "file": (200, {"Content-Length": str(len(FILE))}),
                "to": (302, {"Location": target}),
                "nowhere": (302, {}),
                "broken": (302, {"Location": "http://[x"}),
                "named": (200, {"Content-Disposition": "attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt"}),
                "Mein%20Dokument.pdf": (200, {}),
                "gone": (403, {}),
                "sick": (500, {}),
                "endless": (200, {}),
                "huge": (200, {"Content-Length": str(file_fetching.SIZE_LIMIT + 1)}),
                "cut": (200, {"Content-Length": str(len(FILE) + 1)}),
            }[kind]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if status == 200:
                self.wfile.write(FILE)

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()


def fetch(stand_in: str, url: str) -> bytes:
    async def run() -> bytes:
        fetcher = Fetcher(Platform(stand_in, stand_in))
        try:
            file = await fetcher.fetch(url, "")
            try:
                return b"".join([part async for part in file.parts()])
            finally:
                file.close()
        finally:
            await fetcher.close()

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("path", "name"), [("named", "Grüße.txt"), ("Mein%20Dokument.pdf", "Mein Dokument.pdf"), ("to?named", "Grüße.txt")]
)
def test_a_file_has_the_name_that_the_customer_gave(server: str, path: str, name: str) -> None:
    async def run() -> str:
        fetcher = Fetcher(Platform(server, server))
        try:
            file = await fetcher.fetch(f"{server}/{path.replace('?', f'?{server}/')}", "")
            file.close()
            return file.name
        finally:
            await fetcher.close()

    assert asyncio.run(run()) == name


def would_fetch(url: str, platform: Platform = Platform()) -> bool:  # noqa: B008 - an immutable value
    async def run() -> bool:
        fetcher = Fetcher(platform)
        try:
            return fetcher.may_fetch(url)
        finally:
            await fetcher.close()

    return asyncio.run(run())


@pytest.mark.parametrize(
    "url",
    ["https://scontent.xx.fbcdn.net/v/t1/a.jpg?x=1", "https://cdn.fbsbx.com/v/t59/b.pdf", "https://a.fbcdn.net:443/x"],
)
def test_facebooks_file_servers_are_asked(url: str) -> None:
    assert would_fetch(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://scontent.xx.fbcdn.net/a.jpg",
        "https://scontent.xx.fbcdn.net:8443/a.jpg",
        "https://fbcdn.net/a.jpg",
        "https://evilfbcdn.net/a.jpg",
        "https://a.fbcdn.net.example/a.jpg",
        "https://a.fbcdn.net@example.org/a.jpg",
        "https://user@a.fbcdn.net/a.jpg",
        "https://example.org/.fbcdn.net",
        "https://127.0.0.1/a.jpg",
        "https://a.fbcdn.net:x/",
        "https://[a.fbcdn.net",
        "https://ä.fbcdn.net/",
        "https://a.fbcdn.net/" + "x" * 2000,
        "file:///etc/passwd",
        "",
    ],
)
def test_everything_else_is_not(url: str) -> None:
    assert not would_fetch(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("157.240.20.19", True),
        ("2a03:2880:f107:83:face:b00c:0:25de", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:157.240.20.19", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("no address", False),
    ],
)
def test_only_public_addresses_are_connected_to(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_name_that_leads_to_this_computer_is_refused() -> None:
    async def resolve() -> None:
        await public_addresses.PublicOnly(set()).resolve("localhost", 443)

    with pytest.raises(OSError):
        asyncio.run(resolve())


def test_a_stand_in_may_be_on_this_computer_by_every_name_it_has_but_on_no_other_port(server: str) -> None:
    platform = Platform(server, server)
    port = server.rpartition(":")[2]
    assert would_fetch(f"http://localhost:{port}/file", platform)
    assert not would_fetch("http://localhost:1/file", platform)
    assert not would_fetch(f"http://localhost:{port}/file")
    assert fetch(server, f"{server}/file") == FILE


def test_redirections_are_followed_a_few_times_and_each_is_checked(server: str) -> None:
    assert fetch(server, f"{server}/to?/file") == FILE
    assert fetch(server, f"{server}/to?/to?/to?/file") == FILE
    for target in (
        "/to?/to?/to?/to?/file",
        "/to?http://127.0.0.1:1/file",
        "/to?file:///etc/passwd",
        "/nowhere",
        "/broken",
    ):
        with pytest.raises(FileUnavailable):
            fetch(server, server + target)


def test_trouble_is_told(server: str) -> None:
    with pytest.raises(FileGone):
        fetch(server, f"{server}/gone")
    for kind in ("sick", "huge", "cut"):
        with pytest.raises(FileUnavailable):
            fetch(server, f"{server}/{kind}")


def test_a_file_without_a_length_is_cut_at_the_limit(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetch(server, f"{server}/endless") == FILE
    monkeypatch.setattr(file_fetching, "SIZE_LIMIT", len(FILE) - 1)
    with pytest.raises(FileUnavailable):
        fetch(server, f"{server}/endless")
