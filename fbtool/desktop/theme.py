"""Our own ttk theme on `clam`: every control from drawn shapes, in both modes, on every surface.

A ttk image element shows the widget's background in its corners, so a control needs a style for each surface that it
stands on: ``Sidebar.Quiet.TButton`` is the quiet button on the sidebar. `Surface` names them.
"""

import tkinter as tk
from enum import Enum
from functools import partial
from tkinter import font as tkfont
from tkinter import ttk
from typing import Any

from PIL import Image, ImageTk

from fbtool.desktop import design_tokens, os_integration
from fbtool.desktop.design_tokens import RADIUS, Mode
from fbtool.desktop.image_cache import ImageCache
from fbtool.desktop.shapes import CLEAR, Shapes
from fbtool.palette import Palette, Tone


class Surface(Enum):
    """What a control stands on. The value begins its style's name."""

    WINDOW = "Window"
    SIDEBAR = "Sidebar"
    GOOD = "Good"
    OPEN = "Open"
    BUSY = "Busy"
    WARNING = "Warning"
    BAD = "Bad"
    ACTIVE = "Active"
    """A row of the list that the keyboard is at."""
    SELECTED = "Selected"
    """A selected row of the list."""


TONE_OF = {Surface[tone.name]: tone for tone in Tone}
SURFACE_OF = {tone: surface for surface, tone in TONE_OF.items()}


class Fonts:
    """The type scale as Tk fonts, in points: they follow the system's scale by themselves."""

    def __init__(self, root: tk.Misc) -> None:
        make = partial(tkfont.Font, root=root, family=os_integration.family(root))
        self.small = make(size=design_tokens.SMALL)
        self.body = make(size=design_tokens.BODY)
        self.strong = make(size=design_tokens.BODY, weight="bold")
        self.heading = make(size=design_tokens.HEADING, weight="bold")
        self.title = make(size=design_tokens.TITLE, weight="bold")


class Theme:
    """The look of one window; `apply` changes its mode."""

    def __init__(self, root: tk.Tk, mode: Mode, scale: float) -> None:
        self.root = root
        self.mode = mode
        self._palettes = os_integration.palettes()
        self.scale = scale
        self.shapes = Shapes(self.scale)
        self.images = ImageCache(root, self.shapes)
        self.fonts = Fonts(root)
        self._style = ttk.Style(root)
        self._kept: dict[Mode, list[ImageTk.PhotoImage]] = {}
        self.apply(mode)

    @property
    def palette(self) -> Palette:
        """The colours of the current mode."""
        return self._palettes[self.mode]

    def px(self, length: float) -> int:
        """A length of the design in real pixels."""
        return self.shapes.px(length)

    def background(self, surface: Surface) -> str:
        """The colour of a surface."""
        if surface in TONE_OF:
            return self.palette.tones[TONE_OF[surface]].surface
        it = self.palette
        plain = {Surface.SIDEBAR: it.sidebar, Surface.ACTIVE: it.hover, Surface.SELECTED: it.selected}
        return plain.get(surface, it.window)

    def edge(self, surface: Surface) -> str:
        """The colour of the line around a card; one that is coloured like the window is seen by its line alone."""
        ground = self.background(surface)
        return self.palette.line if ground == self.palette.window else ground

    def ink(self, surface: Surface) -> str:
        """The colour of text on a surface."""
        return self.palette.tones[TONE_OF[surface]].ink if surface in TONE_OF else self.palette.text

    def apply(self, mode: Mode) -> None:
        """Put the mode on. Widgets of ttk follow at once; what is drawn by hand has to be drawn again."""
        self.mode = mode
        name = f"fbtool-{mode.value}"
        if mode not in self._kept:
            self._kept[mode] = []
            self._style.theme_create(name, "clam")
            self._style.theme_use(name)
            self._make_elements()
            self._configure()
        self._style.theme_use(name)
        self.root.configure(background=self.palette.window)

    def _image(self, image: Image.Image) -> ImageTk.PhotoImage:
        photo = self.images.photo(image)
        self._kept[self.mode].append(photo)
        return photo

    def _make_elements(self) -> None:
        it, draw = self.palette, self.shapes.control
        quiet, primary, off = (it.control, it.border), (it.accent, it.accent), (it.disabled, it.line)
        for kind, rest, hover, pressed in (
            ("Quiet", quiet, (it.hover, it.border), (it.pressed, it.border)),
            ("Primary", primary, (it.accent_hover, it.accent_hover), (it.accent_hover, it.accent_hover)),
            ("Danger", (it.danger, it.danger), (it.danger, it.text), (it.danger, it.text)),
            ("Plain", (CLEAR, CLEAR), (it.hover, it.hover), (it.pressed, it.pressed)),
            ("Chosen", *3 * ((it.chosen, it.accent),)),
        ):
            disabled = rest if kind == "Plain" else off
            self._control(
                f"{kind}.button", draw(*rest), ("disabled", draw(*disabled)), ("pressed", "active", draw(*pressed)),
                ("focus", draw(*rest, it.ring)), ("active", draw(*hover)),
            )  # fmt: skip
        self._control(
            "Own.field", draw(*quiet), ("disabled", draw(*off)),
            ("invalid", "focus", draw(it.control, it.danger, it.danger)), ("invalid", draw(it.control, it.danger)),
            ("focus", draw(*quiet, it.ring)),
        )  # fmt: skip
        for surface in (Surface.WINDOW, *TONE_OF):
            image = draw(self.background(surface), self.edge(surface), radius=8).crop(self._without_margin(8))
            self._style.element_create(
                f"{surface.value}.card", "image", self._image(image),
                border=self.px(8) + 1, width=1, height=1, sticky="nswe",
            )  # fmt: skip
        self._indicators()
        self._bars()

    def _without_margin(self, radius: float) -> tuple[int, int, int, int]:
        margin = self.shapes.margin
        whole = self.shapes.control(CLEAR, CLEAR, radius=radius).size
        return margin, margin, whole[0] - margin, whole[1] - margin

    def _control(self, name: str, rest: Image.Image, *states: Any) -> None:
        """An element of a control: its image at rest, and those of its states, each behind the names of the state."""
        corner = self.px(RADIUS) + self.shapes.margin
        self._style.element_create(
            name, "image", self._image(rest), *((*when, self._image(image)) for *when, image in states),
            border=corner, padding=self.shapes.margin, width=2 * corner, height=2 * corner, sticky="nswe",
        )  # fmt: skip

    def _indicators(self) -> None:
        it = self.palette
        for kind, draw in (("check", self.shapes.tick_box), ("radio", self.shapes.radio)):
            on, off = partial(draw, it.accent, it.accent, it.on_accent), partial(draw, it.control, it.border)
            if kind == "radio":
                on = partial(draw, it.control, it.accent, it.accent)
            self._style.element_create(
                f"Own.{kind}", "image", self._image(off()),
                ("selected", "focus", self._image(on(ring=it.ring))), ("selected", self._image(on())),
                ("focus", self._image(off(ring=it.ring))),
                width=self.px(26), sticky="w",
            )  # fmt: skip

    def _bars(self) -> None:
        it = self.palette
        thumb = self._image(self.shapes.stem(it.thumb, 6, 3))
        bright = self._image(self.shapes.stem(it.dim, 6, 3))
        self._style.element_create(
            "Own.thumb", "image", thumb, ("pressed", bright), ("active", bright),
            border=(0, self.px(5)), height=self.px(32), sticky="ns",
        )  # fmt: skip
        # The way still to go is hollow, so that it is told from the way gone by more than a colour.
        for name, fill, line in (("Own.trough", it.disabled, it.line), ("Own.pbar", it.accent, it.accent)):
            image = self._image(self.shapes.bar(fill, line, 4))
            self._style.element_create(name, "image", image, border=self.px(2), width=self.px(40), sticky="we")

    def _configure(self) -> None:
        it, style, fonts = self.palette, self._style, self.fonts
        style.configure(
            ".", background=it.window, foreground=it.text, font=fonts.body, borderwidth=0, focuscolor=it.ring,
            insertcolor=it.text, selectbackground=it.accent, selectforeground=it.on_accent,
        )  # fmt: skip
        inside = (self.px(14), self.px(5))
        for kind, ink in (("Quiet", it.text), ("Primary", it.on_accent), ("Danger", it.on_danger), ("Plain", it.text),
                          ("Chosen", it.on_chosen)):  # fmt: skip
            name = f"{kind}.TButton"
            style.layout(name, _nested(f"{kind}.button", "Button.padding", "Button.label"))
            style.configure(name, foreground=ink, padding=inside, anchor="center")
            style.map(name, foreground=[("disabled", it.faint)], background=[])
        style.configure("Plain.TButton", padding=(self.px(8), self.px(5)), anchor="w")
        style.layout("Own.TEntry", _nested("Own.field", "Entry.padding", "Entry.textarea"))
        style.configure("Own.TEntry", padding=(self.px(10), self.px(6)), foreground=it.text, fieldbackground=it.control)
        style.map("Own.TEntry", foreground=[("disabled", it.faint)])
        for kind, base in (("check", "TCheckbutton"), ("radio", "TRadiobutton")):
            label = f"{base[1:]}.label"
            style.layout(base, [(f"Own.{kind}", {"side": "left", "sticky": "w"}),
                                (label, {"side": "left", "sticky": "we"})])  # fmt: skip
            # A control has no width to wrap at; this one fits into a card of the smallest window.
            style.configure(base, wraplength=self.px(380))
            style.map(base, background=[], foreground=[("disabled", it.faint)], indicatorcolor=[])
        style.layout("Own.Vertical.TScrollbar", [("Own.thumb", {"sticky": "nswe"})])
        style.configure("Own.Vertical.TScrollbar", troughcolor=it.window)
        style.layout("Own.Horizontal.TProgressbar", [("Own.trough", {"sticky": "we", "children": [
            ("Own.pbar", {"side": "left", "sticky": "w"})]})])  # fmt: skip
        style.configure("Own.Horizontal.TProgressbar", background=it.window)
        for surface in Surface:
            self._configure_surface(surface)

    def _configure_surface(self, surface: Surface) -> None:
        it, style, name = self.palette, self._style, surface.value
        ground, ink = self.background(surface), self.ink(surface)
        dim = ink if surface in TONE_OF else it.dim
        if surface is Surface.WINDOW or surface in TONE_OF:
            style.layout(f"{name}.Card.TFrame", [(f"{name}.card", {"sticky": "nswe"})])
            style.configure(f"{name}.Card.TFrame", background=it.window)
            # What shows behind its round corners.
            style.configure(f"{Surface.SIDEBAR.value}.{name}.Card.TFrame", background=it.sidebar)
        style.configure(f"{name}.TFrame", background=ground)
        for kind, colour, font in (
            ("", ink, self.fonts.body), ("Dim.", dim, self.fonts.body), ("Small.", dim, self.fonts.small),
            ("Strong.", ink, self.fonts.strong), ("Heading.", ink, self.fonts.heading),
            ("Title.", ink, self.fonts.title),
        ):  # fmt: skip
            style.configure(f"{name}.{kind}TLabel", background=ground, foreground=colour, font=font)
        for kind in ("Quiet", "Primary", "Danger", "Plain", "Chosen"):
            style.configure(f"{name}.{kind}.TButton", background=ground)
        for kind in ("TCheckbutton", "TRadiobutton", "Own.TEntry"):
            style.configure(f"{name}.{kind}", background=ground)
            style.map(f"{name}.{kind}", background=[("active", ground)])
        style.configure(f"{name}.Own.Horizontal.TProgressbar", background=ground)
        style.configure(f"{name}.Own.Vertical.TScrollbar", background=ground, troughcolor=ground)


def _nested(*elements: str) -> Any:
    """The layout of elements that lie in one another."""
    inner = _nested(*elements[1:]) if elements[1:] else []
    return [(elements[0], {"sticky": "nswe", "children": inner} if inner else {"sticky": "nswe"})]
