"""Signing in from the first click to the token, over real HTTP, with a browser that is a few lines long."""

import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from fbtool.connection_code import Connection
from fbtool.facebook.graph import VERSION, Platform
from fbtool.facebook.login import Ask
from fbtool.facebook.tokens import Person
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.signin import machine as login
from fbtool.linking.signin import runner as signin
from fbtool.linking.signin.machine import State
from fbtool.linking.signin.problems import (
    AccountTokenRefused,
    SignInCancelled,
    SignInDenied,
    SignInExpired,
    SignInUnfinished,
)
from fbtool.linking.signin.receiver import ReceiverBlocked
from fbtool.linking.signin.runner import Face, Progress, SignInOptions, sign_in
from tests.linking.browsing import TOKEN, browse, returning
from tests.linking.standin import Answer, Request, ScriptedServer


@pytest.fixture
def gateway(server: ScriptedServer) -> ScriptedServer:
    server.on("GET", "/oauth/authorize", returning(code="one-time"))
    server.on("POST", "/oauth/token", Answer(content=TOKEN))
    server.on("GET", f"/{VERSION}/me", Answer(content={"id": "43", "name": "Max"}))
    return server


class Somebody(Face):
    """Somebody at a browser of a few lines."""

    def __init__(
        self,
        open_browser: Callable[[str], bool] | None,
        on_progress: Callable[[Progress], None],
        cancel: threading.Event | None,
    ) -> None:
        self.open_browser = open_browser or (lambda url: False)
        self.show = on_progress
        self.cancelled = (cancel or threading.Event()).is_set


def sign_in_at(
    connection: Connection,
    open_browser: Callable[[str], bool] | None = browse,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    cancel: threading.Event | None = None,
    auth_type: str = "",
) -> SignIn:
    face = Somebody(open_browser, on_progress, cancel)
    options = SignInOptions(auth_type, with_browser=open_browser is not None)
    return sign_in(connection, "acc_7", Platform(graph=connection.address), face, options)


def nobody_listens(url: str) -> bool:
    redirect = urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0])
    with socket.socket() as probe:
        return probe.connect_ex((redirect.hostname, redirect.port)) != 0


@pytest.mark.usefixtures("gateway")
def test_a_person_signs_in(connection: Connection) -> None:
    seen: list[Progress] = []
    done = sign_in_at(connection, on_progress=seen.append)
    assert done.person == Person("42", "Erika Muster")
    assert done.token == "EAAUSER"
    assert abs(done.expires_at - time.time() - 5_000_000) < 10
    assert "EAAUSER" not in repr(done)
    # The browser may be back before it is reported open.
    states = list(dict.fromkeys(progress.state for progress in seen if progress.state is not State.WAITING))
    assert states == [State.OPENING, State.EXCHANGING, State.DONE]
    assert nobody_listens(seen[2].url)


def test_facebook_is_asked_who_it_is_if_the_gateway_does_not_say(
    gateway: ScriptedServer, connection: Connection
) -> None:
    gateway.on("POST", "/oauth/token", Answer(content={"access_token": "EAAUSER", "token_type": "bearer"}))
    done = sign_in_at(connection)
    assert done.person == Person("43", "Max")
    assert done.expires_at == 0
    assert gateway.asked("GET", f"/{VERSION}/me")[0].headers["Authorization"] == "Bearer EAAUSER"


@pytest.mark.usefixtures("gateway")
def test_without_a_browser_the_person_opens_the_link(connection: Connection) -> None:
    browsers: list[threading.Thread] = []

    def open_once(progress: Progress) -> None:
        if progress.url and not browsers:
            browsers.append(threading.Thread(target=browse, args=(progress.url,)))
            browsers[0].start()

    assert sign_in_at(connection, None, open_once).person.name == "Erika Muster"
    browsers[0].join()


@pytest.mark.usefixtures("gateway")
def test_a_browser_that_does_not_open_is_said_and_waited_for(connection: Connection) -> None:
    browsers: list[threading.Thread] = []

    def open_by_hand(progress: Progress) -> None:
        if progress.state is State.WAITING and not browsers:
            assert not progress.browser_opened
            browsers.append(threading.Thread(target=browse, args=(progress.url,)))
            browsers[0].start()

    assert sign_in_at(connection, lambda url: False, open_by_hand).person.name == "Erika Muster"
    browsers[0].join()


def test_the_wish_to_choose_again_reaches_the_gateway(gateway: ScriptedServer, connection: Connection) -> None:
    sign_in_at(connection, auth_type=Ask.PAGES)
    assert gateway.asked("GET", "/oauth/authorize")[0].query["auth_type"] == "reauthorize"


def test_a_denial_is_not_called_a_cancel(gateway: ScriptedServer, connection: Connection) -> None:
    gateway.on("GET", "/oauth/authorize", returning(error="access_denied", error_description="Permissions error."))
    with pytest.raises(SignInDenied) as caught:
        sign_in_at(connection)
    assert caught.value.told().what == "Facebook did not grant access. Nothing was changed."
    assert not gateway.asked("POST", "/oauth/token")


def test_trouble_at_the_gateway_is_told_in_its_words(gateway: ScriptedServer, connection: Connection) -> None:
    gateway.on("GET", "/oauth/authorize", returning(error="server_error", error_description="Facebook is away."))
    with pytest.raises(SignInUnfinished) as caught:
        sign_in_at(connection)
    assert caught.value.told().meaning == "Facebook is away."


def test_a_refused_exchange_ends_it(gateway: ScriptedServer, connection: Connection) -> None:
    gateway.on("POST", "/oauth/token", Answer(401, {"error": "invalid_client"}))
    with pytest.raises(AccountTokenRefused):
        sign_in_at(connection)


def test_it_can_be_cancelled_from_another_thread(gateway: ScriptedServer, connection: Connection) -> None:
    gateway.on("GET", "/oauth/authorize", Answer(content="the person thinks"))
    cancel, urls = threading.Event(), []

    def cancel_while_waiting(progress: Progress) -> None:
        if progress.state is State.WAITING:
            urls.append(progress.url)
            cancel.set()

    with pytest.raises(SignInCancelled):
        sign_in_at(connection, on_progress=cancel_while_waiting, cancel=cancel)
    assert nobody_listens(urls[0])


@pytest.mark.usefixtures("gateway")
def test_a_browser_command_that_stays_holds_nothing_up(connection: Connection) -> None:
    closed = threading.Event()

    def browse_and_stay(url: str) -> bool:
        browse(url)
        return closed.wait(60)

    try:
        assert sign_in_at(connection, browse_and_stay).person.name == "Erika Muster"
        assert not closed.is_set()
    finally:
        closed.set()


@pytest.mark.parametrize("stays", ["browser", "gateway"])
def test_it_can_be_cancelled_whatever_it_waits_for(gateway: ScriptedServer, connection: Connection, stays: str) -> None:
    closed, cancel = threading.Event(), threading.Event()

    def browse_and_stay(url: str) -> bool:
        cancel.set()
        return closed.wait(60)

    def wait_for_the_gateway(request: Request) -> Answer:
        cancel.set()
        closed.wait(60)
        return Answer(content=TOKEN)

    gateway.on("POST", "/oauth/token", wait_for_the_gateway)
    try:
        with pytest.raises(SignInCancelled):
            sign_in_at(connection, browse_and_stay if stays == "browser" else browse, cancel=cancel)
        assert not closed.is_set()
    finally:
        closed.set()


def test_ctrl_c_closes_the_port(gateway: ScriptedServer, connection: Connection) -> None:
    gateway.on("GET", "/oauth/authorize", Answer(content="the person thinks"))
    urls = []

    def interrupt(progress: Progress) -> None:
        if progress.state is State.WAITING:
            urls.append(progress.url)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sign_in_at(connection, on_progress=interrupt)
    assert nobody_listens(urls[0])


def test_a_closed_browser_is_no_trap(
    gateway: ScriptedServer, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "TIME_LIMIT", 0.3)
    gateway.on("GET", "/oauth/authorize", Answer(content="closed"))
    with pytest.raises(SignInExpired):
        sign_in_at(connection)


@pytest.mark.usefixtures("gateway")
def test_a_blocked_port_is_told(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ReceiverBlocked(error="Permission denied")

    monkeypatch.setattr(signin, "Receiver", refuse)
    with pytest.raises(ReceiverBlocked):
        sign_in_at(connection)
