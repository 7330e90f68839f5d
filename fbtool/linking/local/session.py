"""A messenger account at hand: connected, tried and fit for Facebook."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fbtool.connection_code import Connection
from fbtool.facebook.graph import Platform
from fbtool.linking.local.notebook import KnownPerson
from fbtool.linking.local.workplace import SignIn, Workplace
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.gateway_documents import Account
from fbtool.linking.network.graph import platform_of


@dataclass(frozen=True)
class AccountSession:
    """What the work on one account needs."""

    workplace: Workplace
    connection: Connection
    gateway: GatewayClient
    account: Account
    platform: Platform

    def people(self) -> tuple[KnownPerson, ...]:
        """Who signed in for this account on this computer; the last one comes first."""
        return self.workplace.people(self.connection, self.account)

    def sign_in(self) -> SignIn:
        """The last sign-in; raises as `Workplace.sign_in`."""
        return self.workplace.sign_in(self.connection, self.account)

    def keep(self, sign_in: SignIn) -> None:
        """Keep a sign-in as the last one."""
        self.workplace.keep_sign_in(self.connection, self.account, sign_in)


def connect(workplace: Workplace, connection: Connection) -> Account:
    """Try a connection and keep it as the current one.

    Raises:
        AccountWrongChannel, AccountInactive: the account is not fit.
        Problem: those of `GatewayClient` and of the secret store.
    """
    with GatewayClient(connection) as gateway:
        account = gateway.account()
    account.require_facebook()
    workplace.connect(connection, account)
    return account


@contextmanager
def open_account(workplace: Workplace) -> Iterator[AccountSession]:
    """Reach the gateway with the current connection and make sure that Pages can be linked there.

    Raises:
        NotConnected: there is no connection.
        AccountWrongChannel, AccountInactive: the account is not fit.
        Problem: those of `GatewayClient`, `Workplace.connection` and `platform_of`.
    """
    connection = workplace.connection()
    with GatewayClient(connection) as gateway:
        account = gateway.account()
        account.require_facebook()
        yield AccountSession(workplace, connection, gateway, account, platform_of(account))
