"""The window: a frame with a side bar and one screen at a time."""

import tkinter as tk
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageTk

from fbtool import language
from fbtool.desktop import os_integration
from fbtool.desktop.design_tokens import Mode
from fbtool.desktop.preferences import SYSTEM
from fbtool.desktop.presenters.pages import PagesPresenter
from fbtool.desktop.presenters.presenter import Navigator, Presenter
from fbtool.desktop.screens.screen import Column, Screen
from fbtool.desktop.sidebar import Sidebar
from fbtool.desktop.splash import Splash
from fbtool.desktop.theme import Surface, Theme
from fbtool.desktop.toast import Toast
from fbtool.desktop.widgets import Area, wheel_steps

ScreenFactory = Callable[[Area], Screen[Any]]


class MainWindow:
    """Holds the root window, applies the theme, and shows one screen."""

    def __init__(self, splash: Splash, pages: Callable[[], PagesPresenter]) -> None:
        self.root, self._preferences, self._pages = splash.root, splash.preferences, pages
        self._splash, self._system_mode = splash, splash.system_mode
        root = self.root
        self.theme = Theme(root, self._mode(), splash.scale)
        self._navigator: Navigator | None = None
        self._logo: ImageTk.PhotoImage | None = None
        self._ground = Area(root, self.theme, Surface.WINDOW)
        self._ground.pack(fill="both", expand=True)
        self.toast = Toast(self._ground)
        self._sidebar: Sidebar | None = None
        self.screen: Screen[Any] | None = None
        self._presenter: Presenter | None = None
        self._make: ScreenFactory | None = None
        self._refreshing = ""
        root.bind_all("<MouseWheel>", self._turn)
        root.bind_all("<Button-4>", self._turn)
        root.bind_all("<Button-5>", self._turn)
        root.bind_all("<FocusIn>", self._reveal)

    def set_icon(self, logo: Image.Image) -> None:
        """Show the program's logo in the title bar and among the system's windows."""
        self._logo = self.theme.images.photo(logo)
        self.root.iconphoto(True, str(self._logo))

    def show(self, presenter: Presenter, make: ScreenFactory, navigator: Navigator) -> None:
        """Show a screen in place of the one before."""
        if self._presenter is not None and self._presenter is not presenter:
            self._presenter.unwatch()
            self._presenter.leave()
        self._presenter, self._make, self._navigator = presenter, make, navigator
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

    def apply_appearance(self) -> None:
        """Use the chosen language and theme, and build what is shown anew."""
        language.use(self._preferences.now.language_for(self._splash.first_language))
        mode = self._mode()
        if mode is not self.theme.mode:
            self.theme.apply(mode)
        os_integration.colour_title_bar(self.root, mode)
        if self._sidebar is not None:
            self._sidebar.destroy()
            self._sidebar = None
        self.toast.hide()
        self._build()

    def follow_system(self, mode: Mode) -> None:
        """The system wants this theme now."""
        self._system_mode = mode
        if self._preferences.now.theme == SYSTEM and mode is not self.theme.mode:
            self.apply_appearance()

    def _mode(self) -> Mode:
        return self._preferences.now.mode_for(self._system_mode)

    def _build(self) -> None:
        if self._make is None or self._navigator is None:
            return
        if self.screen is not None:
            self.screen.destroy()
        screen = self._make(self._ground)
        self.screen = screen
        if screen.sidebar and self._sidebar is None:
            self._sidebar = Sidebar(self._ground, self._navigator, lambda: self._pages().fetch_newer())
            self._sidebar.pack(side="left", fill="y")
        elif not screen.sidebar and self._sidebar is not None:
            self._sidebar.destroy()
            self._sidebar = None
        screen.pack(side="left", fill="both", expand=True)
        self._splash.end()
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
