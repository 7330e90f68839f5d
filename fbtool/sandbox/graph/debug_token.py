"""``/debug_token``: what a token is, whether it lives, and for which Pages it was given."""

from typing import Any

from fbtool.sandbox.graph import authentication, errors
from fbtool.sandbox.graph.context import Body, CallContext
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.authorization import app_of, cause_of_death, grant_of, person_of
from fbtool.sandbox.state.grants import Grant
from fbtool.sandbox.state.tokens import DATA_ACCESS, Token, TokenType
from fbtool.sandbox.world.permissions import PERMISSIONS, Asset


async def debug_token(context: CallContext) -> Body:
    """The answer stays 200 for a dead token; ``is_valid`` and ``error`` tell (Meta, "Debugging Access Tokens").

    Raises:
        Refusal: code 100 unless an app's token or one of its developers asks.
    """
    asking = context.token
    if asking is None or not _may_inspect(context.state, asking):
        raise errors.parameter(
            "You must provide an app access token, or a user access token that is an owner or developer of the app"
        )
    if not context.call.text("input_token"):
        raise errors.missing_parameter("input_token")
    token = authentication.find(context.state, context.call.text("input_token"))
    if token is None or token.type is TokenType.CLIENT:
        return {"data": {"error": _error(190, "Invalid OAuth access token."), "is_valid": False, "scopes": []}}
    if token.app_id != asking.app_id:
        text = "(#100) The App_id in the input_token did not match the Viewing App"
        return {"data": {"error": _error(100, text), "is_valid": False, "scopes": []}}
    return {"data": _described(context.state, token)}


def _may_inspect(state: WorldState, asking: Token) -> bool:
    if asking.type is TokenType.APP:
        return True
    return asking.type is TokenType.USER and asking.person in app_of(state, asking).roles


def _error(code: int, message: str, subcode: int = 0) -> Body:
    return {"code": code, "message": message} | ({"subcode": subcode} if subcode else {})


def _described(state: WorldState, token: Token) -> Body:
    app = app_of(state, token)
    answer: Body = {"app_id": app.id, "type": token.type.value, "application": app.name}
    if token.type is TokenType.APP:
        return answer | {"is_valid": True, "scopes": []}
    grant, cause = grant_of(state, token), cause_of_death(state, token)
    answer["data_access_expires_at"] = int(grant.authorised_at + DATA_ACCESS) if grant else 0
    answer["expires_at"] = int(token.expires_at)
    if token.long_lived:
        answer["issued_at"] = int(token.issued_at)
    answer["is_valid"] = cause is None
    if cause is not None:
        refusal = authentication.refusal(state, token, cause)
        answer["error"] = _error(refusal.code, refusal.message, refusal.subcode)
    if token.type is TokenType.PAGE:
        answer["profile_id"] = token.page_id
    answer["user_id"] = state.world.app_scoped_id(app, person_of(state, token))
    granted = grant.granted() if grant and cause is None else []
    answer["scopes"] = granted
    granular = [name for name in granted if PERMISSIONS[name].asset is not Asset.NONE]
    answer["granular_scopes"] = [_granular(grant, name) for name in granular if grant]
    return answer


def _granular(grant: Grant, name: str) -> dict[str, Any]:
    """``target_ids`` is absent for "all current and future", which is something else than an empty list."""
    choice = grant.businesses if PERMISSIONS[name].asset is Asset.BUSINESS else grant.pages
    if choice is None or choice.everything:
        return {"scope": name}
    return {"scope": name, "target_ids": sorted(choice.ids - grant.withdrawn.get(name, set()))}
