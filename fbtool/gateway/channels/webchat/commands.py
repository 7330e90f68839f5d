"""What the operator can do with web chat accounts, beside what can be done with any account."""

from typing import Any

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.webchat.settings_service import SettingsRequest, SettingsService
from fbtool.gateway.channels.webchat.store.tables import webchat_of
from fbtool.gateway.command import Accounts, Table

COMMANDS = Table(Accounts.find)


@COMMANDS.command("GET", "accounts/{name}/webchat")
async def show(on: Accounts, account: Account) -> dict[str, Any]:
    """What is set for an account's widget, and the tag that puts it into a page."""
    return await _service(on).show(account)


@COMMANDS.command("PUT", "accounts/{name}/webchat", SettingsRequest)
async def save(on: Accounts, account: Account, wanted: SettingsRequest) -> dict[str, Any]:
    """Set everything anew."""
    return await _service(on).save(account, wanted)


def _service(on: Accounts) -> SettingsService:
    return SettingsService(on.store, webchat_of(on.store), on.address, on.clock)
