"""The Facebook example of requests-oauthlib's documentation against the sandbox, with its two addresses replaced."""

import os
from importlib.metadata import version
from typing import Any

from oauthlib.oauth2 import AccessDeniedError, OAuth2Error
from requests_oauthlib import OAuth2Session
from requests_oauthlib.compliance_fixes import facebook_compliance_fix
from stage import Stage
from trials import expect, perform, raised

SOFTWARE = "requests-oauthlib"


def follows_the_example(stage: Stage) -> str:
    """The documentation's example signs in and reads the profile."""
    facebook = _session(stage)
    authorization_url, _ = facebook.authorization_url(f"{stage.address}/dialog/oauth")
    end = stage.browse(authorization_url)
    assert end.endswith("#_=_"), "Facebook appends this, and it must do no harm"
    _fetch_token(stage, facebook, end)
    profile = facebook.get(f"{stage.address}/me?").json()
    expect(profile["name"], stage.klara.name)
    return str(profile["name"])


def reads_a_cancelled_login(stage: Stage) -> str:
    """Reads a cancelled login as oauthlib's AccessDeniedError."""
    facebook = _session(stage)
    authorization_url, _ = facebook.authorization_url(f"{stage.address}/dialog/oauth")
    end = stage.cancel(authorization_url)
    return str(raised(AccessDeniedError, lambda: _fetch_token(stage, facebook, end)))


def reads_a_used_code(stage: Stage) -> str:
    """Reads a code that was used before as oauthlib's OAuth2Error."""
    facebook = _session(stage)
    authorization_url, _ = facebook.authorization_url(f"{stage.address}/dialog/oauth")
    end = stage.browse(authorization_url)
    _fetch_token(stage, facebook, end)
    problem: Any = raised(OAuth2Error, lambda: _fetch_token(stage, facebook, end))
    expect((problem.error["code"], problem.error["error_subcode"]), (100, 36009))
    return str(problem.error["message"])


def _session(stage: Stage) -> OAuth2Session:
    return facebook_compliance_fix(OAuth2Session(stage.app.id, redirect_uri=stage.callback))


def _fetch_token(stage: Stage, facebook: OAuth2Session, redirect_response: str) -> None:
    facebook.fetch_token(
        f"{stage.address}/oauth/access_token",
        client_secret=stage.app.secret,
        authorization_response=redirect_response,
    )


TRIALS = (follows_the_example, reads_a_cancelled_login, reads_a_used_code)

if __name__ == "__main__":
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # oauthlib's documented switch for tests without https
    with Stage() as stage:
        perform(SOFTWARE, version(SOFTWARE), TRIALS, stage)
