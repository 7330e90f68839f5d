"""Facebook's two calls about people, and the page on which a person reads what became of their data.

Source: Meta, "Data deletion request callback". Both calls carry a ``signed_request`` and nothing else.
"""

from datetime import UTC, datetime
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fbtool.facebook import signed_request
from fbtool.gateway.channels.facebook.data_requests import DataRequests
from fbtool.gateway.channels.facebook.problems import SignatureWrong
from fbtool.gateway.channels.facebook.store import Deletion
from fbtool.gateway.http.common import Html, Json, language_of, limited_body
from fbtool.html_page import Page, message
from fbtool.language import say, say_n

DEAUTHORIZE = "/facebook/deauthorize"
DATA_DELETION = "/facebook/data-deletion"
_FORM_LIMIT = 16 * 1024


class CallbackRoutes:
    """The addresses to enter at the Meta app, and the status page."""

    def __init__(self, people: DataRequests, secrets: tuple[str, ...], address: str) -> None:
        self._people = people
        self._secrets = secrets
        self._address = address

    def routes(self) -> list[Route]:
        """Where the handlers are."""
        return [
            Route(DEAUTHORIZE, self.deauthorize, methods=["POST"]),
            Route(DATA_DELETION, self.delete_data, methods=["POST"]),
            Route(DATA_DELETION + "/{code:str}", self.status, methods=["GET"]),
        ]

    async def deauthorize(self, request: Request) -> Response:
        """The person removed the app."""
        told = await self._proven(request)
        await self._people.deauthorized(told.user_id, told.issued_at)
        return Json({})

    async def delete_data(self, request: Request) -> Response:
        """Delete the person's data now; the answer leads the person to what became of it."""
        told = await self._proven(request)
        deletion = await self._people.forget(told.user_id)
        url = f"{self._address}{DATA_DELETION}/{deletion.code}"
        return Json({"url": url, "confirmation_code": deletion.code})

    async def status(self, request: Request) -> Response:
        """The page for the person."""
        deletion = await self._people.deletion(request.path_params["code"].upper())
        language = language_of(request)
        return Html(_unknown(language), 404) if deletion is None else Html(_done(language, deletion))

    async def _proven(self, request: Request) -> signed_request.Request:
        body = await limited_body(request, _FORM_LIMIT)
        form = parse_qs(body.decode("utf-8", "replace"))
        proven = signed_request.read(form.get("signed_request", [""])[0], self._secrets)
        if proven is None:
            raise SignatureWrong
        return proven


def _done(language: str, deletion: Deletion) -> Page:
    day = datetime.fromtimestamp(deletion.done_ms / 1000, UTC)
    when = f"{day:%d.%m.%Y, %H:%M}" if language == "de" else f"{day:%Y-%m-%d, %H:%M}"
    paragraphs = [
        say("Done on {when} (UTC).", when=when),
        say_n(
            "Deleted: {count} permission for {pages} of your Facebook Pages, your name and your id for this app.",
            "Deleted: {count} permissions for {pages} of your Facebook Pages, your name and your id for this app.",
            deletion.tokens,
            pages=deletion.pages,
        )
        if deletion.pages or deletion.tokens
        else say("There was nothing of you in this gateway: no permission, no name, no id."),
        say(
            "Only this code, the date and these numbers are kept, for 180 days. Copies in backups of the gateway end "
            "with those backups."
        ),
        say(
            "Messages of customers belong to the company whose Page they wrote to. The gateway deletes each as soon as "
            "the company's own system has it."
        ),
    ]
    title = say("Your data was deleted") if deletion.pages or deletion.tokens else say("Nothing of you is kept here")
    return message(language, title, paragraphs, say("Confirmation code: {code}", code=deletion.code))


def _unknown(language: str) -> Page:
    return message(
        language,
        say("This code is not known here"),
        [say("It was mistyped, or the deletion was more than 180 days ago and its record was deleted, too.")],
        say("Compare the address with the one that Facebook showed you."),
    )
