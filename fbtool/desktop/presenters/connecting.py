"""The first screen: the connection code, tried live."""

from collections.abc import Callable
from dataclasses import dataclass

from fbtool.connection_code import Connection, is_code
from fbtool.desktop import tasks
from fbtool.desktop.presenters.presenter import Presenter, Services
from fbtool.language import N_, say
from fbtool.linking.local.gateway_hint import gateway_of_download
from fbtool.linking.local.secrets import KeyringMissing
from fbtool.linking.network.gateway_documents import Account
from fbtool.problem import Kind, Problem


class NothingTyped(Problem):
    """The field is empty."""

    code = "nothing_typed"
    kind = Kind.ATTENTION
    what = N_("There is nothing in the field yet.")
    remedy = N_("Paste the connection code of the messenger account.")


@dataclass
class MemoryOnlyConsent:
    """Whether secrets may be kept for this run only, because there is no secret store."""

    given: bool = False


class ConnectingPresenter(Presenter):
    """Takes a connection code, or an address and a token."""

    def __init__(self, services: Services, keep_for_this_run: MemoryOnlyConsent) -> None:
        super().__init__(services)
        self._keep = keep_for_this_run
        self.proposed = gateway_of_download()
        """The gateway that this program was downloaded from, or nothing; there the account's token is enough."""
        self.with_address = False
        """Whether address and token are typed in, not a code."""
        self.trying = False
        self.problem: Problem | None = None
        self.typed = ("", "")
        """What stood in the fields when they were tried; the token of a failed try can be corrected."""

    def switch(self) -> None:
        """To the other kind of input."""
        self.with_address, self.problem = not self.with_address, None
        self.changed()

    def try_code(self, code: str) -> None:
        """Try a connection code; the token alone where the gateway is known from the download."""
        if self.proposed and not is_code(code):
            self._try(("", code), lambda: Connection.to(self.proposed, code))
        else:
            self._try(("", code), lambda: Connection.from_code(code))

    def try_address(self, address: str, token: str) -> None:
        """Try an address and a token."""
        self._try((address, token), lambda: Connection.to(address, token))

    def keep_for_this_run(self) -> None:
        """Do without a secret store, and try again."""
        self._keep.given = True
        address, secret = self.typed
        if self.with_address:
            self.try_address(address, secret)
        else:
            self.try_code(secret)

    @property
    def can_do_without_store(self) -> bool:
        """Whether the problem is that there is no secret store."""
        return isinstance(self.problem, KeyringMissing)

    def _try(self, typed: tuple[str, str], read: Callable[[], Connection]) -> None:
        if self.trying:
            return
        self.typed, self.problem = typed, None
        if not typed[1].strip():
            self._failed(NothingTyped())
            return
        self.trying = True
        self.changed()
        self.jobs.start(lambda job: tasks.connect(self.workplace, read()), self._connected, self._failed)

    def _connected(self, account: Account) -> None:
        self.trying, self.typed = False, ("", "")
        self.navigator.show_toast(say("Connected with the messenger account “{name}”.", name=account.name))
        self.navigator.forget()

    def _failed(self, problem: Problem) -> None:
        self.trying, self.problem = False, problem
        self.changed()
