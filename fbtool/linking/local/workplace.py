"""This computer as a place to link Pages from: its account, the people signed in, and their secrets."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from fbtool.connection_code import Connection
from fbtool.facebook.tokens import Person
from fbtool.language import N_
from fbtool.linking.local.choice import Choice, chosen
from fbtool.linking.local.lookup import code_of_environment, find_account, find_person
from fbtool.linking.local.notebook import KnownAccount, KnownPerson, Notebook, Notes
from fbtool.linking.local.secrets import KeyringMissing, MemorySecrets, SecretStore, secrets_of_this_computer, try_out
from fbtool.linking.network.gateway_documents import Account
from fbtool.problem import Kind, Problem

_ACCOUNT_TOKEN = "account"  # noqa: S105 - the name of a secret, not a secret


class NotConnected(Problem):
    """This computer knows no messenger account."""

    code = "not_connected"
    kind = Kind.NOT_SIGNED_IN
    what = N_("This computer is not connected with a messenger account yet.")
    remedy = N_("Connect it first, with the account's connection code (command: fbtool connect).")


class NotSignedIn(Problem):
    """Nobody has signed in for this account."""

    code = "not_signed_in"
    kind = Kind.NOT_SIGNED_IN
    what = N_("Nobody has signed in with Facebook for the messenger account “{name}” on this computer.")
    remedy = N_("Sign in with Facebook first (command: fbtool login).")


@dataclass(frozen=True)
class SignIn:
    """A person who has signed in."""

    person: Person
    token: str = field(repr=False)
    expires_at: int
    """Unix seconds; 0 = no end is known."""


class Workplace:
    """What this computer remembers, and its secrets, which are fetched only when they are needed."""

    def __init__(
        self, notebook: Notebook, open_secrets: Callable[[], SecretStore], choice: Choice | None = None
    ) -> None:
        self._notebook = notebook
        self._open_secrets = open_secrets
        self._choice = choice or Choice()

    @classmethod
    def of_this_computer(cls) -> "Workplace":
        """The workplace of the person who runs this process."""
        return cls(Notebook.of_this_computer(), secrets_of_this_computer, chosen())

    @cached_property
    def secrets(self) -> SecretStore:
        """The secret store.

        Raises:
            Problem: those of `secrets_of_this_computer`.
        """
        try:
            return self._open_secrets()
        except KeyringMissing:
            if not self._choice.for_this_run_only():
                raise
            return MemorySecrets()

    def try_secrets(self) -> SecretStore:
        """The secret store, or its problem; nobody is asked whether to do without.

        Raises:
            Problem: those of `secrets_of_this_computer`.
        """
        return self._open_secrets()

    def connection(self) -> Connection:
        """The connection that was chosen for this run, else the environment's, else the current one.

        Raises:
            NotConnected: there is none.
            AccountUnknown, AccountAmbiguous: the chosen one is not here.
            Problem: it cannot be read.
        """
        if self._choice.account:
            known: KnownAccount | None = self.find_account(self._choice.account)
        else:
            code = code_of_environment()
            if code:
                return Connection.from_code(code)
            known = next(iter(self.accounts()), None)
        if known is None:
            raise NotConnected
        token = self.secrets.get(_service(known.address, known.id), _ACCOUNT_TOKEN)
        if not token:
            raise NotConnected
        return Connection.to(known.address, token)

    def connect(self, connection: Connection, account: Account) -> None:
        """Keep ``connection``, which was tried, as the current one. Who is signed in stays so."""

        def known(notes: Notes) -> Notes:
            earlier = notes.find(connection.address, account.id)
            people = earlier.people if earlier else ()
            return notes.with_first(KnownAccount(connection.address, account.id, account.name, people))

        with self._stored(_service(connection.address, account.id), _ACCOUNT_TOKEN, connection.token):
            self._notebook.change(known)

    def accounts(self) -> tuple[KnownAccount, ...]:
        """All accounts that this computer was connected with; the current one comes first."""
        return self._notebook.read().accounts

    def try_notebook(self) -> Notes:
        """What is remembered, if the settings can be read and written.

        Raises:
            NotebookDamaged, NotebookUnusable: they cannot.
        """
        return self._notebook.try_out()

    def require_storage(self) -> None:
        """Make sure that what a person is about to give can be kept. Ask before anything is asked of a person.

        Raises:
            NotebookDamaged, NotebookUnusable: the settings cannot be read and written.
            Problem: those of `secrets` and of `try_out`.
        """
        self.try_notebook()
        try_out(self.secrets)

    def find_account(self, wanted: str) -> KnownAccount:
        """The account with this name or id.

        Raises:
            AccountUnknown, AccountAmbiguous: none or several.
        """
        return find_account(self.accounts(), wanted)

    def use(self, known: KnownAccount) -> None:
        """Make an account the current one."""
        self._notebook.change(lambda notes: notes.with_first(notes.find(known.address, known.id) or known))

    def forget(self, known: KnownAccount) -> None:
        """Forget an account, its token and its sign-ins. Links at the gateway stay as they are."""
        self.try_notebook()
        service = _service(known.address, known.id)
        for person in known.people:
            self.secrets.delete(service, _person(person.id))
        self.secrets.delete(service, _ACCOUNT_TOKEN)
        self._notebook.change(lambda notes: notes.without(known))

    def forget_person(self, connection: Connection, account: Account, person: KnownPerson) -> None:
        """Forget a sign-in. Links at the gateway stay as they are."""

        def without(notes: Notes) -> Notes:
            known = notes.find(connection.address, account.id)
            if known is None:
                return notes
            people = tuple(one for one in known.people if one.id != person.id)
            return notes.with_changed(msgspec.structs.replace(known, people=people))

        self.try_notebook()
        self.secrets.delete(_service(connection.address, account.id), _person(person.id))
        self._notebook.change(without)

    def people(self, connection: Connection, account: Account) -> tuple[KnownPerson, ...]:
        """Who signed in for the account on this computer; the chosen one comes first, else the last one.

        Raises:
            PersonUnknown: the chosen one is not here.
        """
        known = self._notebook.read().find(connection.address, account.id)
        people = known.people if known else ()
        if not self._choice.person:
            return people
        first = find_person(people, self._choice.person, account)
        return (first, *(one for one in people if one.id != first.id))

    def keep_sign_in(self, connection: Connection, account: Account, sign_in: SignIn) -> None:
        """Keep a sign-in as the current one of the account."""
        person = sign_in.person

        def known(notes: Notes) -> Notes:
            earlier = notes.find(connection.address, account.id)
            others = (other for other in (earlier.people if earlier else ()) if other.id != person.id)
            people = (KnownPerson(person.id, person.name, sign_in.expires_at), *others)
            name = earlier.name if earlier else account.name
            # The account of FBTOOL_CONNECTION must not become the current one of runs without it.
            return notes.with_changed(KnownAccount(connection.address, account.id, name, people))

        with self._stored(_service(connection.address, account.id), _person(person.id), sign_in.token):
            self._notebook.change(known)

    def sign_in(self, connection: Connection, account: Account) -> SignIn:
        """The sign-in of the chosen person for the account, else the last one.

        Whether it is still good, only Facebook knows: the clock of this computer may be wrong.

        Raises:
            NotSignedIn: nobody has signed in.
            PersonUnknown: the chosen one has not.
            Problem: the secret store does not work.
        """
        last = next(iter(self.people(connection, account)), None)
        if last is None:
            raise NotSignedIn(name=account.name)
        token = self.token_of(connection, account, last)
        return SignIn(Person(last.id, last.name), token, last.expires_at)

    def token_of(self, connection: Connection, account: Account, person: KnownPerson) -> str:
        """A person's token, whether it is still valid or not.

        Raises:
            NotSignedIn: it is not here.
        """
        token = self.secrets.get(_service(connection.address, account.id), _person(person.id))
        if not token:
            raise NotSignedIn(name=account.name)
        return token

    @contextlib.contextmanager
    def _stored(self, service: str, name: str, value: str) -> Iterator[None]:
        """Store a secret. If what has to go with it fails, the store is as before: no token stays without a name."""
        earlier = self.secrets.get(service, name)
        self.secrets.set(service, name, value)
        try:
            yield
        except BaseException:
            with contextlib.suppress(Problem):
                if earlier:
                    self.secrets.set(service, name, earlier)
                else:
                    self.secrets.delete(service, name)
            raise


def _service(address: str, account_id: str) -> str:
    return f"fbtool/{address.partition('://')[2]}/{account_id}"


def _person(person_id: str) -> str:
    return f"person {person_id}"
