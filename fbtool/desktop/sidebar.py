"""The side bar: who is signed in, how far things are, which account, and the way to settings and help."""

import tkinter as tk
from collections.abc import Callable

from fbtool.desktop.design_tokens import NEAR, SIDEBAR, SPACE, TIGHT, WIDE
from fbtool.desktop.layout import ScrollArea
from fbtool.desktop.presenters.presenter import Navigator
from fbtool.desktop.tasks import Overview
from fbtool.desktop.theme import SURFACE_OF, Surface
from fbtool.desktop.update_check import NewerVersion
from fbtool.desktop.widgets import Area, Card, avatar, button, label, paragraph
from fbtool.language import Sentence, current, say, say_n
from fbtool.linking.local.notebook import KnownPerson
from fbtool.linking.network import clock
from fbtool.linking.network.http import host_of
from fbtool.palette import Tone

_DAY = 86_400


class Sidebar(Area):
    """Shows an `Overview`."""

    def __init__(self, parent: tk.Misc, navigator: Navigator, fetch_newer: Callable[[], object]) -> None:
        super().__init__(parent, None, Surface.SIDEBAR)
        self._navigator, self._fetch_newer = navigator, fetch_newer
        px = self.theme.px
        if self.theme.palette.sidebar == self.theme.palette.window:
            tk.Frame(self, width=px(1), background=self.theme.palette.line).pack(side="right", fill="y")
        links = Area(self)
        # A plain button's text begins behind its margin; it shall stand in line with the texts above.
        before = px(NEAR) + self.theme.shapes.margin
        links.pack(side="bottom", fill="x", padx=px(WIDE) - before, pady=(0, px(SPACE)))
        button(links, say("Settings (Ctrl+,)"), navigator.settings, "Plain", meaning="settings").pack(fill="x")
        button(links, say("Help (F1)"), navigator.about, "Plain", meaning="help").pack(fill="x")
        # In a low window it scrolls; nothing of it is cut off.
        scroll = ScrollArea(self, widest=SIDEBAR, fills=True)
        scroll.pack(fill="both", expand=True)
        self._inside = Area(scroll.inner)
        self._inside.pack(fill="both", expand=True, padx=px(WIDE), pady=(px(WIDE), 0))
        # The side bar keeps its width whatever it holds.
        self.configure(width=px(SIDEBAR))
        self.pack_propagate(False)

    def show(self, overview: Overview | None, newer: NewerVersion | None) -> None:
        """Draw it if it says something else than before."""
        linked, all_ = _linked(overview)
        person = overview.person if overview else None
        account = (overview.account.name, overview.address) if overview else None
        looks = (linked, all_, person, account, overview is not None and overview.listing is not None, newer, current())
        if not self.looks_new(*looks):
            return
        self._inside.clear()
        self._draw_foot(overview, newer)
        if overview is None:
            return
        self._draw_person(person)
        self._draw_steps(overview, linked, all_)

    def _draw_person(self, person: KnownPerson | None) -> None:
        px = self.theme.px
        label(self._inside, say("Facebook account"), "Strong", wraps=False).pack(fill="x")
        row = Area(self._inside).spread(SPACE, NEAR)
        if person is None:
            paragraph(row, say("Nobody is signed in."), "Dim", meaning="person")
        else:
            avatar(row, person.name, 40).pack(side="left", padx=(0, px(SPACE)))
            text = Area(row)
            text.pack(side="left", fill="x", expand=True)
            paragraph(text, person.name, meaning="person")
            paragraph(text, _validity(person), "Small")
        again = say("Sign in") if person is None else say("Sign in again")
        button(self._inside, again, self._navigator.sign_in, meaning="sign-in-again").pack(fill="x")

    def _draw_steps(self, overview: Overview, linked: int, all_: int) -> None:
        px = self.theme.px
        label(self._inside, say("Steps"), "Strong", wraps=False).pack(fill="x", pady=(px(WIDE), px(TIGHT)))
        signed_in = overview.person is not None and overview.not_listed is None
        done = say("{linked} of {all} linked", linked=linked, all=all_)
        steps = (
            (say("Connect"), say("Done"), True),
            (say("Sign in with Facebook"), say("Done") if signed_in else say("To do"), signed_in),
            (say("Link Pages"), done if all_ else say("To do"), linked > 0),
        )
        open_ones = [at for at, (_, _, finished) in enumerate(steps) if not finished]
        for at, (title, state, finished) in enumerate(steps):
            self._draw_step(at + 1, title, state, finished=finished, now=bool(open_ones) and at == open_ones[0])

    def _draw_step(self, number: int, title: Sentence, state: Sentence, *, finished: bool, now: bool) -> None:
        px, it, images, disc = self.theme.px, self.theme.palette, self.theme.images, self.theme.shapes.disc
        row = Area(self._inside).spread(6, 6)
        side = px(24)
        if finished:
            tone = it.tones[Tone.GOOD]
            image, ink, text = images.drawn(disc, side, tone.ink, "✓", tone.surface), tone.surface, ""
        elif now:
            image, ink, text = images.drawn(disc, side, it.accent), it.on_accent, str(number)
        else:
            image, ink, text = images.drawn(disc, side, it.sidebar, border=it.border), it.dim, str(number)
        mark = label(row, text, "Small", wraps=False)
        mark.configure(image=image, compound="center", foreground=ink)
        mark.pack(side="left", anchor="n", padx=(0, px(SPACE)))
        words = Area(row)
        words.pack(side="left", fill="x", expand=True)
        paragraph(words, title, "Strong" if now else "")
        paragraph(words, state, "Small")

    def _draw_foot(self, overview: Overview | None, newer: NewerVersion | None) -> None:
        foot = Area(self._inside)
        foot.pack(side="bottom", fill="x")
        if newer is not None:
            card = Card(foot, SURFACE_OF[Tone.BUSY], inside=SPACE).spread(below=SPACE)
            text = say("fbtool {version} is there.", version=newer.version)
            paragraph(card, text, "Strong", below=NEAR, meaning="newer")
            button(card, say("Download"), self._fetch_newer, meaning="download").pack(fill="x")
        if overview is not None:
            label(foot, say("Messenger account"), "Strong", wraps=False).pack(fill="x")
            paragraph(foot, overview.account.name, above=TIGHT, meaning="account")
            paragraph(foot, host_of(overview.address), "Small", below=SPACE)


def _linked(overview: Overview | None) -> tuple[int, int]:
    pages = overview.pages if overview else ()
    return sum(view.link is not None for view in pages), len(pages)


def _validity(person: KnownPerson) -> Sentence:
    if not person.expires_at:
        return say("Signed in")
    days = int((person.expires_at - clock.now()) // _DAY)
    if days < 0:
        return say("Sign-in over")
    return say_n("Signed in · {count} day left", "Signed in · {count} days left", days)
