"""Several calls at once, and what follows from them in one thread; clients are lent and used again."""

import threading
from contextlib import closing

import pytest

from fbtool.linking.network.workers import ClientPool, Workers, WorkStopped
from fbtool.problem import Problem


def test_what_follows_happens_in_the_thread_that_waits_and_may_start_more() -> None:
    crew = Workers(at_once=2)
    heard: list[tuple[object, int]] = []

    def then(result: int | Problem) -> None:
        heard.append((result, threading.get_ident()))
        if result == 1:
            crew.start(lambda: 2, then)

    crew.start(lambda: 1, then)
    crew.finish()
    assert heard == [(1, threading.get_ident()), (2, threading.get_ident())]


def test_no_more_than_agreed_run_at_once() -> None:
    crew = Workers(at_once=2)
    running, most, lock = 0, 0, threading.Lock()
    meeting = threading.Barrier(2, timeout=10)

    def call() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        meeting.wait()
        with lock:
            running -= 1

    for _ in range(6):
        crew.start(call, lambda result: None)
    crew.finish()
    assert most == 2


def test_a_problem_is_heard_and_a_defect_is_raised() -> None:
    crew, problem, heard = Workers(), WorkStopped(), []

    def fail(error: Exception) -> None:
        raise error

    crew.start(lambda: fail(problem), heard.append)
    crew.finish()
    assert heard == [problem]
    crew.start(lambda: fail(ZeroDivisionError()), heard.append)
    with pytest.raises(ZeroDivisionError):
        crew.finish()


class Client:
    def __init__(self, made: list["Client"]) -> None:
        self.made, self.closed = made, False
        made.append(self)

    def another(self) -> "Client":
        return Client(self.made)

    def close(self) -> None:
        self.closed = True


def test_clients_are_lent_used_again_and_closed_but_for_the_first() -> None:
    made: list[Client] = []
    first = Client(made)
    pool = ClientPool(first)
    with closing(pool):
        assert pool.use(lambda client: client) is first
        second = pool.use(lambda client: pool.use(lambda other: other))
        assert second is not first
        assert pool.use(lambda client: pool.use(lambda other: {client, other})) == {first, second}
    assert (first.closed, second.closed) == (False, True)


def test_a_client_that_comes_back_late_is_closed_then() -> None:
    made: list[Client] = []
    pool = ClientPool(Client(made))

    def late(client: Client) -> None:
        pool.use(lambda other: pool.close())

    pool.use(late)
    assert [client.closed for client in made] == [False, True]
