"""The shared store: any number of gateways on one PostgreSQL database."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.facebook.links import Link
from fbtool.gateway.consumers import Consumer
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
from fbtool.gateway.store.inbox_limit import InboxLimit
from fbtool.gateway.store.postgres import book, care, conversations, inbox, outbox
from fbtool.gateway.store.postgres.database import Connection, Database
from fbtool.gateway.store.postgres.group_commit import GroupCommit
from fbtool.gateway.store.postgres.inbox import Entry
from fbtool.gateway.store.postgres.listening import Listener
from fbtool.gateway.store.postgres.ttl import PostgresTtlStore


class PostgresStore:
    """The `Store` of a cluster. The promises are written at the port.

    Args:
        url: ``postgresql://…``, a direct connection: a pooler that hands out single transactions loses notifications.
        ring: called with an account for which another gateway has stored something.
        notify_all: called when there may be something for anybody.
        most_waiting: about how many events one account may have waiting, counted by each gateway for itself.
    """

    def __init__(
        self,
        url: str,
        ring: Callable[[str], None],
        notify_all: Callable[[], None],
        most_waiting: int = limits.MOST_WAITING,
    ) -> None:
        self._database = Database(url, schema.steps("postgres"))
        self._listener = Listener(url, ring, notify_all)
        self._gather = GroupCommit(self._database, InboxLimit(most_waiting), self._listener.own)
        self.shelf = PostgresTtlStore(self._database)

    @property
    def gateways(self) -> int:
        return self._listener.gateways

    async def start(self, new_data_key: bytes) -> bytes:
        """Connect and make what is missing; see `Store.start`.

        Raises:
            DatabaseAddressWrong, DatabaseAway, DatabaseRefused, DatabaseTooOld: it cannot be used.
            StoreTooNew, StoreShapeUnknown: another version has written it.
        """
        await self._database.open()
        data_key = await self._database.run(lambda db: _data_key(db, new_data_key))
        self._listener.start()
        return data_key

    async def stop(self) -> None:
        await self._listener.stop()
        await self._gather.finish()
        await self._database.close()

    async def check(self) -> None:
        await self._database.transact(_rehearse)

    async def add_account(self, account: Account) -> None:
        await self._database.run(lambda db: book.add_account(db, account))

    async def accounts(self) -> list[Account]:
        return await self._database.run(lambda db: book.accounts(db))

    async def account(self, account_id: str) -> Account | None:
        return await self._database.run(lambda db: book.account(db, account_id))

    async def change_account(self, account: Account) -> None:
        await self._database.run(lambda db: book.change_account(db, account))

    async def remove_account(self, account: Account) -> None:
        await self._database.transact(lambda db: book.remove_account(db, account))

    async def link(self, page_id: str) -> Link | None:
        return await self._database.run(lambda db: book.link(db, page_id))

    async def links(self, account_id: str) -> list[Link]:
        return await self._database.run(
            lambda db: book.links_where(db, "account_id = $1 ORDER BY name, source_id", account_id)
        )

    async def links_of_person(self, person_id: str) -> list[Link]:
        held = "source_id IN (SELECT source_id FROM holder WHERE person_id = $1) ORDER BY source_id"
        return await self._database.run(lambda db: book.links_where(db, held, person_id))

    async def due_links(self, now_ms: int, limit: int) -> list[Link]:
        return await self._database.run(lambda db: care.due_links(db, now_ms, limit))

    async def next_check_ms(self) -> int | None:
        return await self._database.run(lambda db: care.next_check_ms(db))

    async def hasten_checks(self, now_ms: int, within_ms: int) -> None:
        await self._database.run(lambda db: care.hasten_checks(db, now_ms, within_ms))

    async def keep_link(self, link: Link, notices: Sequence[Notice], now_ms: int) -> bool:
        async def job(db: Connection) -> bool:
            if not await book.keep_link(db, link):
                return False
            kept = await inbox.keep(db, [Entry(notice.event, notice.account_id) for notice in notices], now_ms)
            await inbox.tell(db, self._listener.own, kept)
            return True

        return await self._database.transact(job)

    async def remove_link(self, page_id: str, farewell: PendingUnsubscribe | None = None) -> None:
        async def job(db: Connection) -> None:
            await book.remove_link(db, page_id)
            if farewell is not None:
                await care.add_farewell(db, farewell)
            await conversations.forget_page(db, page_id)

        await self._database.transact(job)

    async def add_farewell(self, farewell: PendingUnsubscribe) -> bool:
        return await self._database.run(lambda db: care.add_farewell(db, farewell))

    async def due_farewells(self, now_ms: int, again_ms: int) -> list[PendingUnsubscribe]:
        return await self._database.run(lambda db: care.due_farewells(db, now_ms, again_ms))

    async def keep_farewell(self, farewell: PendingUnsubscribe) -> None:
        await self._database.run(lambda db: care.keep_farewell(db, farewell))

    async def end_farewell(self, page_id: str) -> None:
        await self._database.run(lambda db: care.end_farewell(db, page_id))

    async def forget_tokens_of(self, person_id: str) -> int:
        return await self._database.run(lambda db: care.forget_tokens_of(db, person_id))

    async def add_deletion(self, deletion: Deletion) -> None:
        await self._database.run(lambda db: care.add_deletion(db, deletion))

    async def deletion(self, code: str) -> Deletion | None:
        return await self._database.run(lambda db: care.deletion(db, code))

    async def accept(self, deliveries: Sequence[Sequence[Arrival]], now_ms: int) -> Accepted:
        return await self._gather.accept(deliveries, now_ms)

    async def set_aside(self, body: bytes, now_ms: int) -> None:
        await self._database.run(lambda db: inbox.set_aside(db, body, now_ms))

    async def waiting(self, account_id: str, limit: int) -> list[Waiting]:
        return await self._database.run(lambda db: inbox.waiting(db, account_id, limit))

    async def acknowledge(self, account_id: str, sequences: Sequence[int]) -> int:
        return await self._database.run(lambda db: inbox.acknowledge(db, account_id, sequences))

    async def last_customer_ms(self, conversation: bytes) -> int | None:
        return (await self.reply_windows([conversation])).get(conversation)

    async def reply_windows(self, conversations_: Sequence[bytes]) -> dict[bytes, int]:
        return await self._database.run(lambda db: conversations.reply_windows(db, conversations_))

    async def last_messages(self, source_id: str) -> LastMessages:
        return await self._database.run(lambda db: conversations.last_messages(db, source_id))

    async def sent_messages(self, mids: Sequence[bytes]) -> dict[bytes, str]:
        return await self._database.run(lambda db: conversations.sent_messages(db, mids))

    async def sent_before(self, asked: Sequence[tuple[bytes, int]], limit: int) -> list[list[str]]:
        return await self._database.run(lambda db: conversations.sent_before(db, asked, limit))

    async def greetings_due(self, limit: int) -> list[GreetingDue]:
        return await self._database.run(lambda db: conversations.greetings_due(db, limit))

    async def greet(self, conversation: bytes, greeting: QueuedMessage | None, now_ms: int) -> bool:
        async def job(db: Connection) -> bool:
            first = await conversations.decide_greeting(db, conversation)
            if first and greeting is not None:
                await outbox.enqueue(db, greeting, b"greeting " + conversation, b"", now_ms)
            return first

        return await self._database.transact(job)

    async def claim(self, wanted: Consumer, now_ms: int) -> Consumer:
        return await self._database.transact(lambda db: book.claim(db, wanted, now_ms))

    async def consumer(self, account_id: str) -> Consumer | None:
        return await self._database.run(lambda db: book.consumer(db, account_id))

    async def release(self, consumer: Consumer) -> None:
        await self._database.run(lambda db: book.release(db, consumer))

    async def set_availability(self, account_id: str, until_ms: int) -> None:
        await self._database.run(lambda db: book.set_availability(db, account_id, until_ms))

    async def available_until(self, account_id: str) -> int:
        return await self._database.run(lambda db: book.available_until(db, account_id))

    async def enqueue(self, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
        return await self._database.run(lambda db: outbox.enqueue(db, message, key, digest, now_ms))

    async def queue_heads(self) -> list[Head]:
        return await self._database.run(lambda db: outbox.heads(db))

    async def take_due(self, most: Mapping[str, int], now_ms: int) -> list[Due]:
        async def job(db: Connection) -> tuple[list[QueuedMessage], list[Link]]:
            taken = await outbox.take_due(db, most, now_ms)
            pages = list({message.source_id for message in taken})
            return taken, await book.links_where(db, "page_id = ANY ($1::text[])", pages)

        taken, found = await self._database.transact(job)
        links = {link.page_id: link for link in found}
        return [
            Due(source_id, [one for one in taken if one.source_id == source_id], links.get(source_id))
            for source_id in most
        ]

    async def take_expired(self, source_id: str, now_ms: int) -> list[QueuedMessage]:
        return await self._database.run(lambda db: outbox.take_expired(db, source_id, now_ms))

    async def take_unclear(self, source_id: str, now_ms: int) -> list[QueuedMessage]:
        return await self._database.run(lambda db: outbox.take_unclear(db, source_id, now_ms))

    async def retry(self, message_id: str, at_ms: int, tries: int) -> None:
        await self._database.run(lambda db: outbox.retry(db, message_id, at_ms, tries))

    async def await_echo(self, message_id: str, until_ms: int) -> None:
        await self._database.run(lambda db: outbox.await_echo(db, message_id, until_ms))

    async def finish(self, message_id: str, account_id: str, event: Arrival, now_ms: int) -> bool:
        async def job(db: Connection) -> bool:
            if not await outbox.settle(db, message_id):
                return False
            kept = await inbox.keep(db, [Entry(event, account_id)], now_ms)
            await inbox.tell(db, self._listener.own, kept)
            return kept[0].stored

        return await self._database.transact(job)

    async def interrupted(self, now_ms: int) -> list[QueuedMessage]:
        return await self._database.run(lambda db: outbox.interrupted(db))

    async def holdings(self) -> Holdings:
        return await self._database.run(lambda db: inbox.holdings(db))

    async def drop_old(self, before_ms: int, tell: Callable[[Dropped], Arrival], now_ms: int) -> list[Dropped]:
        async def job(db: Connection) -> list[Dropped]:
            dropped, kept = await inbox.drop_old(db, before_ms, tell, now_ms)
            await inbox.tell(db, self._listener.own, kept)
            return dropped

        return await self._database.transact(job)

    async def tidy(self, now_ms: int) -> None:
        # Each table on its own: whoever comes meanwhile waits for one deletion, and none of them for another writer.
        for statement, *values in inbox.tidying(now_ms):
            await self._database.transact(partial(inbox.tidy, statement=statement, values=values))


async def _data_key(db: Connection, new: bytes) -> bytes:
    await db.execute("INSERT INTO vault (data_key) VALUES ($1) ON CONFLICT DO NOTHING", new)
    return bytes(await db.fetchval("SELECT data_key FROM vault"))


async def _rehearse(db: Connection) -> None:
    """Write what deliveries and answers write, take it back, and change something that stays."""
    with contextlib.suppress(_TakenBack):
        async with db.transaction():
            await inbox.keep(db, [Entry(write_probe.arrival(), "")], 0)
            answer = write_probe.outgoing()
            await outbox.enqueue(db, answer, answer.conversation, b"", 0)
            await outbox.settle(db, answer.id)
            raise _TakenBack
    await db.execute("UPDATE shape SET step = step WHERE step = 1")


class _TakenBack(Exception):
    """What was written only to prove that it can be written is undone by this."""
