"""The commands over managers, who make accounts of their own: for the operator only."""

from typing import Any

import msgspec

from fbtool.gateway import accounts
from fbtool.gateway.accounts import Manager, TokenKind
from fbtool.gateway.command import Accounts, Table
from fbtool.gateway.operation.account_commands import NAME_LIMIT
from fbtool.gateway.problems import RequestInvalid
from fbtool.language import say

COMMANDS = Table(Accounts.find_manager)


class NewManager(msgspec.Struct, forbid_unknown_fields=True):
    """What a manager begins with."""

    name: str


@COMMANDS.command("GET", "managers")
async def list_all(on: Accounts) -> dict[str, Any]:
    """All managers by name."""
    made = [account.manager_id for account in await on.all()]
    return {
        "managers": [_as_json(one) | {"accounts": made.count(one.id)} for one in await on.store.accounts.managers()]
    }


@COMMANDS.command("POST", "managers", NewManager, 201)
async def add(on: Accounts, wanted: NewManager) -> dict[str, Any]:
    """A new manager with its token, which is told here and never again.

    Raises:
        ManagerNameTaken: the name is in use.
        RequestInvalid: it is no name.
    """
    if not 1 <= len(wanted.name) <= NAME_LIMIT:
        raise RequestInvalid(reason=say("A manager's name has 1 to {limit} characters.", limit=NAME_LIMIT))
    manager_id = accounts.new_id()
    token = accounts.new_token(manager_id, TokenKind.MANAGER)
    manager = Manager(manager_id, wanted.name, accounts.hash_of(token), on.clock() // 1000)
    await on.store.accounts.add_manager(manager)
    return _as_json(manager) | {"token": token}


@COMMANDS.command("DELETE", "managers/{name}")
async def remove(on: Accounts, manager: Manager) -> dict[str, Any]:
    """End the manager's token. Its accounts go on, in the operator's hands."""
    await on.store.accounts.remove_manager(manager.id)
    return _as_json(manager)


def _as_json(manager: Manager) -> dict[str, Any]:
    return {"id": manager.id, "name": manager.name, "created": manager.created}
