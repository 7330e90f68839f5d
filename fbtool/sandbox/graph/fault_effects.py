"""Lets a switched-on fault happen to a call."""

import json
from collections.abc import Awaitable, Callable

from fbtool.sandbox.graph.call import Call, GraphAnswer
from fbtool.sandbox.graph.errors import Refusal
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.faults import Fault
from fbtool.sandbox.state.faults.kinds import Breakage, ErrorAnswer
from fbtool.sandbox.state.tokens import Token

_EDGE_PAGE = "<html><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1></body></html>"
_OVER, _REGAIN_MINUTES = 104, 7


async def answer_with(
    state: WorldState, fault: Fault, subject: str, perform: Callable[[], Awaitable[GraphAnswer]]
) -> GraphAnswer:
    """The answer that the caller gets under ``fault``.

    Args:
        state: for waiting.
        fault: what goes wrong.
        subject: the Page or app that a usage header is about.
        perform: does what the call really asks for.
    """
    effect = fault.kind.effect
    if isinstance(effect, ErrorAnswer):
        if effect.performed:
            await perform()
        refused = Refusal(
            effect.message, effect.code, effect.subcode, status=effect.status, transient=effect.transient
        ).answer()
        return GraphAnswer(
            refused.body, refused.status, {**refused.headers, **usage(effect.usage, subject, _OVER, _REGAIN_MINUTES)}
        )
    match effect:
        case Breakage.HTML:
            return GraphAnswer(None, 503, {"Content-Type": "text/html; charset=utf-8"}, raw=_EDGE_PAGE.encode())
        case Breakage.EMPTY_BODY:
            return GraphAnswer(None, 500, raw=b"")
        case Breakage.EMPTY_LIST:
            return GraphAnswer({"data": []})
        case Breakage.NO_SUCCESS:
            return GraphAnswer({"success": False})
        case Breakage.HANG_UP:
            return GraphAnswer(None, cut=True)
        case Breakage.HANG_UP_AFTER:
            await perform()
            return GraphAnswer(None, cut=True)
        case _:
            answer = await perform()
            await state.pause(fault.seconds)
            return answer


def scope_of(state: WorldState, call: Call, token: Token | None) -> tuple[str, str]:
    """The person and the Page that a call concerns; empty where there is none."""
    page = state.world.page(call.path[0]) if call.path else None
    return token.person if token else "", page.id if page else token.page_id if token else ""


def usage(kind: str, subject: str, percent: int, regain_minutes: int = 0) -> dict[str, str]:
    """A usage header (Meta, "Rate Limits").

    Args:
        kind: ``app``, ``page``, or the type of a business use case; empty: no header.
        subject: the Page that a business use case is about.
        percent: how much of the limit is used up; more than 100 means that calls are refused.
        regain_minutes: until calls are taken again.
    """
    if not kind:
        return {}
    load = {"call_count": percent, "total_cputime": percent // 3, "total_time": percent // 2}
    if kind == "app":
        return {"x-app-usage": json.dumps(load)}
    if kind == "page":
        return {"x-page-usage": json.dumps(load)}
    case = {"type": kind, **load, "estimated_time_to_regain_access": regain_minutes}
    return {"x-business-use-case-usage": json.dumps({subject or "0": [case]})}
