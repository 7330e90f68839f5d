"""The program: it puts services, window and presenters together, and knows which screen comes when."""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic

from PIL import Image

from fbtool.desktop import crash_log, logo, os_integration, proxy_setting, tasks, window_geometry
from fbtool.desktop.image_cache import AVATAR
from fbtool.desktop.jobs import Jobs
from fbtool.desktop.main_window import MainWindow
from fbtool.desktop.page_row import PageRow
from fbtool.desktop.presenters.connecting import ConnectingPresenter, MemoryOnlyConsent
from fbtool.desktop.presenters.details import DetailsPresenter
from fbtool.desktop.presenters.pages import PagesPresenter
from fbtool.desktop.presenters.presenter import Confirmation, Presenter, Services
from fbtool.desktop.presenters.repairing import RepairingPresenter
from fbtool.desktop.presenters.settings import SettingsPresenter
from fbtool.desktop.presenters.signing_in import SigningInPresenter
from fbtool.desktop.screens.about import AboutScreen
from fbtool.desktop.screens.confirmation import ConfirmationScreen
from fbtool.desktop.screens.connecting import ConnectingScreen
from fbtool.desktop.screens.crash import CrashScreen
from fbtool.desktop.screens.details import DetailsScreen
from fbtool.desktop.screens.missing_page import MissingPageScreen
from fbtool.desktop.screens.pages import PagesScreen
from fbtool.desktop.screens.repairing import RepairingScreen
from fbtool.desktop.screens.screen import P, Screen
from fbtool.desktop.screens.settings import SettingsScreen
from fbtool.desktop.screens.signing_in import SigningInScreen
from fbtool.desktop.splash import Splash
from fbtool.desktop.widgets import Area
from fbtool.facebook.login import Ask
from fbtool.language import Sentence
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.signin.runner import SignInOptions
from fbtool.problem import Problem

_GRACE = 5.0
"""Seconds that work under way gets to end in good order when the window closes."""
_LOOK_EVERY = 50
_LOGO = 128
"""Pixels: what systems show the largest."""


class Application:
    """One window. It is the `Navigator` of all presenters."""

    def __init__(self, splash: Splash, workplace: Workplace, consent: MemoryOnlyConsent) -> None:
        self.root = root = splash.root
        self.closed = False
        self._garbage_collector = splash.garbage_collector
        self._garbage_collector.settle()
        self._consent = consent
        self.jobs = Jobs(root, self.crash)
        self._pictures = Jobs(root, lambda error: None)
        self.main_window = MainWindow(splash, lambda: self.pages)
        self.services = Services(self.jobs, workplace, splash.preferences, self, self.main_window.apply_appearance)
        self.pages = PagesPresenter(self.services)
        self._asked_pictures: set[str] = set()
        self._trail: list[Callable[[], None]] = [self.home]
        """How the screens came to be shown that Esc goes back to; a repair is not begun anew by going back."""
        crash_log.catch_all(root, self.crash)
        root.protocol("WM_DELETE_WINDOW", self.close)
        self._bind_keys()
        root.bind("<FocusIn>", self._came_back, add=True)

    def begin(self) -> None:
        """Show the first screen."""
        workplace = self.services.workplace
        # Drawing the logo takes longer than the window may stand still.
        self._pictures.start(lambda job: logo.draw(_LOGO), self.main_window.set_icon, _ignore)
        self.jobs.start(
            lambda job: proxy_setting.apply_saved(workplace), lambda _: self.home(), lambda problem: self.home()
        )

    # ---- navigation --------------------------------------------------------------------------------------

    def back(self) -> None:
        """See `Navigator.back`."""
        self._trail.pop()
        before = self._trail.pop() if self._trail else self.home
        before()

    def home(self, *, anew: bool = False) -> None:
        """See `Navigator.home`."""
        self._trail = [self.home]
        self._show(self.pages, partial(PagesScreen, see=self._see))
        if anew or self.pages.overview is None:
            self.pages.refresh()

    def connect(self) -> None:
        """See `Navigator.connect`."""
        self._come(self.connect)
        it = ConnectingPresenter(self.services, self._consent)
        can_go_back = self.pages.overview is not None
        self._show(it, partial(ConnectingScreen, can_go_back=can_go_back))

    def sign_in(self, options: SignInOptions | None = None) -> None:
        """See `Navigator.sign_in`."""
        self._come(lambda: self.sign_in(options))
        overview = self.pages.overview
        first = overview is None or (overview.person is None and not overview.pages)
        usual = SignInOptions() if overview is None or overview.person is None else SignInOptions(Ask.DECLINED)
        it = SigningInPresenter(self.services, options or usual, first=first)
        self._show(it, SigningInScreen)

    def details(self, page_id: str) -> None:
        """See `Navigator.details`."""
        self._come(lambda: self.details(page_id))
        it = DetailsPresenter(self.services, self.pages, page_id)
        self._show(it, DetailsScreen)
        it.begin()

    def repair(self, wanted: tuple[str, ...] = ()) -> None:
        """See `Navigator.repair`."""
        it = RepairingPresenter(self.services, wanted)
        self._show(it, RepairingScreen)
        it.begin()

    def missing(self) -> None:
        """See `Navigator.missing`."""
        self._come(self.missing)
        self._show(Presenter(self.services), MissingPageScreen)

    def settings(self) -> None:
        """See `Navigator.settings`."""
        self._come(self.settings)
        self._show(SettingsPresenter(self.services, self.pages), SettingsScreen)

    def about(self) -> None:
        """See `Navigator.about`."""
        self._come(self.about)
        self._show(Presenter(self.services), AboutScreen)

    def confirm(self, confirmation: Confirmation) -> None:
        """See `Navigator.confirm`."""
        self._show(Presenter(self.services), partial(ConfirmationScreen, confirmation=confirmation))

    def forget(self) -> None:
        """See `Navigator.forget`."""
        self.pages.forget()
        self.home()

    def show_newer(self) -> None:
        """See `Navigator.show_newer`."""
        self.main_window.refresh_sidebar()

    def show_toast(self, text: Sentence, *, bad: bool = False) -> None:
        """See `Navigator.show_toast`."""
        self.main_window.toast.show(text, bad=bad)

    def crash(self, error: BaseException) -> None:
        """Tell of a defect."""
        if isinstance(error, KeyboardInterrupt):  # Ctrl-C in the terminal that started the window
            self.close()
            return
        self._show(Presenter(self.services), partial(CrashScreen, report=crash_log.note(error)))

    def come_forward(self) -> None:
        """From any thread: bring the window to the front."""
        self.jobs.post(self._raise)

    def _came_back(self, event: "tk.Event[tk.Misc]") -> None:
        # The person comes from another window, which may have been the system's settings.
        if event.widget is self.root:
            self.jobs.start(lambda job: os_integration.preferred_mode(), self.main_window.follow_system, _ignore)

    def _raise(self) -> None:
        self.root.deiconify()
        self.root.lift()
        self.root.focus_force()

    # ---- the end ---------------------------------------------------------------------------------------

    def close(self) -> None:
        """End in good order: what is being linked is ended first, for some seconds at most."""
        if self.closed:
            return
        self.closed = True
        window_geometry.save(self.root, self.services.preferences)
        self.root.withdraw()
        self.main_window.leave()
        self.jobs.stop_all()
        self._close_soon(monotonic() + _GRACE)

    def _close_soon(self, at_the_latest: float) -> None:
        if self.pages.linking.work is not None and monotonic() < at_the_latest:
            self.root.after(_LOOK_EVERY, self._close_soon, at_the_latest)
            return
        self.jobs.close()
        self._pictures.close()
        self.main_window.forget_screen()
        self._garbage_collector.stop()
        self.root.destroy()
        self._garbage_collector.give_back()

    # ---- keys and pictures -----------------------------------------------------------------------------

    def _bind_keys(self) -> None:
        keys: dict[str, Callable[[], object]] = {
            "<F5>": self.pages.refresh,
            "<Control-r>": self.pages.refresh,
            "<F1>": self.about,
            "<Control-comma>": self.settings,
            "<Control-f>": self._search,
            "<Control-l>": self._link,
            "<Control-i>": self._details,
            "<Escape>": self._escape,
        }
        for key, act in keys.items():
            self.root.bind(key, partial(self._do, act))

    def _do(self, act: Callable[[], object], event: "tk.Event[tk.Misc]") -> str:
        act()
        return "break"

    def _search(self) -> None:
        if isinstance(self.main_window.screen, PagesScreen):
            self.main_window.screen.focus_search()

    def _link(self) -> None:
        if isinstance(self.main_window.screen, PagesScreen):
            self.pages.link()

    def _details(self) -> None:
        if isinstance(self.main_window.screen, PagesScreen) and (page_id := self.main_window.screen.active_page()):
            self.details(page_id)

    def _escape(self) -> None:
        if self.main_window.screen is not None:
            self.main_window.screen.escape()

    def _come(self, again: Callable[[], None]) -> None:
        """Remember how to come to this screen again, once if its key is pressed twice."""
        if again != self._trail[-1]:
            self._trail.append(again)

    def _show(self, presenter: P, make: Callable[[Area, P], Screen[P]]) -> None:
        self.main_window.show(presenter, lambda parent: make(parent, presenter), self)

    def _see(self, rows: Sequence[PageRow], redraw: Callable[[], None]) -> None:
        """Fetch the pictures of rows that can be seen and were not asked for."""
        for row in rows:
            if row.picture_url and row.picture_url not in self._asked_pictures:
                self._asked_pictures.add(row.picture_url)
                self._fetch_picture(row.picture_url, redraw)

    def _fetch_picture(self, url: str, redraw: Callable[[], None]) -> None:
        theme = self.main_window.theme
        side = theme.px(AVATAR)

        def done(picture: Image.Image | None) -> None:
            if picture is not None:
                theme.images.keep_page_picture(url, picture)
                redraw()

        self._pictures.start(lambda job: tasks.round_picture(url, side), done, _ignore)


def _ignore(problem: Problem) -> None:
    """It is not missed: initials stay in the place of a picture, and the theme as it is."""
