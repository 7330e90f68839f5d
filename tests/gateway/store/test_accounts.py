"""Accounts with several tokens, and who manages them."""

import asyncio
from dataclasses import replace

import pytest

from fbtool.gateway import accounts
from fbtool.gateway.accounts import Account, AccountToken, Manager, TokenKind, manages, owns
from fbtool.gateway.problems import AccountHasSources, AccountNameTaken, ManagerNameTaken
from fbtool.gateway.store import Store
from tests.gateway.store.conftest import NOW, PAGE, SHOP, Home, Shared, account, furnish, source

MINUTES = 60_000
DESK = Manager("iddesk", "Desk", accounts.hash_of("desk"), 1)


def made(kind: TokenKind = TokenKind.ACCOUNT) -> tuple[str, AccountToken]:
    token = accounts.new_token("abcdefghij", kind)
    return token, AccountToken(accounts.hash_of(token), kind)


async def kept(store: Store, account_id: str = SHOP) -> Account:
    found = await store.accounts.account(account_id)
    assert found is not None
    return found


def test_the_earlier_token_goes_on_until_its_end_and_the_one_before_ends_as_it_was_to(home: Home) -> None:
    first, second, third, widget = made(), made(), made(), made(TokenKind.WIDGET)

    def opening(one: Account, now_ms: int) -> list[bool]:
        return [owns(one, token, TokenKind.ACCOUNT, now_ms) for token, _ in (first, second, third)]

    async def life() -> None:
        store = home.store()
        await store.start(b"")
        await store.accounts.add(replace(account(), tokens=(first[1], widget[1])))
        await store.accounts.rotate(SHOP, second[1], NOW + 10 * MINUTES, NOW)
        assert opening(await kept(store), NOW) == [True, True, False]
        later = NOW + 5 * MINUTES
        await store.accounts.rotate(SHOP, third[1], later + 10 * MINUTES, later)
        assert opening(await kept(store), later) == [True, True, True]
        assert opening(await kept(store), NOW + 10 * MINUTES) == [False, True, True]
        await store.tidy(NOW + 11 * MINUTES)
        assert len((await kept(store)).tokens) == 3
        await store.accounts.rotate(SHOP, first[1], later, later)
        assert opening(await kept(store), later) == [True, False, False], "the earlier ones ended at once"
        assert owns(await kept(store), widget[0], TokenKind.WIDGET, later), "it is of another kind"
        await store.stop()

    asyncio.run(life())


def test_a_token_opens_what_its_kind_opens_and_nothing_else() -> None:
    token, of_account = made()
    widget, of_widget = made(TokenKind.WIDGET)
    shop = replace(account(), tokens=(of_account, of_widget))
    assert owns(shop, token, TokenKind.ACCOUNT, NOW)
    assert owns(shop, widget, TokenKind.WIDGET, NOW)
    assert not owns(shop, widget, TokenKind.ACCOUNT, NOW)
    assert not owns(shop, token, TokenKind.WIDGET, NOW)
    assert not owns(replace(shop, tokens=()), token, TokenKind.ACCOUNT, NOW)
    assert not owns(None, token, TokenKind.ACCOUNT, NOW)
    assert accounts.owner_id_in(token) == "abcdefghij"
    assert accounts.owner_id_in(widget) is None


def test_a_change_of_an_account_keeps_its_tokens(home: Home) -> None:
    async def life() -> None:
        store = home.store()
        await furnish(store)
        before = await kept(store)
        await store.accounts.change(replace(before, name="Laden", tokens=()))
        assert await kept(store) == replace(before, name="Laden")
        await store.accounts.add(account("Other"))
        with pytest.raises(AccountNameTaken):
            await store.accounts.change(replace(await kept(store), name="Other"))
        with pytest.raises(AccountNameTaken):
            await store.accounts.add(replace(account("Other"), id="another", tokens=()))
        await store.stop()

    asyncio.run(life())


def test_every_gateway_of_the_database_hears_of_an_account_that_changes(home: Home) -> None:
    async def life() -> None:
        stores, heard = [], []
        async with asyncio.timeout(60):
            for _ in range(2 if isinstance(home, Shared) else 1):
                heard.append(asyncio.Queue[str]())
                stores.append(home.store(changed=heard[-1].put_nowait))
                await stores[-1].start(b"")
                if isinstance(home, Shared):
                    assert await heard[-1].get() == "", "it listens from now on, and may have missed any"
            await stores[0].accounts.add(account())
            await stores[0].accounts.change(replace(account(), greeting="Hello"))
            await stores[0].accounts.rotate(SHOP, made()[1], NOW, NOW)
            await stores[0].accounts.remove(account())
            for ears in heard:
                assert [await ears.get() for _ in range(3)] == [SHOP] * 3
        for store in stores:
            await store.stop()

    asyncio.run(life())


def test_a_manager_has_the_accounts_it_made_and_they_outlive_it(home: Home) -> None:
    async def life() -> None:
        store = home.store()
        await furnish(store)
        await store.accounts.add_manager(DESK)
        with pytest.raises(ManagerNameTaken):
            await store.accounts.add_manager(replace(DESK, id="another"))
        theirs = replace(account("Theirs"), manager_id=DESK.id)
        await store.accounts.add(theirs)
        assert await store.accounts.of_manager(DESK.id) == [theirs]
        assert await store.accounts.managers() == [DESK]
        found = await store.accounts.manager(DESK.id)
        assert manages(found, "desk")
        assert not manages(found, "another")
        await store.accounts.remove_manager(DESK.id)
        assert not manages(await store.accounts.manager(DESK.id), "desk")
        assert await kept(store, theirs.id) == replace(theirs, manager_id=None)
        await store.stop()

    asyncio.run(life())


def test_an_account_is_removed_only_when_nobody_reaches_it_any_more(home: Home) -> None:
    async def life() -> None:
        store = home.store()
        await furnish(store)
        assert await store.sources.of_account(SHOP) == [source()]
        with pytest.raises(AccountHasSources):
            await store.accounts.remove(account())
        await store.sources.remove(PAGE)
        await store.accounts.remove(account())
        assert await store.accounts.all() == []
        await store.stop()

    asyncio.run(life())
