"""PyPI ``facebook-sdk`` against the sandbox; its two base addresses are constants of its module."""

import json
from importlib.metadata import version
from urllib.parse import parse_qs, urlsplit

import facebook
from stage import GREETING, SCOPES, SHORT_LIFE, Stage, days
from trials import expect, perform, raised

SOFTWARE = "facebook-sdk"


def signs_in(stage: Stage) -> str:
    """Makes the login address, exchanges the code and lengthens the token."""
    graph = facebook.GraphAPI(version="3.1")
    address = graph.get_auth_url(stage.app.id, stage.callback, perms=SCOPES, state="7")
    end = parse_qs(urlsplit(stage.browse(address)).query)
    expect(end["state"], ["7"])
    short = graph.get_access_token_from_code(end["code"][0], stage.callback, stage.app.id, stage.app.secret)
    graph.access_token = short["access_token"]
    long = graph.extend_access_token(stage.app.id, stage.app.secret)
    assert long["expires_in"] > short["expires_in"]
    graph.access_token = long["access_token"]
    expect(graph.get_object("me")["name"], stage.klara.name)
    expect(graph.get_permissions("me"), {*SCOPES, "public_profile"})
    return f"{stage.klara.name}, for {days(long['expires_in'])} days"


def lists_accounts(stage: Stage) -> str:
    """Lists the Pages of /me/accounts with their tokens."""
    accounts = facebook.GraphAPI(stage.user_token).get_connections("me", "accounts")["data"]
    assert all(page["access_token"] and "MESSAGING" in page["tasks"] for page in accounts)
    expect(len(accounts), 25)
    return f"{len(accounts)} in the first answer"


def pages_through(stage: Stage) -> str:
    """Pages through all 60 Pages, ten at a time."""
    graph = facebook.GraphAPI(stage.user_token)
    listed = [page["id"] for page in graph.get_all_connections("me", "accounts", limit=10)]
    expect(len(listed), len(set(listed)))
    found = set(listed)
    for business in graph.get_all_connections("me", "businesses"):
        for edge in ("owned_pages", "client_pages"):
            found |= {page["id"] for page in graph.get_all_connections(business["id"], edge, limit=10)}
    expect(found, stage.page_ids)
    return f"{len(listed)} in /me/accounts, {len(found)} with those of the businesses"


def reads_several(stage: Stage) -> str:
    """Reads several Pages in one call."""
    wanted = sorted(stage.page_ids)[:3]
    names = facebook.GraphAPI(stage.user_token).get_objects(wanted, fields="name")
    expect(sorted(names), wanted)
    return ", ".join(page["name"] for page in names.values())


def inspects_token(stage: Stage) -> str:
    """Inspects a token."""
    told = facebook.GraphAPI().debug_access_token(stage.page_token(), stage.app.id, stage.app.secret)["data"]
    expect((told["type"], told["is_valid"], told["profile_id"]), ("PAGE", True, stage.page.id))
    return f"{told['type']}, {len(told['scopes'])} scopes"


def sends(stage: Stage) -> str:
    """Sends a message that the customer sees."""
    psid = stage.customer_writes("Guten Tag")["psid"]
    sent = _message(stage.page_token(), psid)
    (seen,) = (one for one in stage.answers(1, wait=10) if one["mid"] == sent["message_id"])
    expect(seen["text"], GREETING)
    return f"“{seen['text']}”"


def reads_missing_permission(stage: Stage) -> str:
    """Reads a missing permission as its own GraphAPIError."""
    token = stage.page_token(stage.short_token(stage.otto, decline=["pages_messaging"]))
    psid = stage.customer_writes("Hallo?")["psid"]
    problem = raised(facebook.GraphAPIError, lambda: _message(token, psid))
    expect((problem.code, problem.type), (230, "OAuthException"))
    return str(problem.message)


def reads_expired_token(stage: Stage) -> str:
    """Reads an expired token as its own GraphAPIError."""
    graph = facebook.GraphAPI(stage.short_token())
    stage.later(SHORT_LIFE)
    problem = raised(facebook.GraphAPIError, lambda: graph.get_object("me"))
    expect((problem.code, problem.result["error"]["error_subcode"]), (190, 463))
    return str(problem.message)


def _message(token: str, psid: str) -> dict[str, str]:
    content = {"recipient": json.dumps({"id": psid}), "message": json.dumps({"text": GREETING})}
    graph = facebook.GraphAPI(token)
    sent: dict[str, str] = graph.put_object("me", "messages", messaging_type="RESPONSE", **content)
    return sent


TRIALS = (
    signs_in,
    lists_accounts,
    pages_through,
    reads_several,
    inspects_token,
    sends,
    reads_missing_permission,
    reads_expired_token,
)

if __name__ == "__main__":
    with Stage() as stage:
        facebook.FACEBOOK_GRAPH_URL = facebook.FACEBOOK_WWW_URL = f"{stage.address}/"
        perform(SOFTWARE, version(SOFTWARE), TRIALS, stage)
