"""The calls of the API and what each of them takes: anything else is refused by its name, never taken in silence.

A slip of the pen (``{"humann": false}``, ``?limits=5``) would otherwise do something else than what was asked.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fbtool.gateway.http.common import SHOWN, body_as
from fbtool.gateway.problems import RequestInvalid
from fbtool.language import say

Handler = Callable[[Request], Awaitable[Response]]


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """What a body may hold; the fields are the subclass's."""


class Endpoint(Route):
    """One call.

    Args:
        method: of HTTP.
        path: with its variables, as Starlette writes them.
        handler: answers it.
        query: the names that may stand behind the path's question mark.
        body: the handler reads the body itself; else it has to be empty or say nothing.
        behind: puts all of it behind a wall; without one the handler looks itself who asks.
    """

    def __init__(
        self,
        method: str,
        path: str,
        handler: Handler,
        *,
        query: Collection[str] = (),
        body: bool = False,
        behind: Callable[[Handler], Handler] | None = None,
    ) -> None:
        async def checked(request: Request) -> Response:
            refuse_others(request.query_params, query)
            if method != "GET" and not body:
                await body_as(request, Body, optional=True)
            return await handler(request)

        super().__init__(path, behind(checked) if behind else checked, methods=[method])


def refuse_others(given: Iterable[str], known: Collection[str]) -> None:
    """Let only known parameters of a query pass.

    Raises:
        RequestInvalid: another one was given; it is named.
    """
    for name in given:
        if name not in known:
            raise RequestInvalid(reason=say("“{name}” is not a parameter of this call.", name=name[:SHOWN]))
