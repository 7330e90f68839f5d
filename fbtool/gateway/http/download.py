"""Where admins get the Windows tool: a page for people, ``latest.json`` for the tool itself, and the files."""

import html
from string import Template

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from fbtool.download_name import name_with
from fbtool.gateway.http.common import Json, language_of
from fbtool.gateway.operation.downloads import Downloads, Form, Offer
from fbtool.gateway.problems import NothingHere
from fbtool.language import N_, Sentence, say

PATH = "/download"
_TYPES = {
    Form.INSTALLER: "application/vnd.microsoft.portable-executable",
    Form.PORTABLE: "application/zip",
}
_LABELS = {
    Form.INSTALLER: N_("Download for Windows"),
    Form.PORTABLE: N_("Without installation (zip)"),
}


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
        body = _offers(list(offers.values()), language) if offers else _nothing(language)
        title = html.escape(say("Facebook tool for Windows").spoken(language))
        content = _PAGE.substitute(language=language, title=title, body=body)
        return HTMLResponse(content, 200 if offers else 404, {"Vary": "Accept-Language", "Content-Language": language})

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


def _offers(offers: list[Offer], language: str) -> str:
    def spoken(sentence: Sentence) -> str:
        return html.escape(sentence.spoken(language))

    version = spoken(say("Version {version}", version=offers[0].version))
    intro = spoken(
        say("Links the Facebook Pages of your company to its messenger account. For Windows 10 and later, 64-bit.")
    )
    buttons = "".join(
        _BUTTON.substitute(
            place=html.escape(f"download/{offer.file.name}"),
            look="first" if number == 0 else "other",
            label=html.escape(Sentence(_LABELS[offer.form]).spoken(language)),
            size=spoken(say("{size} MB", size=_megabytes(offer.size, language))),
        )
        for number, offer in enumerate(offers)
    )
    steps = "".join(f"<li>{spoken(step)}</li>" for step in _steps(offers))
    sums = "".join(f"<dt>{html.escape(offer.file.name)}</dt><dd><code>{offer.sha256}</code></dd>" for offer in offers)
    return _OFFERS.substitute(
        version=version, intro=intro, buttons=buttons, steps=steps, sums=sums,
        check=spoken(say("Check the file")),
        how=spoken(say("In PowerShell, “Get-FileHash” and the name of the file must print this SHA-256:")),
    )  # fmt: skip


def _steps(offers: list[Offer]) -> list[Sentence]:
    installed = offers[0].form is Form.INSTALLER
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


def _nothing(language: str) -> str:
    what = html.escape(say("This gateway offers no download.").spoken(language))
    remedy = html.escape(say("Ask the person who runs it where to get the Facebook tool.").spoken(language))
    return f"<p>{what}</p><p>{remedy}</p>"


def _megabytes(size: int, language: str) -> str:
    text = f"{max(size / 1_000_000, 0.1):.1f}"
    return text.replace(".", ",") if language == "de" else text


_PAGE = Template("""<!doctype html>
<html lang="$language"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root { color-scheme: light dark; --ground: #f4f5f7; --paper: #fff; --ink: #1b1f24; --dim: #5b6470; --line: #8a929c;
  --accent: #0b5fd0; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --ground: #15171b; --paper: #1e2126; --ink: #e8eaed; --dim: #a3abb6;
  --line: #767e8a; --accent: #6ab0ff; --on-accent: #08213f; } }
body { font: 16px/1.5 system-ui, "Segoe UI", sans-serif; margin: 0; min-height: 100vh; display: grid;
  place-items: center; background: var(--ground); color: var(--ink); }
main { background: var(--paper); border-radius: 12px; padding: 2rem 2.25rem; max-width: 36rem; margin: 1rem;
  box-sizing: border-box; box-shadow: 0 1px 3px #0002, 0 8px 24px #0001; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; } p { margin: .5rem 0; } .dim { color: var(--dim); }
.ways { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0; padding: 0; list-style: none; }
.ways a { display: block; border-radius: 8px; padding: .6rem 1.1rem; text-decoration: none; font-weight: 600;
  border: 1px solid var(--line); color: var(--ink); }
.ways a.first { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.ways a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.ways small { display: block; font-weight: 400; } ol { padding-left: 1.25rem; } li { margin: .35rem 0; }
summary { cursor: pointer; } dt { margin-top: .75rem; } dd { margin: 0; } code { overflow-wrap: anywhere; }
</style></head><body><main><h1>$title</h1>$body</main></body></html>
""")
_OFFERS = Template("""<p class="dim">$version</p><p>$intro</p><ul class="ways">$buttons</ul><ol>$steps</ol>
<details><summary>$check</summary><p>$how</p><dl>$sums</dl></details>""")
_BUTTON = Template("""<li><a class="$look" href="$place">$label<small>$size</small></a></li>""")
