"""The foot of the list: what is under way, what became of it, and what can be done for many Pages at once."""

import tkinter as tk
from tkinter import ttk

from fbtool.desktop.design_tokens import NEAR, SPACE, TIGHT
from fbtool.desktop.presenters.page_linking import Work
from fbtool.desktop.presenters.pages import PagesPresenter
from fbtool.desktop.widgets import Area, button, label, progress_bar, rule
from fbtool.language import Sentence, current, say, say_n


class Footer(Area):
    """Shows the work of `PagesPresenter`."""

    def __init__(self, parent: tk.Misc, presenter: PagesPresenter) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._text: ttk.Label | None = None
        self._bar: ttk.Progressbar | None = None
        rule(self).pack(fill="x")
        self._inside = Area(self).spread(above=NEAR)

    def refresh(self) -> None:
        """Draw anew what has changed; while work is under way only bar and text move."""
        it = self._presenter
        if it.linking.work is not None:
            self._show_work(it.linking.work)
        elif it.looking is not None:
            self._show_looking()
        else:
            self._show_idle()

    def _is_new(self, *looks: object) -> bool:
        if new := self.looks_new(*looks):
            self._inside.clear()
        return new

    def _show_work(self, work: Work) -> None:
        if self._is_new("work", id(work), work.stopping):
            px = self.theme.px
            stop = button(self._inside, say("Stop"), self._presenter.linking.stop, meaning="stop")
            stop.pack(side="right", padx=(px(SPACE), 0))
            if work.stopping:
                stop.state(["disabled"])
            self._bar = progress_bar(self._inside, meaning="work", known=True)
            self._bar.pack(fill="x", pady=(px(NEAR), px(TIGHT)))
            self._text = label(self._inside, "", "Dim", wraps=False, meaning="work-text")
            self._text.pack(fill="x")
        assert self._bar is not None and self._text is not None  # noqa: S101, PT018 - made above
        done, all_ = len(work.outcomes), len(work.ids)
        self._bar.configure(maximum=all_, value=done)
        self._text.configure(text=str(_words(work, done, all_)))

    def _show_looking(self) -> None:
        if self._is_new("looking"):
            px = self.theme.px
            progress_bar(self._inside, meaning="looking", known=False).pack(fill="x", pady=(px(NEAR), px(TIGHT)))
            self._text = label(self._inside, "", "Dim", wraps=False, meaning="looking-text")
            self._text.pack(fill="x")
        assert self._text is not None  # noqa: S101 - made above
        found = self._presenter.found
        asking = say("Asking Facebook and the gateway …")
        text = say_n("{count} Page found …", "{count} Pages found …", found) if found else asking
        self._text.configure(text=str(text))

    def _show_idle(self) -> None:
        it = self._presenter
        selected, linkable, unlinkable = len(it.selected), len(it.linkable()), len(it.unlinkable())
        if not self._is_new("idle", selected, linkable, unlinkable, it.linking.summary, bool(it.views), current()):
            return
        px = self.theme.px
        row = Area(self._inside).spread()
        if linkable:
            self._button_to_link(row, selected, linkable).pack(side="right")
        if unlinkable:
            text = say_n("Unlink {count} Page", "Unlink {count} Pages", unlinkable)
            button(row, text, it.unlink, meaning="unlink-selected").pack(side="right", padx=(0, px(TIGHT)))
        if it.views and not selected:  # without any Page the middle of the window asks this
            made = button(row, say("Is a Page missing?"), it.navigator.missing, "Plain", meaning="missing")
            made.pack(side="right", padx=(0, px(TIGHT)))
        text_ = self._summary(selected, linkable)
        kind = "Strong" if it.linking.summary and it.linking.summary[1] else "Dim"
        label(row, text_, kind, meaning="summary").pack(side="left", fill="x", expand=True)

    def _button_to_link(self, row: Area, selected: int, linkable: int) -> ttk.Button:
        if selected:
            text = say_n("Link {count} selected Page", "Link {count} selected Pages", linkable)
        else:
            text = say_n("Link the Page that is ready", "Link all {count} that are ready", linkable)
        return button(row, text, self._presenter.link, "Primary", meaning="link-all")

    def _summary(self, selected: int, linkable: int) -> Sentence:
        if selected:
            return say_n("{count} Page selected. Esc ends the selection.",
                         "{count} Pages selected. Esc ends the selection.", selected)  # fmt: skip
        if self._presenter.linking.summary is not None:
            return self._presenter.linking.summary[0]
        if linkable:
            return say("Ctrl+L links all that are ready.")
        return Sentence("")


def _words(work: Work, done: int, all_: int) -> Sentence:
    if work.stopping:
        return say("Stopping when what has begun is done …")
    if work.name:
        return say("{name} is done. {done} of {all}", name=work.name, done=done, all=all_)
    return say("{done} of {all}", done=done, all=all_)
