"""The embedded store: one SQLite file, one thread, every commit flushed to disk."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import apsw

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.facebook.links import Link
from fbtool.gateway.consumers import Consumer, claimed
from fbtool.gateway.store import (
    Accepted,
    Arrival,
    Deletion,
    Dropped,
    Due,
    GreetingDue,
    Head,
    Holdings,
    LastMessages,
    Notice,
    PendingUnsubscribe,
    QueuedMessage,
    Waiting,
    limits,
    schema,
    write_probe,
)
from fbtool.gateway.store.sqlite import arrivals, book, care, conversations, outbox, seen, transit
from fbtool.gateway.store.sqlite.arrivals import Batch, Ending, Intake
from fbtool.gateway.store.sqlite.entries import Entry
from fbtool.gateway.store.sqlite.opening import opened
from fbtool.gateway.store.sqlite.writer import Writer
from fbtool.gateway.store.ttl import MemoryTtlStore


class SqliteStore:
    """The `Store` of a single gateway. The promises are written at the port.

    Args:
        file: the database; made if it does not exist, its folder must.
        most_waiting: about how many events one account may have waiting.
        ring: wakes those who wait for events of an account.
    """

    def __init__(
        self,
        file: Path,
        most_waiting: int = limits.MOST_WAITING,
        ring: Callable[[str], None] = lambda account_id: None,
    ) -> None:
        steps = schema.steps("sqlite")
        self._writer = Writer(lambda: opened(file, steps))
        self._intake = Intake(most_waiting)
        self._notify = ring
        # One process has the database, so who takes an account's events need not be on disk.
        self._consumers: dict[str, Consumer] = {}
        self.shelf = MemoryTtlStore()

    @property
    def gateways(self) -> int:
        return 1  # it holds the file alone

    async def start(self, new_data_key: bytes) -> bytes:
        """Open or make the database; see `Store.start`.

        Raises:
            StoreInUse: another process has it.
            StoreUnreadable: it cannot be opened or is none of ours.
            StoreTooNew, StoreShapeUnknown: another version has written it.
        """
        await self._writer.start()
        await self._writer.run(seen.remember)
        await self._writer.run(outbox.end_leases)
        return await self._writer.run(lambda db: _data_key(db, new_data_key))

    async def stop(self) -> None:
        await self._writer.stop()

    async def check(self) -> None:
        await self._writer.run(_rehearse)

    async def add_account(self, account: Account) -> None:
        await self._writer.run(lambda db: book.add_account(db, account))

    async def accounts(self) -> list[Account]:
        return await self._writer.run(book.accounts)

    async def account(self, account_id: str) -> Account | None:
        return await self._writer.run(lambda db: book.account(db, account_id))

    async def change_account(self, account: Account) -> None:
        await self._writer.run(lambda db: book.change_account(db, account))

    async def remove_account(self, account: Account) -> None:
        await self._writer.run(lambda db: book.remove_account(db, account))

    async def link(self, page_id: str) -> Link | None:
        return await self._writer.run(lambda db: book.link(db, page_id))

    async def links(self, account_id: str) -> list[Link]:
        return await self._writer.run(lambda db: book.links(db, account_id))

    async def links_of_person(self, person_id: str) -> list[Link]:
        return await self._writer.run(lambda db: book.links_of_person(db, person_id))

    async def due_links(self, now_ms: int, limit: int) -> list[Link]:
        return await self._writer.run(lambda db: book.due_links(db, now_ms, limit))

    async def next_check_ms(self) -> int | None:
        return await self._writer.run(care.next_check_ms)

    async def hasten_checks(self, now_ms: int, within_ms: int) -> None:
        await self._writer.run(lambda db: care.hasten_checks(db, now_ms, within_ms))

    async def keep_link(self, link: Link, notices: Sequence[Notice], now_ms: int) -> bool:
        def job(db: apsw.Connection) -> bool:
            if not book.keep_link(db, link):
                return False
            arrivals.store(db, [Entry(notice.event, notice.account_id, now_ms) for notice in notices])
            return True

        return await self._writer.run(job)

    async def remove_link(self, page_id: str, farewell: PendingUnsubscribe | None = None) -> None:
        def job(db: apsw.Connection) -> None:
            book.remove_link(db, page_id)
            if farewell is not None:
                care.add_farewell(db, farewell)

        await self._writer.run(job)

    async def add_farewell(self, farewell: PendingUnsubscribe) -> bool:
        return await self._writer.run(lambda db: care.add_farewell(db, farewell))

    async def due_farewells(self, now_ms: int, again_ms: int) -> list[PendingUnsubscribe]:
        return await self._writer.run(lambda db: care.due_farewells(db, now_ms, again_ms))

    async def keep_farewell(self, farewell: PendingUnsubscribe) -> None:
        await self._writer.run(lambda db: care.keep_farewell(db, farewell))

    async def end_farewell(self, page_id: str) -> None:
        await self._writer.run(lambda db: care.end_farewell(db, page_id))

    async def forget_tokens_of(self, person_id: str) -> int:
        return await self._writer.run(lambda db: care.forget_tokens_of(db, person_id))

    async def add_deletion(self, deletion: Deletion) -> None:
        await self._writer.run(lambda db: care.add_deletion(db, deletion))

    async def deletion(self, code: str) -> Deletion | None:
        return await self._writer.run(lambda db: care.deletion(db, code))

    async def accept(self, deliveries: Sequence[Sequence[Arrival]], now_ms: int) -> Accepted:
        # Whoever waits for these events asks for them now, in the same group, and so has them with the commit.
        for account_id in self._intake.likely_accounts(deliveries):
            self._notify(account_id)
        return await self._writer.join(self._intake.take, Batch(deliveries, now_ms))

    async def set_aside(self, body: bytes, now_ms: int) -> None:
        await self._writer.run(lambda db: transit.set_aside(db, body, now_ms))

    async def waiting(self, account_id: str, limit: int) -> list[Waiting]:
        return await self._writer.run(lambda db: transit.waiting(db, account_id, limit))

    async def acknowledge(self, account_id: str, sequences: Sequence[int]) -> int:
        return await self._writer.run(lambda db: transit.acknowledge(db, account_id, sequences))

    async def last_customer_ms(self, conversation: bytes) -> int | None:
        return await self._writer.run(lambda db: conversations.last_customer_ms(db, conversation))

    async def reply_windows(self, conversations_: Sequence[bytes]) -> dict[bytes, int]:
        return await self._writer.run(lambda db: conversations.reply_windows(db, conversations_))

    async def last_messages(self, source_id: str) -> LastMessages:
        return await self._writer.run(lambda db: conversations.last_messages(db, source_id))

    async def sent_messages(self, mids: Sequence[bytes]) -> dict[bytes, str]:
        return await self._writer.run(lambda db: conversations.sent_messages(db, mids))

    async def sent_before(self, asked: Sequence[tuple[bytes, int]], limit: int) -> list[list[str]]:
        return await self._writer.run(lambda db: conversations.sent_before(db, asked, limit))

    async def greetings_due(self, limit: int) -> list[GreetingDue]:
        return await self._writer.run(lambda db: conversations.greetings_due(db, limit))

    async def greet(self, conversation: bytes, greeting: QueuedMessage | None, now_ms: int) -> bool:
        def job(db: apsw.Connection) -> bool:
            first = conversations.decide_greeting(db, conversation)
            if first and greeting is not None:
                outbox.enqueue(db, greeting, b"greeting " + conversation, b"", now_ms)
            return first

        return await self._writer.run(job)

    async def claim(self, wanted: Consumer, now_ms: int) -> Consumer:
        now = claimed(self._consumers.get(wanted.account_id), wanted, now_ms)
        self._consumers[wanted.account_id] = now
        return now

    async def consumer(self, account_id: str) -> Consumer | None:
        return self._consumers.get(account_id)

    async def release(self, consumer: Consumer) -> None:
        if self._consumers.get(consumer.account_id) == consumer:
            del self._consumers[consumer.account_id]

    async def set_availability(self, account_id: str, until_ms: int) -> None:
        await self._writer.run(lambda db: book.set_availability(db, account_id, until_ms))

    async def available_until(self, account_id: str) -> int:
        return await self._writer.run(lambda db: book.available_until(db, account_id))

    async def enqueue(self, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
        return await self._writer.run(lambda db: outbox.enqueue(db, message, key, digest, now_ms))

    async def queue_heads(self) -> list[Head]:
        return await self._writer.run(outbox.heads)

    async def take_due(self, most: Mapping[str, int], now_ms: int) -> list[Due]:
        def job(db: apsw.Connection) -> list[Due]:
            taken = {source_id: outbox.take_due(db, source_id, now_ms, limit) for source_id, limit in most.items()}
            return [
                Due(source_id, those, book.link(db, source_id) if those else None) for source_id, those in taken.items()
            ]

        return await self._writer.run(job)

    async def take_expired(self, source_id: str, now_ms: int) -> list[QueuedMessage]:
        return await self._writer.run(lambda db: outbox.take_expired(db, source_id, now_ms))

    async def take_unclear(self, source_id: str, now_ms: int) -> list[QueuedMessage]:
        return await self._writer.run(lambda db: outbox.take_unclear(db, source_id, now_ms))

    async def retry(self, message_id: str, at_ms: int, tries: int) -> None:
        await self._writer.run(lambda db: outbox.retry(db, message_id, at_ms, tries))

    async def await_echo(self, message_id: str, until_ms: int) -> None:
        await self._writer.run(lambda db: outbox.await_echo(db, message_id, until_ms))

    async def finish(self, message_id: str, account_id: str, event: Arrival, now_ms: int) -> bool:
        return await self._writer.join(arrivals.end, Ending(message_id, Entry(event, account_id, now_ms)))

    async def interrupted(self, now_ms: int) -> list[QueuedMessage]:
        return await self._writer.run(lambda db: outbox.interrupted(db, now_ms))

    async def holdings(self) -> Holdings:
        return await self._writer.run(transit.holdings)

    async def drop_old(self, before_ms: int, tell: Callable[[Dropped], Arrival], now_ms: int) -> list[Dropped]:
        return await self._writer.run(lambda db: transit.drop_old(db, before_ms, tell, now_ms))

    async def copy(self) -> bytes:
        """The whole database as it is between two commits, as the content of a file."""
        return await self._writer.run(lambda db: db.serialize("main"))

    async def tidy(self, now_ms: int) -> None:
        await self._writer.run(lambda db: transit.tidy(db, now_ms))


def _data_key(database: apsw.Connection, new: bytes) -> bytes:
    row = database.execute("SELECT data_key FROM vault").fetchone()
    if row is None:
        database.execute("INSERT INTO vault VALUES (?)", (new,))
        return new
    return bytes(row[0])


def _rehearse(database: apsw.Connection) -> None:
    """Write what deliveries and answers write, take it back, and change something that stays."""
    database.execute("SAVEPOINT rehearsal")
    arrivals.store(database, [Entry(write_probe.arrival(), "", 0, account_greets=True)])
    answer = write_probe.outgoing()
    outbox.enqueue(database, answer, answer.conversation, b"", 0)
    outbox.settle(database, [answer.id])
    database.execute("ROLLBACK TO rehearsal")
    database.execute("RELEASE rehearsal")
    (version,) = next(iter(database.execute("PRAGMA user_version")))
    database.execute(f"PRAGMA user_version = {version}")
