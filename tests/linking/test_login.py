"""The sign-in as a table: every event in every state, one end, and a receiver that is always closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook.tokens import Person
from fbtool.linking.network.http_problems import NoAnswer
from fbtool.linking.signin import machine as on
from fbtool.linking.signin.machine import MOST_CODES, TIME_LIMIT, Login, State
from fbtool.linking.signin.problems import SignInCancelled, SignInDenied, SignInExpired

ERIKA = Person("42", "Erika Muster")

EVENTS = st.one_of(
    st.builds(on.Start, now=st.floats(0, 100), with_browser=st.booleans(), by_hand=st.booleans()),
    st.just(on.AddressReady("https://gateway.test/oauth/authorize")),
    st.just(on.ReceiverFailed(NoAnswer(host="h"))),
    st.just(on.CodeRefused(NoAnswer(host="h"))),
    st.just(on.BrowserTried()),
    st.just(on.CallbackReceived("code")),
    st.just(on.DenialReceived()),
    st.builds(on.Exchanged, token=st.just("EAA"), expires_at=st.just(99), person=st.sampled_from([None, ERIKA])),
    st.just(on.Checked(ERIKA)),
    st.builds(on.Trouble, st.builds(NoAnswer, host=st.just("h"))),
    st.builds(on.Tick, now=st.floats(0, 2000)),
    st.just(on.UserCancelled()),
)


def walk(*events: on.Event) -> tuple[Login, list[on.Command]]:
    login = Login()
    return login, [command for event in events for command in login.handle(event)]


@given(st.lists(EVENTS, max_size=40))
def test_whatever_happens_it_ends_once_and_closes_what_it_opened(events: list[on.Event]) -> None:
    login, commands, ends = Login(), [], 0
    for event in events:
        was_over = login.state.over
        new = login.handle(event)
        commands += new
        if was_over:
            assert new == ()
        elif login.state.over:
            ends += 1
    opened = commands.count(on.Prepare()) or commands.count(on.Prepare(by_hand=True))
    assert ends <= 1
    assert opened <= 1
    assert commands.count(on.Close()) == (1 if login.state.over else 0) <= opened
    assert sum(isinstance(command, on.Exchange) for command in commands) <= (MOST_CODES if login.by_hand else 1)
    assert (login.state is State.DONE) == (login.person is not None)
    assert (login.problem is not None) == (login.state.over and login.state is not State.DONE)


@given(st.lists(EVENTS, max_size=20))
def test_time_ends_every_attempt_that_has_begun(events: list[on.Event]) -> None:
    login, _ = walk(on.Start(0.0), *events)
    login.handle(on.Tick(100 + TIME_LIMIT + 2000))
    assert login.state.over


@given(st.lists(EVENTS, max_size=20))
def test_no_secret_is_left_when_it_did_not_end_well(events: list[on.Event]) -> None:
    login, _ = walk(on.Start(0.0), *events)
    if login.state.over and login.state is not State.DONE:
        assert login.token == ""
    assert "EAA" not in repr(login)


def test_the_usual_way() -> None:
    login = Login()
    assert login.handle(on.Start(0.0)) == (on.Prepare(),)
    assert login.handle(on.AddressReady("url")) == (on.OpenBrowser("url"),)
    assert login.state is State.OPENING
    assert login.handle(on.BrowserTried()) == ()
    assert login.state is State.WAITING
    assert login.handle(on.CallbackReceived("code")) == (on.Exchange("code"),)
    assert login.handle(on.Exchanged("EAA", 99, None)) == (on.AskWho("EAA"),)
    assert login.state is State.CHECKING
    assert login.handle(on.Checked(ERIKA)) == (on.Close(),)
    assert (login.state, login.person, login.token, login.expires_at) == (State.DONE, ERIKA, "EAA", 99)


def test_a_gateway_that_names_the_person_saves_the_question() -> None:
    login, commands = walk(
        on.Start(0.0), on.AddressReady("url"), on.CallbackReceived("code"), on.Exchanged("EAA", 0, ERIKA)
    )
    assert login.state is State.DONE
    assert not any(isinstance(command, on.AskWho) for command in commands)


def test_without_a_browser_the_link_is_only_shown() -> None:
    login, commands = walk(on.Start(0.0, with_browser=False), on.AddressReady("url"))
    assert login.state is State.WAITING
    assert commands == [on.Prepare()]


def test_a_browser_that_does_not_open_is_no_end() -> None:
    login, _ = walk(on.Start(0.0), on.AddressReady("url"), on.BrowserTried())
    assert login.state is State.WAITING


@pytest.mark.parametrize(
    ("event", "state", "problem"),
    [
        (on.DenialReceived(), State.DENIED, SignInDenied),
        (on.UserCancelled(), State.CANCELLED, SignInCancelled),
        (on.Tick(TIME_LIMIT), State.EXPIRED, SignInExpired),
        (on.Trouble(NoAnswer(host="h")), State.FAILED, NoAnswer),
    ],
)
def test_the_other_ends_say_why(event: on.Event, state: State, problem: type[Exception]) -> None:
    login, commands = walk(on.Start(0.0), on.AddressReady("url"), on.BrowserTried(), event)
    assert login.state is state
    assert isinstance(login.problem, problem)
    assert commands[-1] == on.Close()


def test_it_knows_how_much_time_is_left() -> None:
    login, _ = walk(on.Start(1000.0))
    assert login.seconds_left(1000.0) == TIME_LIMIT
    assert login.seconds_left(1000.0 + TIME_LIMIT + 1) == 0


def test_an_answer_after_the_cancel_changes_nothing() -> None:
    login, _ = walk(on.Start(0.0), on.AddressReady("url"), on.CallbackReceived("c"), on.UserCancelled())
    assert login.handle(on.Exchanged("EAA", 0, ERIKA)) == ()
    assert (login.state, login.token) == (State.CANCELLED, "")


@pytest.mark.parametrize(
    "secretive", [on.CallbackReceived("EAA"), on.Exchange("EAA"), on.AskWho("EAA"), on.Exchanged("EAA", 1, None)]
)
def test_codes_and_tokens_are_not_shown(secretive: object) -> None:
    assert "EAA" not in repr(secretive)


BLOCKED = NoAnswer(host="h")


def test_where_no_program_may_listen_the_code_is_typed_in() -> None:
    login, commands = walk(
        on.Start(0.0), on.ReceiverFailed(BLOCKED), on.AddressReady("url"), on.BrowserTried(), on.CallbackReceived("c")
    )
    assert commands == [
        on.Prepare(), on.Prepare(by_hand=True), on.OpenBrowser("url"), on.AskForCode(),
        on.Exchange("c"),
    ]  # fmt: skip
    assert (login.by_hand, login.state) == (True, State.EXCHANGING)


def test_without_a_browser_the_code_of_another_device_is_typed_in() -> None:
    _, commands = walk(on.Start(0.0, with_browser=False, by_hand=True), on.AddressReady("url"))
    assert commands == [on.Prepare(by_hand=True), on.AskForCode()]


def test_a_mistyped_code_may_be_typed_again_a_few_times() -> None:
    login, _ = walk(on.Start(0.0, by_hand=True), on.AddressReady("url"), on.BrowserTried())
    for _attempt in range(MOST_CODES - 1):
        login.handle(on.CallbackReceived("c"))
        assert login.handle(on.CodeRefused(BLOCKED)) == (on.AskForCode(again=True),)
    login.handle(on.CallbackReceived("c"))
    assert login.handle(on.CodeRefused(BLOCKED)) == (on.Close(),)
    assert (login.state, login.problem) == (State.FAILED, BLOCKED)


def test_a_code_that_the_browser_brought_is_not_typed_again() -> None:
    login, _ = walk(on.Start(0.0), on.AddressReady("url"), on.CallbackReceived("c"), on.CodeRefused(BLOCKED))
    assert login.state is State.FAILED
