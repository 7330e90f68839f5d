"""The window: a frame with a side bar and one screen at a time."""

import tkinter as tk
from collections.abc import Callable

from PIL import Image, ImageTk

from fbtool import language
from fbtool.desktop import system
from fbtool.desktop.chips import Stock
from fbtool.desktop.house import Presenter, Way
from fbtool.desktop.opening import Opening
from fbtool.desktop.preferences import SYSTEM
from fbtool.desktop.presenters.pages import Pages
from fbtool.desktop.screens.screen import Column, Screen
from fbtool.desktop.sidebar import Sidebar
from fbtool.desktop.theme import Surface, Theme
from fbtool.desktop.toast import Toast
from fbtool.desktop.tokens import Mode
from fbtool.desktop.widgets import Area, wheel_steps

Make = Callable[[Area, Stock], Screen]


class Frame:
    """Holds the root window, wears the theme, and shows one screen."""

    def __init__(self, opening: Opening, pages: Callable[[], Pages]) -> None:
        self.root, self._preferences, self._pages = opening.root, opening.preferences, pages
        self._opening, self._system_mode = opening, opening.system_mode
        root = self.root
        self.theme = Theme(root, self._mode(), opening.scale)
        self._way: Way | None = None
        self._stock = Stock(self.theme)
        self._sign: ImageTk.PhotoImage | None = None
        self._ground = Area(root, self.theme, Surface.WINDOW)
        self._ground.pack(fill="both", expand=True)
        self.toast = Toast(self._ground)
        self._sidebar: Sidebar | None = None
        self.screen: Screen | None = None
        self._presenter: Presenter | None = None
        self._make: Make | None = None
        self._refreshing = ""
        root.bind_all("<MouseWheel>", self._turn)
        root.bind_all("<Button-4>", self._turn)
        root.bind_all("<Button-5>", self._turn)
        root.bind_all("<FocusIn>", self._reveal)

    @property
    def stock(self) -> Stock:
        """The shared small pictures."""
        return self._stock

    def carry(self, sign: Image.Image) -> None:
        """Show the program's sign in the title bar and among the system's windows."""
        self._sign = self.theme.photo(sign)
        self.root.iconphoto(True, str(self._sign))

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
        language.use(self._preferences.now.language_for(self._opening.first_language))

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

    def _mode(self) -> Mode:
        return self._preferences.now.mode_for(self._system_mode)

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
        self._opening.end()
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
