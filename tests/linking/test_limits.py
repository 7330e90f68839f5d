"""An answer has an end, in bytes and in seconds, whatever a server does."""

import gzip
import socket
import threading
import tracemalloc
from collections.abc import Iterator

import pytest

from fbtool.linking.network import http
from fbtool.linking.network.http import open_session, send
from fbtool.linking.network.http_problems import AnswerBrokenOff, AnswerTooLarge, NoAnswer
from tests.linking.hostile import head_of, raw_server
from tests.linking.standin import Answer, ScriptedServer

MEGABYTE = 1024 * 1024
BOMB = gzip.compress(bytes(256 * MEGABYTE))


@pytest.fixture
def done() -> Iterator[threading.Event]:
    """Set when a test is over."""
    flag = threading.Event()
    yield flag
    flag.set()


def test_a_small_answer_that_unpacks_to_much_is_given_up_with_little_memory(server: ScriptedServer) -> None:
    server.on("GET", "/", Answer(content=BOMB, headers={"Content-Encoding": "gzip"}))
    with open_session() as session:
        tracemalloc.start()
        try:
            with pytest.raises(AnswerTooLarge) as caught:
                send(session, "GET", f"{server.address}/")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert caught.value.told().what.endswith(
        "sends more than any answer should hold (16 MB). fbtool has stopped reading."
    )
    assert peak < 64 * MEGABYTE


def test_an_answer_that_never_ends_is_given_up(done: threading.Event) -> None:
    def talk(line: socket.socket) -> None:
        head_of(line)
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not done.is_set():
            line.sendall(bytes(MEGABYTE))

    with raw_server(talk) as place, open_session() as session, pytest.raises(AnswerTooLarge):
        send(session, "GET", f"http://{place}/")


DRIPS = {
    "head": b"HTTP/1.1 200 OK\r\nX-Long: ",
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n",
    "packed": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
}


@pytest.mark.parametrize("part", DRIPS)
def test_an_answer_that_drips_is_given_up(part: str, done: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ANSWER_SECONDS", 0.5)

    def talk(line: socket.socket) -> None:
        head_of(line)
        line.sendall(DRIPS[part])
        while not done.wait(0.01):
            line.sendall(b" ")

    with raw_server(talk) as place, open_session() as session, pytest.raises((NoAnswer, AnswerBrokenOff)) as caught:
        send(session, "GET", f"http://{place}/")
    # What drips into the unpacker is no gzip, which may be noticed first.
    assert part == "packed" or isinstance(caught.value, NoAnswer)


def test_a_packed_answer_is_read(server: ScriptedServer) -> None:
    server.on("GET", "/", Answer(content=gzip.compress(b"words"), headers={"Content-Encoding": "gzip"}))
    server.on("GET", "/plain", Answer(content=b"words"))
    with open_session() as session:
        assert send(session, "GET", f"{server.address}/").content == b"words"
        assert send(session, "GET", f"{server.address}/plain").content == b"words"
    assert {request.headers["Accept-Encoding"] for request in server.requests} == {"gzip"}


def test_what_is_no_gzip_is_half_an_answer(server: ScriptedServer) -> None:
    server.on("GET", "/", Answer(content=b"words", headers={"Content-Encoding": "gzip"}))
    with open_session() as session, pytest.raises(AnswerBrokenOff):
        send(session, "GET", f"{server.address}/")
