"""Which Pages there are: what Facebook knows from every side, merged with what the gateway has linked, and judged."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from threading import Event as Flag

from fbtool.facebook import tokens
from fbtool.facebook.catalogue import meaning_of
from fbtool.language import N_, Sentence
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.network import clock
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.gateway_documents import Grant
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.network.workers import ClientPool
from fbtool.linking.pages.advice import Advice, advise
from fbtool.linking.pages.consent import Portfolios, missing_permissions
from fbtool.linking.pages.gathering import Gathering
from fbtool.linking.pages.judging import judge
from fbtool.linking.pages.sources import Failure, Source
from fbtool.linking.pages.verdicts import PageView
from fbtool.meta.catalogue import Reaction
from fbtool.meta.errors import GraphError
from fbtool.problem import Kind, Problem


class SignInEnded(Problem):
    """Facebook no longer accepts the person's token."""

    code = "sign_in_ended"
    kind = Kind.NOT_SIGNED_IN
    what = N_("Facebook has ended the sign-in of {person}.")
    meaning = "{reason}"
    remedy = "{advice}"


@dataclass(frozen=True)
class Listing:
    """A person's Pages at one moment."""

    person: tokens.Person
    missing_permissions: tuple[str, ...]
    """What linking needs and the person has not granted."""
    pages: tuple[PageView, ...]
    """By name."""
    failures: tuple[Failure, ...] = ()
    """The sources that did not answer: the list may be incomplete."""
    advice: tuple[Advice, ...] = ()
    """What is to be said about the list as a whole; never empty when the list is."""
    grant: Grant | None = None
    """What the person granted, with the clocks of the sign-in; None where it could not be read."""
    portfolios: Portfolios = Portfolios.UNKNOWN
    """Whether Pages of business portfolios were looked for."""

    @property
    def needs_attention(self) -> bool:
        """Whether a permission or a source is missing, or a link does not work."""
        return bool(self.missing_permissions or self.failures) or any(view.verdict.alarming for view in self.pages)


def list_pages(
    graph: GraphClient,
    gateway: GatewayClient,
    sign_in: SignIn,
    on_progress: Callable[[int], None] = lambda count: None,
    *,
    cancel: Flag | None = None,
) -> Listing:
    """List every Page that Facebook shows to the person in any way, or that is linked to the account.

    The sources are asked at once. One that fails is named in the result; only when nothing at all is known, its
    problem is raised. ``on_progress`` hears in this thread how many Pages are known so far; ``cancel`` ends the work.

    Raises:
        SignInEnded: the person's token is dead.
        WorkStopped: ``cancel`` was set.
        Problem: no source knows a Page, and the most telling one could not be read.
    """
    with closing(ClientPool(graph)) as graphs, closing(ClientPool(gateway)) as gateways:
        gathering = Gathering(graphs, gateways, sign_in.token)
        gathering.run(on_progress, cancel)
    dead = gathering.problem_of_sign_in()
    if dead is not None:
        raise _ended(dead, sign_in)
    consent = gathering.consent(sign_in.person, clock.now())
    facts = gathering.facts()
    if not facts:
        _raise_if_blind(gathering.failures)
    views = sorted((judge(one, consent) for one in facts), key=lambda view: (view.name.casefold(), view.page_id))
    return Listing(
        person=sign_in.person,
        missing_permissions=consent.missing,
        pages=tuple(views),
        failures=tuple(gathering.failures),
        advice=advise(consent, views),
        grant=consent.grant,
        portfolios=consent.portfolios,
    )


def ungranted(graph: GraphClient, sign_in: SignIn) -> tuple[str, ...]:
    """The permissions that linking needs and Facebook says the person has not granted; raises as `permissions_of`."""
    return missing_permissions(permissions_of(graph, sign_in))


def permissions_of(graph: GraphClient, sign_in: SignIn) -> dict[str, str]:
    """Permission → status, of everything that the person was ever asked for.

    Raises:
        SignInEnded: the person's token is dead.
        GraphError, AnswerUnreadable, Problem: those of `GraphClient.run`.
    """
    try:
        return graph.run(tokens.permissions(sign_in.token))
    except GraphError as error:
        if error.reaction is not Reaction.SIGN_IN:
            raise
        raise _ended(error, sign_in) from None


def _ended(error: GraphError, sign_in: SignIn) -> SignInEnded:
    """Turn Facebook's word about a dead token into a problem that names the person."""
    row = meaning_of(error.error_code, error.subcode, error.status)
    names = {"reason": Sentence(row.what), "advice": Sentence(row.remedy)}
    return SignInEnded(person=sign_in.person.name, **names)


def _raise_if_blind(failures: list[Failure]) -> None:
    """An empty list because of a failure is no list.

    Raises:
        Problem: that of the source that would have told most.
    """
    for source in (Source.ACCOUNTS, Source.PERMISSIONS, Source.LINKS):
        for failure in failures:
            if failure.source is source:
                raise failure.problem
