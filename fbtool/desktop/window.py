"""The window: a frame with a side bar and one screen at a time."""

import tkinter as tk
from collections.abc import Callable

from fbtool import language
from fbtool.desktop import sign, system
from fbtool.desktop.chips import Stock
from fbtool.desktop.house import Presenter, Way
from fbtool.desktop.preferences import SYSTEM, PreferencesFile
from fbtool.desktop.presenters.pages import Pages
from fbtool.desktop.screens.screen import Column, Screen
from fbtool.desktop.sidebar import Sidebar
from fbtool.desktop.theme import Surface, Theme
from fbtool.desktop.toast import Toast
from fbtool.desktop.tokens import Mode
from fbtool.desktop.widgets import Area, wheel_steps

SMALLEST = (860, 560)
"""Pixels at 100 %; on a small screen less."""
USUAL = (1100, 720)
_MOST_OF_THE_SCREEN = 0.9
Make = Callable[[Area, Stock], Screen]


class Frame:
    """Holds the root window, wears the theme, and shows one screen."""

    def __init__(self, root: tk.Tk, preferences: PreferencesFile, pages: Callable[[], Pages]) -> None:
        self.root, self._preferences, self._pages = root, preferences, pages
        self._first_language = language.current()
        """The system's, or that of the command line."""
        self.speak()
        self._system_mode = system.preferred_mode()
        self.theme = Theme(root, self._mode())
        self._way: Way | None = None
        self._stock = Stock(self.theme)
        self._icon = self.theme.photo(sign.draw(128))
        root.iconphoto(True, str(self._icon))
        self._ground = Area(root, self.theme, Surface.WINDOW)
        self._ground.pack(fill="both", expand=True)
        self.toast = Toast(self._ground)
        self._sidebar: Sidebar | None = None
        self.screen: Screen | None = None
        self._presenter: Presenter | None = None
        self._make: Make | None = None
        self._refreshing = ""
        self._place()
        root.bind_all("<MouseWheel>", self._turn)
        root.bind_all("<Button-4>", self._turn)
        root.bind_all("<Button-5>", self._turn)
        root.bind_all("<FocusIn>", self._reveal)

    @property
    def stock(self) -> Stock:
        """The shared small pictures."""
        return self._stock

    def show(self, presenter: Presenter, make: Make, way: Way) -> None:
        """Show a screen in place of the one before."""
        if self._presenter is not None and self._presenter is not presenter:
            self._presenter.unwatch()
            self._presenter.leave()
        self._presenter, self._make, self._way = presenter, make, way
        presenter.on_change = self.refresh_soon
        self._build()

    def leave(self) -> None:
        """Nothing is shown any more."""
        self.toast.hide()
        if self._refreshing:
            self.root.after_cancel(self._refreshing)
            self._refreshing = ""
        if self._presenter is not None:
            self._presenter.unwatch()
            self._presenter.leave()

    def forget_screen(self) -> None:
        """Let go of the screen, so that nothing of it outlives the root window."""
        if self.screen is not None:
            self.screen.destroy()
        self.screen, self._make, self._presenter = None, None, None

    def refresh_soon(self) -> None:
        """Show the state anew, once for all changes until then."""
        if not self._refreshing:
            self._refreshing = self.root.after_idle(self._refresh)

    def refresh_sidebar(self) -> None:
        """Show what is beside the screen anew."""
        if self._sidebar is not None:
            pages = self._pages()
            self._sidebar.show(pages.overview, pages.newer)

    def speak(self) -> None:
        """Speak the chosen language; without a choice the system's."""
        chosen = self._preferences.now.language
        language.use(chosen if chosen in language.LANGUAGES else self._first_language)

    def wear(self) -> None:
        """Speak the chosen language, wear the chosen theme, and build what is shown anew."""
        self.speak()
        mode = self._mode()
        if mode is not self.theme.mode:
            self.theme.wear(mode)
            self._stock = Stock(self.theme)
        system.colour_title_bar(self.root, mode)
        if self._sidebar is not None:
            self._sidebar.destroy()
            self._sidebar = None
        self.toast.hide()
        self._build()

    def follow_system(self, mode: Mode) -> None:
        """The system wants this theme now."""
        self._system_mode = mode
        if self._preferences.now.theme == SYSTEM and mode is not self.theme.mode:
            self.wear()

    def keep_place(self) -> None:
        """Remember size and place."""
        maximised = system.is_maximised(self.root)
        changed: dict[str, object] = {"maximised": maximised}
        if not maximised:
            changed["geometry"] = self.root.geometry()
        self._preferences.change(**changed)

    def _mode(self) -> Mode:
        """The chosen theme; without a choice the system's."""
        chosen = self._preferences.now.theme
        return next((mode for mode in Mode if mode.value == chosen), self._system_mode)

    def _build(self) -> None:
        if self._make is None or self._way is None:
            return
        if self.screen is not None:
            self.screen.destroy()
        screen = self._make(self._ground, self._stock)
        self.screen = screen
        if screen.sidebar and self._sidebar is None:
            self._sidebar = Sidebar(self._ground, self._stock, self._way, lambda: self._pages().fetch_newer())
            self._sidebar.pack(side="left", fill="y")
        elif not screen.sidebar and self._sidebar is not None:
            self._sidebar.destroy()
            self._sidebar = None
        screen.pack(side="left", fill="both", expand=True)
        self._refresh()
        screen.enter()

    def _refresh(self) -> None:
        self._refreshing = ""
        if self.screen is None:
            return
        self.screen.refresh()
        self.refresh_sidebar()
        overview = self._pages().overview
        name = f" – {overview.account.name}" if overview else ""
        self.root.title(f"{self.screen.title}{name} – fbtool")

    def _place(self) -> None:
        root, px = self.root, self.theme.px
        wide, high = root.winfo_screenwidth(), root.winfo_screenheight()
        smallest = [min(px(length), round(whole * 0.8)) for length, whole in zip(SMALLEST, (wide, high), strict=True)]
        root.minsize(*smallest)
        size = [min(px(length), round(whole * _MOST_OF_THE_SCREEN))
                for length, whole in zip(USUAL, (wide, high), strict=True)]  # fmt: skip
        wanted = self._preferences.now.geometry
        root.geometry(wanted if wanted and _fits(wanted, wide, high) else f"{size[0]}x{size[1]}")
        if self._preferences.now.maximised:
            system.maximise(root, on=True)

    def _turn(self, event: "tk.Event[tk.Misc]") -> None:
        found: tk.Misc | None = event.widget if isinstance(event.widget, tk.Misc) else None
        while found is not None:
            turn = getattr(found, "turn", None)
            if turn is not None:
                turn(wheel_steps(event))
                return
            found = getattr(found, "master", None)

    def _reveal(self, event: "tk.Event[tk.Misc]") -> None:
        if isinstance(self.screen, Column) and str(event.widget).startswith(str(self.screen.body)):
            self.screen.reveal(event.widget)


def _fits(geometry: str, wide: int, high: int) -> bool:
    """Whether a remembered place is still on the screen: a monitor may be gone."""
    size, *place = geometry.replace("-", "+-").split("+")
    try:
        width, height = (int(part) for part in size.split("x"))
        left, top = (int(part) for part in place[:2]) if len(place) >= 2 else (0, 0)
    except ValueError:
        return False
    return 200 <= width <= wide and 200 <= height <= high and -50 <= left <= wide - 100 and -50 <= top <= high - 100
