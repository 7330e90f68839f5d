"""Several calls in one request. Each counts for the rate limits, and each fails or succeeds alone.

Source: Meta, "Batch requests": at most 50 calls; the outer status is 200 even if all fail.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlencode

import msgspec

from fbtool.facebook.errors import AnswerUnreadable
from fbtool.facebook.graph import VERSION, Call
from fbtool.meta.errors import GraphError

T = TypeVar("T")
Outcome: TypeAlias = T | GraphError | AnswerUnreadable | None
"""A call's own answer, its error, or None where Facebook ran out of time: ask for that one again."""
MOST = 50


def batch(calls: Sequence[Call[T]], token: str) -> Call[list[Outcome[T]]]:
    """All ``calls`` in one; the outcomes come in their order.

    Raises:
        ValueError: more than `MOST` calls.
    """
    if len(calls) > MOST:
        raise ValueError(len(calls))

    def read(content: Any) -> list[Outcome[T]]:
        return [_read_one(call, answer) for call, answer in zip(calls, content, strict=True)]

    items = msgspec.json.encode([_item(call) for call in calls]).decode()
    return Call("POST", "", read, {"batch": items, "include_headers": "false"}, token)


def _item(call: Call[Any]) -> dict[str, str]:
    params = {**call.params} | ({"access_token": call.token} if call.token else {})
    path = f"{VERSION}/{call.path}"
    if call.method == "POST":
        return {"method": "POST", "relative_url": path, "body": urlencode(params)}
    return {"method": call.method, "relative_url": f"{path}?{urlencode(params)}"}


def _read_one(call: Call[Any], answer: Any) -> Any:
    if answer is None:
        return None
    try:
        return call.answer(int(answer["code"]), str(answer["body"]).encode())
    except (GraphError, AnswerUnreadable) as error:
        return error
