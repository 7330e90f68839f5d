"""PyPI ``facebook_business``, Meta's own library, against the sandbox; its session has the address as a constant."""

from importlib.metadata import version

from facebook_business.adobjects.business import Business
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from stage import GREETING, SHORT_LIFE, Stage
from trials import expect, perform, raised

SOFTWARE = "facebook_business"


def lists_accounts(stage: Stage) -> str:
    """Lists the Pages of /me/accounts with their tokens."""
    accounts = User("me", api=_api(stage, stage.user_token)).get_accounts()
    expect(len(accounts), 25)
    assert all(page[Page.Field.access_token] for page in accounts)
    return "25 in the first answer"


def pages_through(stage: Stage) -> str:
    """Pages through all 60 Pages, ten at a time."""
    me = User("me", api=_api(stage, stage.user_token))
    ten = {"limit": 10}
    listed = [page["id"] for page in me.get_accounts(params=ten)]
    expect(len(listed), len(set(listed)))
    found = set(listed)
    for business in me.get_businesses(fields=[Business.Field.name]):
        found |= {page["id"] for page in business.get_owned_pages(params=ten)}
        found |= {page["id"] for page in business.get_client_pages(params=ten)}
    expect(found, stage.page_ids)
    return f"{len(listed)} in /me/accounts, {len(found)} with those of the businesses"


def reads_in_batch(stage: Stage) -> str:
    """Reads several Pages in one batch."""
    api, wanted, names = _api(stage, stage.user_token), sorted(stage.page_ids)[:3], []
    batch = api.new_batch()
    for page_id in wanted:
        batch.add("GET", (page_id,), {"fields": "name"}, success=lambda one: names.append(one.json()["name"]))
    batch.execute()
    expect(len(names), len(wanted))
    return ", ".join(names)


def inspects_token(stage: Stage) -> str:
    """Inspects a token."""
    inspected = {"input_token": stage.page_token()}
    told = _api(stage, stage.app_token).call("GET", ("debug_token",), inspected).json()["data"]
    expect((told["type"], told["is_valid"], told["profile_id"]), ("PAGE", True, stage.page.id))
    return f"{told['type']}, {len(told['scopes'])} scopes"


def subscribes(stage: Stage) -> str:
    """Subscribes the app to a Page and reads the subscription back."""
    page = Page(stage.page.id, api=_api(stage, stage.page_token()))
    page.create_subscribed_app(params={"subscribed_fields": ["messages", "messaging_postbacks"]})
    (read,) = page.get_subscribed_apps()
    expect((read["id"], sorted(read["subscribed_fields"])), (stage.app.id, ["messages", "messaging_postbacks"]))
    page.delete_subscribed_apps()
    expect(list(page.get_subscribed_apps()), [])
    return f"{read['name']}: {', '.join(read['subscribed_fields'])}"


def sends(stage: Stage) -> str:
    """Sends a message that the customer sees."""
    psid = stage.customer_writes("Guten Tag")["psid"]
    sent = _message(stage, stage.page_token(), psid)
    (seen,) = (one for one in stage.answers(1, wait=10) if one["mid"] == sent["message_id"])
    expect(seen["text"], GREETING)
    return f"“{seen['text']}”"


def reads_missing_permission(stage: Stage) -> str:
    """Reads a missing permission as its own FacebookRequestError."""
    token = stage.page_token(stage.short_token(stage.otto, decline=["pages_messaging"]))
    psid = stage.customer_writes("Hallo?")["psid"]
    problem = raised(FacebookRequestError, lambda: _message(stage, token, psid))
    expect((problem.http_status(), problem.api_error_code()), (403, 230))
    return str(problem.api_error_message())


def reads_expired_token(stage: Stage) -> str:
    """Reads an expired token as its own FacebookRequestError."""
    me = User("me", api=_api(stage, stage.short_token()))
    stage.later(SHORT_LIFE)
    problem = raised(FacebookRequestError, me.api_get)
    expect((problem.api_error_code(), problem.api_error_subcode()), (190, 463))
    return str(problem.api_error_message())


def _api(stage: Stage, token: str) -> FacebookAdsApi:
    """The library's client; as it has the app's secret, it proves it with every call."""
    return FacebookAdsApi(FacebookSession(stage.app.id, stage.app.secret, token))


def _message(stage: Stage, token: str, psid: str) -> Page:
    page = Page(stage.page.id, api=_api(stage, token))
    content = {"recipient": {"id": psid}, "message": {"text": GREETING}}
    return page.create_message(params={**content, "messaging_type": Page.MessagingType.response})


TRIALS = (
    lists_accounts,
    pages_through,
    reads_in_batch,
    inspects_token,
    subscribes,
    sends,
    reads_missing_permission,
    reads_expired_token,
)

if __name__ == "__main__":
    with Stage() as stage:
        FacebookSession.GRAPH = stage.address
        perform(SOFTWARE, version(SOFTWARE), TRIALS, stage)
