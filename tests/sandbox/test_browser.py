"""A person plays the whole dialog in a real browser."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest

from .chromium import PROGRAM, Chromium
from .household import CAFE, ERIKA, FLOWERS, Client, Listener

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed (Debian: apt install chromium)")


def test_from_the_login_to_the_app(shop: Client, listener: Listener) -> None:
    listener.verify_token = None  # answers 200 to any page that is opened
    callback = listener.address.replace("127.0.0.1", "localhost")
    shop.sandbox("POST", f"apps/{shop.app}/redirect-uris", {"uri": callback})

    async def play() -> tuple[list[str], str, list]:
        async with Chromium() as browser:
            seen = []
            await browser.open(shop.dialog(redirect_uri=callback, locale="de_DE"))
            for steps, action in (
                (f"email.value = '{ERIKA[0]}'; password.value = '{ERIKA[1]}'", "log-in"),
                ("", "continue"),
                (f"document.getElementById('asset-{CAFE}').click()", "continue"),
                ("document.getElementById('permission-pages_messaging').click()", "save"),
            ):
                seen.append(await browser.screen())
                if await browser.run("document.getElementById('choice-current') !== null"):
                    await browser.run("document.getElementById('choice-current').click()")
                await browser.run(steps)
                await browser.press(action)
            return seen, await browser.run("location.href"), browser.troubles()

    seen, address, troubles = asyncio.run(play())
    assert seen == ["log-in", "continue", "pages", "review"]
    assert urlsplit(address).fragment == "_=_"
    code = parse_qs(urlsplit(address).query)["code"][0]
    token = shop.redeem(code, redirect_uri=callback).json["access_token"]
    assert [page["id"] for page in shop.get("me/accounts", token).json["data"]] == [CAFE]
    assert "pages_messaging" not in shop.inspect(token)["scopes"]
    assert troubles == []


def test_an_answer_appears_in_the_open_chat(shop: Client) -> None:
    token = shop.page_token()
    psid = shop.customer_writes("Habt ihr Rosen?")["psid"]

    async def play() -> tuple[str, list]:
        async with Chromium() as browser:
            await browser.open(f"{shop.address}/sandbox/pages/{FLOWERS}/customers/jonas/chat")
            await browser.run("document.getElementById('text').value = 'angefangen'")
            await asyncio.to_thread(shop.answer, token, psid, "Ja, rote.")
            arrived = "document.getElementById('messages').textContent.includes('Ja, rote.')"
            for _ in range(500):
                if await browser.run(arrived):
                    break
                await asyncio.sleep(0.02)
            assert await browser.run(arrived)
            return await browser.run("document.getElementById('text').value"), browser.troubles()

    written, troubles = asyncio.run(play())
    assert written == "angefangen"
    assert troubles == []
