"""Takes the pictures of the window in docs/images anew: the real window, the real gateway, the stand-in for Facebook.

Part of nox -s screenshots; alone: python -m scripts.window_pictures
"""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageGrab

from fbtool import language
from fbtool.desktop.tasks import Overview
from fbtool.language import say
from fbtool.linking.network.gateway_documents import PageLink
from fbtool.linking.pages.verdicts import NOTHING, PageView, Step, Verdict
from fbtool.sandbox.world import shipped
from tests.desktop.driver import Driver
from tests.desktop.screen import missing, screen
from tests.linking.stage import Stage, staged

IMAGES = Path(__file__).parent.parent / "docs/images"
COLOURS = 256
FINE, MODERATED = "Alles in Ordnung", "Nur Moderator"
BROWSER = f"{sys.executable} -m tests.e2e.repair_browser %s"
FONT = "Open Sans"
"""Stands in for the font of Windows."""
_NAMES = (
    "Bäckerei Sonnenschein", "Autohaus Lindner", "Stadtbibliothek Weimar", "Physio am Markt", "Hofladen Kruse",
    "Ferienwohnung Seeblick", "Tierarzt Dr. Wagner", "Musikschule Crescendo", "Buchhandlung am Dom", "Café Muster",
    "Blumen Beispiel", "Fahrrad Fischer", "Gärtnerei Grün", "Optik Hell", "Reisebüro Fernweh", "Schuhhaus Sohle",
    "Tischlerei Span", "Weinladen Rebe", "Zoo Zebra", "Apotheke am Tor", "Kino Kurbel",
)  # fmt: skip


class Photographer(Driver):
    """Somebody at the window who takes pictures."""

    tag = ""

    def shoot(self, name: str) -> None:
        """Write docs/images/window-``name``-….png of the window."""
        self.window.main_window.toast.hide()
        for _ in range(8):
            self.root.update()
        left, top = self.root.winfo_rootx(), self.root.winfo_rooty()
        box = (left, top, left + self.root.winfo_width(), top + self.root.winfo_height())
        picture = ImageGrab.grab(bbox=box, xdisplay=os.environ["DISPLAY"]).convert("RGB")
        file = IMAGES / f"window-{name}-{self.tag}.png"
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        print(f"{file.name}  {file.stat().st_size // 1024} KB")


@contextmanager
def somebody(display: str, tongue: str, mode: str, percent: int) -> Iterator[Photographer]:
    """At a computer new out of the box."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "window.json").write_text(json.dumps({"theme": mode, "language": tongue}), "utf-8")
        os.environ.update(
            DISPLAY=display, FBTOOL_HOME=folder, FBTOOL_SECRETS_FILE=str(home / "secrets.json"),
            BROWSER=BROWSER, VISITS=str(home / "visits"),
        )  # fmt: skip
        language.use(tongue)
        person = Photographer()
        person.tag = f"{tongue}-{mode}" + (f"-{percent}" if percent != 100 else "")
        try:
            person.root.geometry(f"{1100 * percent // 100}x{720 * percent // 100}+0+0")
            yield person
        finally:
            person.close()


def will(*wishes: dict[str, object]) -> None:
    """What the person does in the browser."""
    Path(os.environ["VISITS"]).write_text("\n".join(json.dumps(wish) for wish in wishes), "utf-8")


def connect(person: Photographer, stage: Stage) -> None:
    """Through the first screen."""
    person.type("connection-code", stage.connection.code())
    person.press("connect")
    person.find("sign-in")


def sign_in(person: Photographer) -> None:
    """Through the sign-in."""
    will({"pages": "all"})
    person.press("sign-in")
    person.find("list")
    person.settle()


def first_start(person: Photographer, stage: Stage) -> None:
    """What an admin meets first."""
    person.find("connection-code")
    person.shoot("connect")
    person.type("connection-code", stage.connection.code()[:-8])
    person.press("connect")
    person.find("problem")
    person.shoot("connect-error")
    connect(person, stage)
    person.shoot("sign-in")
    will({"do": "close"})
    person.press("sign-in")
    person.find("link")
    person.find("copy-link")
    person.shoot("waiting")
    person.press("cancel")
    person.find("problem")
    person.shoot("cancelled")


def mending(person: Photographer, stage: Stage) -> None:
    """Links break, and are mended."""
    connect(person, stage)
    will({"pages": [FINE, MODERATED]})
    person.press("sign-in")
    person.find("list")
    person.settle()
    person.press("link-all")
    person.settle()
    app = stage.control("GET", "world")["apps"][0]["id"]
    stage.control("POST", f"people/erika/apps/{app}/pages", pages=["100000000000211"])
    person.press("refresh")
    person.settle()
    person.shoot("broken")
    person.press("banner-action")
    person.find("agree")
    person.shoot("repair")
    will({"pages": [FINE]}, {"pages": [FINE, MODERATED]})
    person.press("agree")
    person.until(lambda: person.sees("done") or person.sees("agree"), "the next step")
    person.shoot("repair-next")
    while not person.sees("done"):
        person.press("agree")
        person.until(lambda: person.sees("done") or person.sees("agree"), "the next step")
    person.shoot("repaired")
    person.press("done")
    person.settle()
    stage.control("POST", "pages/100000000000211/customers/jonas/messages", text="Haben Sie heute offen?")
    person.window.details("100000000000211")
    person.settle()
    person.shoot("details")
    person.key("<Escape>")
    person.settle()
    person.act(FINE)
    person.shoot("unlink")
    person.press("no")
    person.press("missing")
    person.shoot("missing")
    person.window.settings()
    person.settle()
    person.shoot("settings")


def newer(person: Photographer, stage: Stage) -> None:
    """The gateway offers a newer version."""
    connect(person, stage)
    person.find("newer")
    person.shoot("newer")


def states(person: Photographer, stage: Stage) -> None:
    """Every chip; loading; nothing; a gateway that is away."""
    connect(person, stage)
    sign_in(person)
    pages = person.window.pages
    assert pages.overview is not None
    known = pages.overview
    pages.overview = replace(known, pages=tuple(_view(at, verdict) for at, verdict in enumerate(Verdict)))
    person.root.geometry(f"{person.root.winfo_width()}x{person.root.winfo_screenheight()}+0+0")
    pages.changed()
    person.shoot("states")
    person.root.geometry("1100x720+0+0")
    pages.select_shown()
    person.shoot("selected")
    pages.clear_selection()
    pages.overview = _with_nothing(known)
    pages.changed()
    person.shoot("empty")
    stage.fault("slow", seconds=5)
    person.window.forget()
    person.find("looking-text")
    person.shoot("loading")
    stage.control("DELETE", "faults")
    person.settle()


def _view(at: int, verdict: Verdict) -> PageView:
    page_id = str(100_000_000_000_300 + at)
    link = PageLink(page_id, _NAMES[at], "active", 0) if verdict.alarming or verdict is Verdict.LINKED else None
    step = Step.EDIT_SETTINGS if verdict is Verdict.NOT_TICKED or verdict.alarming else Step.OTHER_PERSON
    return PageView(
        page_id=page_id, name=_NAMES[at], category="Lokales Geschäft", verdict=verdict, evidence=NOTHING,
        remedy=say("Try again in a few minutes."), step=step, link=link, token="EAA" if verdict.fine else "",
    )  # fmt: skip


def _with_nothing(known: Overview) -> Overview:
    assert known.listing is not None
    return replace(known, pages=(), listing=replace(known.listing, pages=(), advice=(), failures=()))


def away(person: Photographer, stage: Stage) -> None:
    """The gateway does not answer."""
    connect(person, stage)
    home = Path(os.environ["FBTOOL_HOME"])
    settings = home / "settings.json"
    settings.write_text(settings.read_text("utf-8").replace(stage.connection.address, "http://127.0.0.1:9"), "utf-8")
    account = person.window.services.workplace.accounts()[0]
    person.window.services.workplace.secrets.set(f"fbtool/127.0.0.1:9/{account.id}", "account", stage.connection.token)
    person.window.forget()
    person.find("problem")
    person.shoot("gateway-away")


def main() -> None:
    """Take all pictures, or say what is missing."""
    lacks = [*missing(), *([] if _has_font() else ["fonts-open-sans"])]
    if lacks:
        sys.exit(f"needs Debian's packages {' and '.join(lacks)}")
    IMAGES.mkdir(exist_ok=True)
    for percent in (100, 200):
        size = (1280 * percent // 100, 1760 * percent // 100)
        with screen(*size, dots_per_inch=96 * percent // 100) as display:
            # In a process of its own: Tk never closes its line to a screen, and the end of a screen ends the process.
            taking = multiprocessing.get_context("spawn").Process(target=_take, args=(display, percent))
            taking.start()
            taking.join()
        if taking.exitcode:
            sys.exit(f"the pictures at {percent} % were not taken")


def _take(display: str, percent: int) -> None:
    for tongue in ("en", "de"):
        for mode in ("light", "dark"):
            with (
                staged(shipped("everything-that-goes-wrong")) as stage,
                somebody(display, tongue, mode, percent) as person,
            ):
                connect(person, stage)
                sign_in(person)
                person.press("link-all")
                person.settle()
                person.shoot("pages")
    if percent == 100:
        for act, tongue, mode in (
            (first_start, "en", "light"), (first_start, "de", "dark"), (mending, "de", "light"),
            (mending, "en", "dark"), (states, "de", "light"), (states, "en", "dark"), (away, "de", "light"),
            (first_start, "en", "contrast"), (mending, "de", "contrast"), (states, "en", "contrast"),
        ):  # fmt: skip
            with (
                staged(shipped("everything-that-goes-wrong")) as stage,
                somebody(display, tongue, mode, percent) as person,
            ):
                act(person, stage)
        with (
            tempfile.TemporaryDirectory() as downloads,
            staged(shipped("everything-that-goes-wrong"), download_dir=Path(downloads)) as stage,
            somebody(display, "de", "light", percent) as person,
        ):
            Path(downloads, "Facebook-Tool-99.0-setup.exe").touch()
            newer(person, stage)
    else:
        with (
            staged(shipped("everything-that-goes-wrong")) as stage,
            somebody(display, "de", "light", percent) as person,
        ):
            mending(person, stage)


def _has_font() -> bool:
    return bool(subprocess.run(["fc-list", FONT], stdout=subprocess.PIPE, check=False).stdout)


if __name__ == "__main__":
    main()
