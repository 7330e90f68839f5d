"""Where things lie when there is little room: rows that go on in a second one, columns that scroll."""

import tkinter as tk
from tkinter import ttk

from fbtool.desktop.design_tokens import NEAR, SPACE
from fbtool.desktop.widgets import Area


class Flow(Area):
    """A row of controls that goes on below where it is too narrow, so that nothing is cut off.

    Its children lie in the order in which they were made; they need no geometry of their own.
    """

    def __init__(self, parent: tk.Misc, *, gap: float = NEAR) -> None:
        super().__init__(parent)
        self._gap = self.theme.px(gap)
        self._known: set[tk.Misc] = set()
        self._laying = self.after_idle(self._lay)
        self.bind("<Configure>", lambda event: self._lay_soon())

    def _lay_soon(self) -> None:
        if not self._laying:
            self._laying = self.after_idle(self._lay)

    def _lay(self) -> None:
        self._laying = ""
        width = self.winfo_width()
        left = top = high = 0
        for child in self.winfo_children():
            if child not in self._known:
                self._known.add(child)
                child.bind("<Configure>", lambda event: self._lay_soon(), add=True)
            wide = child.winfo_reqwidth()
            if left and width > 1 and left + wide > width:
                left, top, high = 0, top + high + self._gap // 2, 0
            assert isinstance(child, tk.Widget)  # noqa: S101 - no window of its own lies here
            child.place(x=left, y=top)
            left += wide + self._gap
            high = max(high, child.winfo_reqheight())
        # Only when it changes: setting it asks for a new layout, which would go round for ever.
        if int(str(self.cget("height")) or 0) != top + high:
            self.configure(height=top + high)

    def destroy(self) -> None:
        """Lay nothing any more."""
        if self._laying:
            self.after_cancel(self._laying)
        self._laying = "over"
        super().destroy()


class ScrollArea(Area):
    """A column that scrolls when the window is too low for it. Put things into `inner`."""

    def __init__(
        self, parent: tk.Misc, *, inside: float = 0, widest: float = 720, centred: bool = False, fills: bool = False
    ) -> None:
        """``fills``: the column is at least as high as what is seen of it, so that something can lie at its foot."""
        super().__init__(parent)
        theme, self._centred, self._fills = self.theme, centred, fills
        self._widest = theme.px(widest)
        self._canvas = tk.Canvas(self, background=theme.background(self.surface), highlightthickness=0, borderwidth=0)
        self._canvas.configure(yscrollincrement=theme.px(24))
        style = f"{self.surface.value}.Own.Vertical.TScrollbar"
        self._bar = ttk.Scrollbar(self, orient="vertical", command=self._canvas.yview, style=style, takefocus=False)
        self._canvas.configure(yscrollcommand=self._show_bar)
        self._canvas.pack(side="left", fill="both", expand=True)
        self.inner = Area(self._canvas, theme, self.surface, inside=inside)
        self._item = self._canvas.create_window(0, 0, anchor="nw", window=self.inner)
        self.inner.bind("<Configure>", lambda event: self._fit())
        self._canvas.bind("<Configure>", lambda event: self._fit())

    def reveal(self, widget: tk.Misc) -> None:
        """Scroll so that ``widget`` can be seen."""
        top = widget.winfo_rooty() - self.inner.winfo_rooty()
        bottom, height = top + widget.winfo_height(), max(1, self.inner.winfo_height())
        seen_top = self._canvas.canvasy(0)
        seen = self._canvas.winfo_height()
        if top < seen_top:
            self._canvas.yview_moveto(max(0, top - self.theme.px(SPACE)) / height)
        elif bottom > seen_top + seen:
            self._canvas.yview_moveto((bottom - seen + self.theme.px(SPACE)) / height)

    def _fit(self) -> None:
        width, height = self._canvas.winfo_width(), self.inner.winfo_reqheight()
        column = min(width, self._widest)
        if self._fills:
            height = max(height, self._canvas.winfo_height())
        self._canvas.itemconfigure(self._item, width=column, height=height if self._fills else 0)
        self._canvas.coords(self._item, (width - column) // 2 if self._centred else 0, 0)
        self._canvas.configure(scrollregion=(0, 0, width, height))

    def _show_bar(self, first: float, last: float) -> None:
        self._bar.set(first, last)
        if float(first) <= 0 and float(last) >= 1:
            self._bar.pack_forget()
        elif not self._bar.winfo_ismapped():
            self._bar.pack(side="right", fill="y", before=self._canvas)

    def turn(self, steps: int) -> None:
        """Scroll by steps of the wheel."""
        if self._bar.winfo_ismapped():
            self._canvas.yview_scroll(steps, "units")
