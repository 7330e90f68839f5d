"""Where admins get the Windows tool: a page for people, ``latest.json`` for the tool itself, and the files."""

from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from fbtool.download_name import name_with
from fbtool.gateway.http.common import Html, Json, language_of
from fbtool.gateway.operation.downloads import DownloadKind, Downloads, Offer
from fbtool.gateway.problems import NothingHere
from fbtool.html_page import Page, document, message, spoken
from fbtool.language import Sentence, say

PATH = "/download"
_TYPES = {
    DownloadKind.INSTALLER: "application/vnd.microsoft.portable-executable",
    DownloadKind.PORTABLE: "application/zip",
}
_LABELS = {
    DownloadKind.INSTALLER: say("Download for Windows"),
    DownloadKind.PORTABLE: say("Without installation (zip)"),
}
_TITLE = say("Facebook tool for Windows")
_INTRODUCTION = say(
    "Links the Facebook Pages of your company to its messenger account. For Windows 10 and later, 64-bit."
)
_CHECK = say("Check the file")
_HOW_TO_CHECK = say("In PowerShell, “Get-FileHash” and the name of the file must print this SHA-256:")


class DownloadRoutes:
    """The page and its files. A file is only ever found by the name of an offer, never by a path."""

    def __init__(self, downloads: Downloads, address: str) -> None:
        self._downloads = downloads
        self._address = address

    def routes(self) -> list[Route]:
        """Where the handlers are."""
        return [
            Route(PATH, self.page, methods=["GET"]),
            Route(f"{PATH}/latest.json", self.latest, methods=["GET"]),
            Route(f"{PATH}/{{name}}", self.file, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        """The page for people."""
        offers = await run_in_threadpool(self._downloads.newest)
        language = language_of(request)
        return Html(_offers(list(offers.values()), language)) if offers else Html(_nothing(language), 404)

    async def latest(self, request: Request) -> Response:
        """The newest version, for programs.

        Raises:
            NothingHere: no download is offered.
        """
        offers = await run_in_threadpool(self._downloads.newest)
        if not offers:
            raise NothingHere
        return Json(
            {
                "version": next(iter(offers.values())).version,
                "page": self._address + PATH,
                "files": [
                    {
                        "kind": offer.form.name.lower(),
                        "name": offer.file.name,
                        "url": f"{self._address}{PATH}/{offer.file.name}",
                        "size": offer.size,
                        "sha256": offer.sha256,
                    }
                    for offer in offers.values()
                ],
            }
        )

    async def file(self, request: Request) -> Response:
        """A file, under a name that carries this gateway's address to the tool.

        Raises:
            NothingHere: no such file is offered.
        """
        offers = await run_in_threadpool(self._downloads.newest)
        for offer in offers.values():
            if offer.file.name == request.path_params["name"]:
                told = name_with(offer.file.name, self._address)
                return FileResponse(offer.file, media_type=_TYPES[offer.form], filename=told)
        raise NothingHere


def _offers(offers: list[Offer], language: str) -> Page:
    def told(sentence: Sentence) -> str:
        return spoken(sentence, language)

    buttons = ""
    for offer in offers:
        size = told(say("{size} MB", size=_megabytes(offer.size, language)))
        buttons += f'<li><a class="button{" second" if buttons else ""}" href="download/{escape(offer.file.name)}">'
        buttons += f"{told(_LABELS[offer.form])}<small>{size}</small></a></li>"
    version = told(say("Version {version}", version=offers[0].version))
    steps = "".join(f"<li>{told(step)}</li>" for step in _steps(offers))
    sums = "".join(f"<dt>{escape(offer.file.name)}</dt><dd><code>{offer.sha256}</code></dd>" for offer in offers)
    content = f"""<p class="dim">{version}</p><p>{told(_INTRODUCTION)}</p>
<ul class="buttons">{buttons}</ul><ol>{steps}</ol>
<details><summary>{told(_CHECK)}</summary><p>{told(_HOW_TO_CHECK)}</p><dl>{sums}</dl></details>"""
    return document(language, _TITLE, content)


def _steps(offers: list[Offer]) -> list[Sentence]:
    installed = offers[0].form is DownloadKind.INSTALLER
    first = (
        say("Open the downloaded file. It needs no administrator's rights.")
        if installed
        else say("Unpack the downloaded file and start Facebook-Tool in it.")
    )
    return [
        first,
        say(
            "If Windows asks whether you trust the file: compare its SHA-256 below, then choose “More info” and "
            "“Run anyway”."
        ),
        say("Paste the connection code of your messenger account. Who runs the gateway has it."),
    ]


def _nothing(language: str) -> Page:
    remedy = say("Ask the person who runs it where to get the Facebook tool.")
    return message(language, _TITLE, [say("This gateway offers no download.")], remedy)


def _megabytes(size: int, language: str) -> str:
    text = f"{max(size / 1_000_000, 0.1):.1f}"
    return text.replace(".", ",") if language == "de" else text
