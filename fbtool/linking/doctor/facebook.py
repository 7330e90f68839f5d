"""Facebook as this computer sees it, and who is signed in there."""

from fbtool.connection_code import Connection
from fbtool.facebook import tokens
from fbtool.facebook.graph import Platform
from fbtool.finding import Check, Finding, Health, failed, ok, trouble
from fbtool.language import N_, say
from fbtool.linking.local.workplace import NotSignedIn, Workplace
from fbtool.linking.network.gateway_documents import Account
from fbtool.linking.network.graph import GraphClient, platform_of
from fbtool.linking.network.http import host_of
from fbtool.linking.network.settings import proxy_to
from fbtool.linking.pages.advice import advise
from fbtool.linking.pages.consent import Consent
from fbtool.linking.pages.facebook_words import listed
from fbtool.linking.pages.listing import permissions_of
from fbtool.meta.catalogue import Reaction
from fbtool.meta.errors import GraphError

FACEBOOK = Check("facebook", N_("Facebook"))
SIGN_IN = Check("sign_in", N_("Sign-in"))


def reachable(account: Account, platforms: list[Platform]) -> Finding:
    """Whether Facebook can be reached from here; where it is is put into ``platforms``."""
    platform = platform_of(account)
    host = host_of(platform.graph)
    with GraphClient(platform) as graph:
        try:
            graph.run(tokens.person(""))
        except GraphError as error:
            # Without a token Facebook says no; that it says so is what was asked.
            if error.reaction is Reaction.RETRY:
                raise
    platforms.append(platform)
    through = proxy_to(platform.graph)
    if through is None:
        return ok(FACEBOOK, say("{host} answers.", host=host), host=host, proxy=None)
    told = say("{host} answers, through the proxy {proxy}.", host=host, proxy=through.place)
    return ok(FACEBOOK, told, host=host, proxy=through.place)


def signed_in(workplace: Workplace, connection: Connection, account: Account, platform: Platform) -> Finding:
    """Whether somebody is signed in, with all permissions."""
    try:
        sign_in = workplace.sign_in(connection, account)
    except NotSignedIn as problem:
        # Links work without it.
        return trouble(SIGN_IN, problem, Health.WARNING)
    with GraphClient(platform) as graph:
        consent = Consent(sign_in.person, permissions_of(graph, sign_in))
    missing, withheld = consent.missing, consent.withheld
    facts = {
        "person_id": sign_in.person.id,
        "expires_at": sign_in.expires_at,
        "missing_permissions": missing,
        "withheld_by_the_app": withheld,
    }
    if withheld:
        [advice] = advise(consent, ())
        return failed(SIGN_IN, advice.evidence, advice.remedy, **facts)
    if missing:
        told = say("{name} has not allowed: {missing}.", name=sign_in.person.name, missing=listed(missing))
        return failed(SIGN_IN, told, say("Let it be asked for again: fbtool repair"), **facts)
    return ok(SIGN_IN, say("{name} is signed in.", name=sign_in.person.name), **facts)
