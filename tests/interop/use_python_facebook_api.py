"""PyPI ``python-facebook-api`` against the sandbox; its constructors take the three addresses."""

import json
import os
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pyfacebook import FacebookApi, FacebookError, GraphAPI
from stage import GREETING, SCOPES, SHORT_LIFE, Stage, days
from trials import expect, perform, raised

SOFTWARE = "python-facebook-api"


def signs_in(stage: Stage) -> str:
    """Makes the login address, exchanges the code and lengthens the token."""
    graph = _connected(GraphAPI, stage, oauth_flow=True)
    address, _ = graph.get_authorization_url(stage.callback, scope=list(SCOPES))
    end = stage.browse(address)
    expect(parse_qs(urlsplit(end).query)["state"], [GraphAPI.STATE])
    short = graph.exchange_user_access_token(end, stage.callback, scope=list(SCOPES))
    long = graph.exchange_long_lived_user_access_token()
    assert long["expires_in"] > short["expires_in"]
    expect(graph.get_object("me", fields="name")["name"], stage.klara.name)
    return f"{stage.klara.name}, for {days(long['expires_in'])} days"


def reads_profile(stage: Stage) -> str:
    """Reads the profile with all public fields that it knows."""
    me = _connected(FacebookApi, stage, access_token=stage.user_token).user.get_info("me")
    expect((me.name, me.first_name), (stage.klara.name, stage.klara.name.split()[0]))
    return str(me.name)


def lists_accounts(stage: Stage) -> str:
    """Lists the Pages of /me/accounts with all public fields that it knows."""
    accounts = _connected(FacebookApi, stage, access_token=stage.user_token).user.get_accounts("me")
    expect(len(accounts.data), 10)
    assert all(page.name and page.category for page in accounts.data)
    return f"{len(accounts.data)} in the first answer"


def pages_through(stage: Stage) -> str:
    """Pages through all 60 Pages, ten at a time."""
    graph = _connected(GraphAPI, stage, access_token=stage.user_token)

    def everything(node: str, edge: str) -> list[str]:
        return [one["id"] for one in graph.get_full_connections(node, edge, count=None, limit=10)["data"]]

    listed = everything("me", "accounts")
    expect(len(listed), len(set(listed)))
    found = set(listed)
    for business in everything("me", "businesses"):
        found |= {*everything(business, "owned_pages"), *everything(business, "client_pages")}
    expect(found, stage.page_ids)
    return f"{len(listed)} in /me/accounts, {len(found)} with those of the businesses"


def reads_several(stage: Stage) -> str:
    """Reads several Pages in one call."""
    wanted = sorted(stage.page_ids)[:3]
    pages = _connected(FacebookApi, stage, access_token=stage.user_token).page.get_batch(wanted, fields="id,name")
    expect(sorted(pages), wanted)
    return ", ".join(page.name for page in pages.values())


def inspects_token(stage: Stage) -> str:
    """Fetches an app token and inspects a token with it."""
    told = _connected(GraphAPI, stage, application_only_auth=True).debug_token(stage.page_token())["data"]
    expect((told["type"], told["is_valid"], told["profile_id"]), ("PAGE", True, stage.page.id))
    return f"{told['type']}, {len(told['scopes'])} scopes"


def sends(stage: Stage) -> str:
    """Sends a message that the customer sees."""
    psid = stage.customer_writes("Guten Tag")["psid"]
    token = _connected(GraphAPI, stage, access_token=stage.user_token).exchange_page_access_token(stage.page.id)
    sent = _message(stage, token, psid)
    (seen,) = (one for one in stage.answers(1, wait=10) if one["mid"] == sent["message_id"])
    expect(seen["text"], GREETING)
    return f"“{seen['text']}”"


def reads_missing_permission(stage: Stage) -> str:
    """Reads a missing permission as its own FacebookError."""
    token = stage.page_token(stage.short_token(stage.otto, decline=["pages_messaging"]))
    psid = stage.customer_writes("Hallo?")["psid"]
    problem: Any = raised(FacebookError, lambda: _message(stage, token, psid))
    expect((problem.code, problem.type), (230, "OAuthException"))
    return str(problem.message)


def reads_expired_token(stage: Stage) -> str:
    """Reads an expired token as its own FacebookError."""
    graph = _connected(GraphAPI, stage, access_token=stage.short_token())
    stage.later(SHORT_LIFE)
    problem: Any = raised(FacebookError, lambda: graph.get_object("me"))
    expect((problem.code, problem.error_subcode), (190, 463))
    return str(problem.message)


def _connected(kind: Any, stage: Stage, **access: Any) -> Any:
    """Either of the library's two clients; as it has the app's secret, it proves it with every call."""
    return kind(
        app_id=stage.app.id,
        app_secret=stage.app.secret,
        base_url=f"{stage.address}/",
        authorization_url=f"{stage.address}/dialog/oauth",
        access_token_url=f"{stage.address}/oauth/access_token",
        **access,
    )


def _message(stage: Stage, token: str, psid: str) -> dict[str, str]:
    content = {"recipient": json.dumps({"id": psid}), "message": json.dumps({"text": GREETING})}
    graph = _connected(GraphAPI, stage, access_token=token)
    sent: dict[str, str] = graph.post_object("me", "messages", data={"messaging_type": "RESPONSE", **content})
    return sent


TRIALS = (
    signs_in,
    reads_profile,
    lists_accounts,
    pages_through,
    reads_several,
    inspects_token,
    sends,
    reads_missing_permission,
    reads_expired_token,
)

if __name__ == "__main__":
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # oauthlib's documented switch for tests without https
    with Stage() as stage:
        perform(SOFTWARE, version(SOFTWARE), TRIALS, stage)
