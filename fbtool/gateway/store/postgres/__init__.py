"""The shared store: any number of gateways on one PostgreSQL database."""

from collections.abc import Callable, Mapping, Sequence

from fbtool.gateway.accounts import Account
from fbtool.gateway.consumers import Consumer
from fbtool.gateway.links import Link
from fbtool.gateway.store import (
    Accepted,
    Arrival,
    Deletion,
    Dropped,
    Due,
    Farewell,
    GreetingDue,
    Head,
    Holdings,
    LastMessages,
    Notice,
    Outgoing,
    Waiting,
    limits,
    schema,
)
from fbtool.gateway.store.ceiling import Ceiling
from fbtool.gateway.store.postgres import book, care, conversations, inbox, outbox
from fbtool.gateway.store.postgres.database import Database
from fbtool.gateway.store.postgres.gather import Gather
from fbtool.gateway.store.postgres.inbox import Entry
from fbtool.gateway.store.postgres.listening import Listener
from fbtool.gateway.store.postgres.shelf import PostgresShelf


class PostgresStore:
    """The `Store` of a cluster. The promises are written at the port.

    Args:
        url: ``postgresql://…``, a direct connection: a pooler that hands out single transactions loses notifications.
        ring: called with an account for which another gateway has stored something.
        ring_all: called when there may be something for anybody.
        most_waiting: about how many events one account may have waiting, counted by each gateway for itself.
    """

    def __init__(
        self,
        url: str,
        ring: Callable[[str], None],
        ring_all: Callable[[], None],
        most_waiting: int = limits.MOST_WAITING,
    ) -> None:
        self._database = Database(url, schema.steps("postgres"))
        self._listener = Listener(url, ring, ring_all)
        self._gather = Gather(self._database, Ceiling(most_waiting), self._listener.own)
        self.shelf = PostgresShelf(self._database)

    @property
    def gateways(self) -> int:
        return self._listener.gateways

    async def start(self, new_data_key: bytes) -> bytes:
        """Connect and make what is missing; see `Store.start`.

        Raises:
            DatabaseAddressWrong, DatabaseAway, DatabaseRefused, DatabaseTooOld: it cannot be used.
            StoreTooNew: a newer version has written it.
        """
        await self._database.open()
        async with self._database.use() as db:
            await db.execute("INSERT INTO vault (data_key) VALUES ($1) ON CONFLICT DO NOTHING", new_data_key)
            data_key = bytes(await db.fetchval("SELECT data_key FROM vault"))
        self._listener.start()
        return data_key

    async def stop(self) -> None:
        await self._listener.stop()
        await self._gather.finish()
        await self._database.close()

    async def check(self) -> None:
        async with self._database.use() as db:
            await db.execute("UPDATE shape SET step = step WHERE step = 1")

    async def add_account(self, account: Account) -> None:
        async with self._database.use() as db:
            await book.add_account(db, account)

    async def accounts(self) -> list[Account]:
        async with self._database.use() as db:
            return await book.accounts(db)

    async def account(self, account_id: str) -> Account | None:
        async with self._database.use() as db:
            return await book.account(db, account_id)

    async def change_account(self, account: Account) -> None:
        async with self._database.use() as db:
            await book.change_account(db, account)

    async def remove_account(self, account: Account) -> None:
        async with self._database.transaction() as db:
            await book.remove_account(db, account)

    async def link(self, page_id: str) -> Link | None:
        async with self._database.use() as db:
            return await book.link(db, page_id)

    async def links(self, account_id: str) -> list[Link]:
        async with self._database.use() as db:
            return await book.links_where(db, "account_id = $1 ORDER BY name, page_id", account_id)

    async def links_of_person(self, person_id: str) -> list[Link]:
        held = "page_id IN (SELECT page_id FROM holder WHERE person_id = $1) ORDER BY page_id"
        async with self._database.use() as db:
            return await book.links_where(db, held, person_id)

    async def due_links(self, now_ms: int, limit: int) -> list[Link]:
        async with self._database.use() as db:
            return await care.due_links(db, now_ms, limit)

    async def next_check_ms(self) -> int | None:
        async with self._database.use() as db:
            return await care.next_check_ms(db)

    async def hasten_checks(self, now_ms: int, within_ms: int) -> None:
        async with self._database.use() as db:
            await care.hasten_checks(db, now_ms, within_ms)

    async def keep_link(self, link: Link, notices: Sequence[Notice], now_ms: int) -> bool:
        async with self._database.transaction() as db:
            if not await book.keep_link(db, link):
                return False
            kept = await inbox.keep(db, [Entry(notice.event, notice.account_id) for notice in notices], now_ms)
            await inbox.tell(db, self._listener.own, kept)
            return True

    async def remove_link(self, page_id: str, farewell: Farewell | None = None) -> None:
        async with self._database.transaction() as db:
            await book.remove_link(db, page_id)
            if farewell is not None:
                await care.add_farewell(db, farewell)

    async def add_farewell(self, farewell: Farewell) -> bool:
        async with self._database.use() as db:
            return await care.add_farewell(db, farewell)

    async def due_farewells(self, now_ms: int, again_ms: int) -> list[Farewell]:
        async with self._database.use() as db:
            return await care.due_farewells(db, now_ms, again_ms)

    async def keep_farewell(self, farewell: Farewell) -> None:
        async with self._database.use() as db:
            await care.keep_farewell(db, farewell)

    async def end_farewell(self, page_id: str) -> None:
        async with self._database.use() as db:
            await care.end_farewell(db, page_id)

    async def forget_tokens_of(self, person_id: str) -> int:
        async with self._database.use() as db:
            return await care.forget_tokens_of(db, person_id)

    async def add_deletion(self, deletion: Deletion) -> None:
        async with self._database.use() as db:
            await care.add_deletion(db, deletion)

    async def deletion(self, code: str) -> Deletion | None:
        async with self._database.use() as db:
            return await care.deletion(db, code)

    async def accept(self, deliveries: Sequence[Sequence[Arrival]], now_ms: int) -> Accepted:
        return await self._gather.accept(deliveries, now_ms)

    async def set_aside(self, body: bytes, now_ms: int) -> None:
        async with self._database.use() as db:
            await inbox.set_aside(db, body, now_ms)

    async def waiting(self, account_id: str, limit: int) -> list[Waiting]:
        async with self._database.use() as db:
            return await inbox.waiting(db, account_id, limit)

    async def acknowledge(self, account_id: str, sequences: Sequence[int]) -> int:
        async with self._database.use() as db:
            return await inbox.acknowledge(db, account_id, sequences)

    async def last_customer_ms(self, conversation: bytes) -> int | None:
        return (await self.reply_windows([conversation])).get(conversation)

    async def reply_windows(self, conversations_: Sequence[bytes]) -> dict[bytes, int]:
        async with self._database.use() as db:
            return await conversations.reply_windows(db, conversations_)

    async def last_messages(self, page_id: str) -> LastMessages:
        async with self._database.use() as db:
            return await conversations.last_messages(db, page_id)

    async def sent_messages(self, mids: Sequence[bytes]) -> dict[bytes, str]:
        async with self._database.use() as db:
            return await conversations.sent_messages(db, mids)

    async def sent_before(self, conversation: bytes, until_ms: int, limit: int) -> list[str]:
        async with self._database.use() as db:
            return await conversations.sent_before(db, conversation, until_ms, limit)

    async def greetings_due(self, limit: int) -> list[GreetingDue]:
        async with self._database.use() as db:
            return await conversations.greetings_due(db, limit)

    async def greet(self, conversation: bytes, greeting: Outgoing | None, now_ms: int) -> bool:
        async with self._database.transaction() as db:
            first = await conversations.decide_greeting(db, conversation)
            if first and greeting is not None:
                await outbox.enqueue(db, greeting, b"greeting " + conversation, b"", now_ms)
            return first

    async def claim(self, wanted: Consumer, now_ms: int) -> Consumer:
        async with self._database.transaction() as db:
            return await book.claim(db, wanted, now_ms)

    async def consumer(self, account_id: str) -> Consumer | None:
        async with self._database.use() as db:
            return await book.consumer(db, account_id)

    async def release(self, consumer: Consumer) -> None:
        async with self._database.use() as db:
            await book.release(db, consumer)

    async def set_availability(self, account_id: str, until_ms: int) -> None:
        async with self._database.use() as db:
            await book.set_availability(db, account_id, until_ms)

    async def available_until(self, account_id: str) -> int:
        async with self._database.use() as db:
            return await book.available_until(db, account_id)

    async def enqueue(self, message: Outgoing, key: bytes, digest: bytes, now_ms: int) -> str:
        async with self._database.use() as db:
            return await outbox.enqueue(db, message, key, digest, now_ms)

    async def queue_heads(self) -> list[Head]:
        async with self._database.use() as db:
            return await outbox.heads(db)

    async def take_due(self, most: Mapping[str, int], now_ms: int) -> list[Due]:
        async with self._database.transaction() as db:
            taken = await outbox.take_due(db, most, now_ms)
            pages = list({message.page_id for message in taken})
            links = {link.page_id: link for link in await book.links_where(db, "page_id = ANY ($1::text[])", pages)}
        return [Due(page_id, [one for one in taken if one.page_id == page_id], links.get(page_id)) for page_id in most]

    async def take_expired(self, page_id: str, now_ms: int) -> list[Outgoing]:
        async with self._database.use() as db:
            return await outbox.take_expired(db, page_id, now_ms)

    async def take_unclear(self, page_id: str, now_ms: int) -> list[Outgoing]:
        async with self._database.use() as db:
            return await outbox.take_unclear(db, page_id, now_ms)

    async def retry(self, message_id: str, at_ms: int, tries: int) -> None:
        async with self._database.use() as db:
            await outbox.retry(db, message_id, at_ms, tries)

    async def await_echo(self, message_id: str, until_ms: int) -> None:
        async with self._database.use() as db:
            await outbox.await_echo(db, message_id, until_ms)

    async def finish(self, message_id: str, account_id: str, event: Arrival, now_ms: int) -> bool:
        async with self._database.transaction() as db:
            if not await outbox.settle(db, message_id):
                return False
            kept = await inbox.keep(db, [Entry(event, account_id)], now_ms)
            await inbox.tell(db, self._listener.own, kept)
            return kept[0].stored

    async def interrupted(self, now_ms: int) -> list[Outgoing]:
        async with self._database.use() as db:
            return await outbox.interrupted(db)

    async def holdings(self) -> Holdings:
        async with self._database.use() as db:
            return await inbox.holdings(db)

    async def drop_old(self, before_ms: int, tell: Callable[[Dropped], Arrival], now_ms: int) -> list[Dropped]:
        async with self._database.transaction() as db:
            dropped, kept = await inbox.drop_old(db, before_ms, tell, now_ms)
            await inbox.tell(db, self._listener.own, kept)
            return dropped

    async def tidy(self, now_ms: int) -> None:
        async with self._database.transaction() as db:
            await inbox.tidy(db, now_ms)
