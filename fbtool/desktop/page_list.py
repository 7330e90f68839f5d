"""The list of Pages: any number of rows on one canvas, with as many cards as fit the window.

Keyboard: the list is one Tab stop, ↑ ↓ PgUp PgDn Home End move in it, Space selects, Enter does what the row's button
does, letters jump to a name, the Menu key and Shift+F10 open the menu of the row. The buttons of the visible rows
follow as Tab stops.
"""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from tkinter import ttk

from fbtool.desktop.design_tokens import TIGHT
from fbtool.desktop.page_row import PageRow
from fbtool.desktop.page_row_view import HEIGHT, PageRowView, button_width
from fbtool.desktop.widgets import Area, copy_text, mean

_TYPING = 1.0
"""Seconds in which typed letters belong to one word."""


@dataclass(frozen=True)
class Listener:
    """Who hears what the list tells; a row is named by its Page's id."""

    on_act: Callable[[str], None]
    """The row's button was pressed."""
    on_open: Callable[[str], None]
    """The row was double-clicked."""
    on_toggle: Callable[[str], None]
    """The row is to be selected or not any more."""
    on_select_all: Callable[[], None]
    on_menu: Callable[[str, int, int], None]
    """The row's menu is wanted there on the screen."""
    on_seen: Callable[[Sequence[PageRow]], None]
    """These rows can be seen now."""


class PageList(Area):
    """Shows rows; knows which one is active, and nothing else."""

    def __init__(self, parent: tk.Misc, listener: Listener) -> None:
        super().__init__(parent)
        self._listener = listener
        self._rows: Sequence[PageRow] = ()
        self._cards: list[PageRowView] = []
        self._offset = 0
        """Real pixels by which the list is scrolled."""
        self.active = 0
        """The index of the row that the keyboard is at."""
        self._focused = False
        self._typed, self._typed_at = "", 0.0
        self._drawing: str | None = None
        self._height = self.theme.px(HEIGHT)
        self._button_width = button_width(self.theme)
        self.canvas = mean(
            tk.Canvas(self, highlightthickness=0, borderwidth=0, takefocus=True, background=self.theme.palette.window),
            "list",
        )
        style = f"{self.surface.value}.Own.Vertical.TScrollbar"
        self._bar = ttk.Scrollbar(self, orient="vertical", command=self._drag, style=style, takefocus=False)
        self._bar.pack(side="right", fill="y", padx=(self.theme.px(TIGHT), 0))
        self.canvas.pack(side="left", fill="both", expand=True)
        self._bind()

    def show(self, rows: Sequence[PageRow]) -> None:
        """Show other rows; the active one stays where it is, as far as it is still there."""
        active = self._rows[self.active].page_id if self.active < len(self._rows) else ""
        self._rows = rows
        self.active = next(
            (at for at, row in enumerate(rows) if row.page_id == active), min(self.active, len(rows) - 1)
        )
        self.active = max(0, self.active)
        self._scroll_to(self._offset)
        self.redraw()

    def __len__(self) -> int:
        return len(self._rows)

    def redraw(self) -> None:
        """Draw soon, once for all that happens until then."""
        if self._drawing is None:
            self._drawing = self.after_idle(self._draw)

    def destroy(self) -> None:
        """Draw no more, also not for a picture that comes late."""
        if self._drawing is not None:
            self.after_cancel(self._drawing)
        self._drawing = "over"
        super().destroy()

    def turn(self, steps: int) -> None:
        """Scroll by steps of the wheel."""
        self._scroll_to(self._offset + steps * self._height // 2)

    def _bind(self) -> None:
        on = self.canvas.bind
        on("<Configure>", lambda event: self._resize())
        on("<FocusIn>", lambda event: self._set_focused(True))
        on("<FocusOut>", lambda event: self._set_focused(False))
        on("<Button-1>", self._click)
        on("<Double-Button-1>", self._double_click)
        for sequence in ("<Button-3>", "<Button-2>"):
            on(sequence, self._right_click)
        on("<Up>", lambda event: self._go_to(self.active - 1))
        on("<Down>", lambda event: self._go_to(self.active + 1))
        on("<Prior>", lambda event: self._go_to(self.active - self._page()))
        on("<Next>", lambda event: self._go_to(self.active + self._page()))
        on("<Home>", lambda event: self._go_to(0))
        on("<End>", lambda event: self._go_to(len(self._rows) - 1))
        on("<space>", lambda event: self._tell(self._listener.on_toggle))
        for key in ("<Return>", "<KP_Enter>"):
            on(key, lambda event: self._tell_if_able())
        on("<Control-a>", lambda event: self._listener.on_select_all())
        on("<Control-c>", lambda event: self._copy())
        for key in ("<Shift-F10>", "<Menu>", "<App>"):
            self._bind_if_known(key)
        on("<Key>", self._type)

    def _bind_if_known(self, key: str) -> None:
        try:
            self.canvas.bind(key, lambda event: self._open_menu())
        except tk.TclError:
            return  # each system knows its own name of the menu key

    def _tell(self, listener: Callable[[str], None]) -> str:
        if self.active < len(self._rows):
            listener(self._rows[self.active].page_id)
        return "break"

    def _tell_if_able(self) -> str:
        if self.active < len(self._rows) and self._rows[self.active].can_act:
            self._listener.on_act(self._rows[self.active].page_id)
        return "break"

    def _open_menu(self) -> str:
        y = self.active * self._height - self._offset + self._height // 2
        x, top = self.canvas.winfo_rootx() + self.theme.px(90), self.canvas.winfo_rooty()
        return self._tell(lambda page_id: self._listener.on_menu(page_id, x, top + y))

    def _copy(self) -> str:
        chosen = [row.text for row in self._rows if row.selected]
        if not chosen and self.active < len(self._rows):
            chosen = [self._rows[self.active].text]
        copy_text(self, "\n".join(chosen))
        return "break"

    def _type(self, event: "tk.Event[tk.Canvas]") -> None:
        if not event.char or not event.char.isprintable() or int(event.state) & 0x4:
            return
        now = monotonic()
        self._typed = event.char if now - self._typed_at > _TYPING else self._typed + event.char
        self._typed_at = now
        order = [*range(self.active + (len(self._typed) == 1), len(self._rows)), *range(self.active + 1)]
        for index in order:
            if index < len(self._rows) and self._rows[index].name.casefold().startswith(self._typed.casefold()):
                self._go_to(index)
                return

    def _index_at(self, y: int) -> int | None:
        index = (y + self._offset) // self._height
        return index if 0 <= index < len(self._rows) else None

    def _click(self, event: "tk.Event[tk.Canvas]") -> None:
        self.canvas.focus_set()
        index = self._index_at(event.y)
        if index is None:
            return
        self.active = index
        self.redraw()
        if event.x < self.theme.px(40) or int(event.state) & 0x4:
            self._tell(self._listener.on_toggle)

    def _double_click(self, event: "tk.Event[tk.Canvas]") -> None:
        if self._index_at(event.y) is not None and event.x >= self.theme.px(40):
            self._tell(self._listener.on_open)

    def _right_click(self, event: "tk.Event[tk.Canvas]") -> None:
        index = self._index_at(event.y)
        if index is not None:
            self.active = index
            self.redraw()
            self._listener.on_menu(self._rows[index].page_id, event.x_root, event.y_root)

    def _page(self) -> int:
        return max(1, self.canvas.winfo_height() // self._height - 1)

    def _go_to(self, index: int) -> str:
        if self._rows:
            self.active = max(0, min(index, len(self._rows) - 1))
            top = self.active * self._height
            view = self.canvas.winfo_height()
            self._scroll_to(min(top, max(self._offset, top + self._height - view)))
            self.redraw()
        return "break"

    def _set_focused(self, focused: bool) -> None:
        self._focused = focused
        self.redraw()

    def _drag(self, verb: str, amount: str, unit: str = "") -> None:
        if verb == "moveto":
            self._scroll_to(round(float(amount) * len(self._rows) * self._height))
        else:
            step = self.canvas.winfo_height() if unit == "pages" else self._height
            self._scroll_to(self._offset + int(amount) * step)

    def _scroll_to(self, offset: int) -> None:
        most = max(0, len(self._rows) * self._height - self.canvas.winfo_height())
        wanted = max(0, min(offset, most))
        if wanted != self._offset:
            self._offset = wanted
            self.redraw()

    def _resize(self) -> None:
        self._scroll_to(self._offset)
        self.redraw()

    def _draw(self) -> None:
        self._drawing = None
        width, view = self.canvas.winfo_width(), self.canvas.winfo_height()
        first = self._offset // self._height
        shown = self._rows[first : first + view // self._height + 2] if view > 1 else ()
        while len(self._cards) < len(shown):
            self._cards.append(PageRowView(self.canvas, self.theme, self._listener.on_act))
        for at, card in enumerate(self._cards):
            if at >= len(shown):
                card.hide()
                continue
            index = first + at
            top = index * self._height - self._offset
            active = index == self.active
            card.show(shown[at], top, width, self._button_width, active=active, focused=self._focused)
        self._move_bar(view)
        self._listener.on_seen(shown)

    def _move_bar(self, view: int) -> None:
        whole = max(1, len(self._rows) * self._height)
        self._bar.set(self._offset / whole, min(1.0, (self._offset + view) / whole))
        if whole <= view:
            self._bar.pack_forget()
        elif not self._bar.winfo_ismapped():
            self._bar.pack(side="right", fill="y", padx=(self.theme.px(TIGHT), 0), before=self.canvas)
