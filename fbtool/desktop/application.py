"""The program: it puts house, frame and presenters together, and knows which screen comes when."""

import tkinter as tk
from collections.abc import Callable, Sequence
from time import monotonic

from PIL import Image

from fbtool.desktop import crash, errands, place, proxy, sign, system
from fbtool.desktop.chips import AVATAR
from fbtool.desktop.house import House, Presenter, Question
from fbtool.desktop.jobs import Jobs
from fbtool.desktop.opening import Opening
from fbtool.desktop.presenters.connecting import Connecting, Consent
from fbtool.desktop.presenters.details import Details
from fbtool.desktop.presenters.pages import Pages
from fbtool.desktop.presenters.repairing import Repairing
from fbtool.desktop.presenters.settings import Settings
from fbtool.desktop.presenters.signing_in import SigningIn
from fbtool.desktop.rows import Row
from fbtool.desktop.screens.about import AboutScreen
from fbtool.desktop.screens.asking import AskingScreen
from fbtool.desktop.screens.connecting import ConnectingScreen
from fbtool.desktop.screens.crash import CrashScreen
from fbtool.desktop.screens.details import DetailsScreen
from fbtool.desktop.screens.missing import MissingScreen
from fbtool.desktop.screens.pages import PagesScreen
from fbtool.desktop.screens.repairing import RepairingScreen
from fbtool.desktop.screens.settings import SettingsScreen
from fbtool.desktop.screens.signing_in import SigningInScreen
from fbtool.desktop.window import Frame, Make
from fbtool.facebook.login import Ask
from fbtool.language import Sentence
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.signin.runner import Dialog
from fbtool.problem import Problem

_FAREWELL = 5.0
"""Seconds that work under way gets to end in good order when the window closes."""
_LOOK_EVERY = 50
_SIGN = 128
"""Pixels: what systems show the largest."""


class Application:
    """One window. It is the `Way` of all presenters."""

    def __init__(self, opening: Opening, workplace: Workplace, consent: Consent) -> None:
        self.root = root = opening.root
        self.closed = False
        self._tidying = opening.tidying
        self._tidying.settle()
        self._consent = consent
        self.jobs = Jobs(root, self.crash)
        self._pictures = Jobs(root, lambda error: None)
        self.frame = Frame(opening, lambda: self.pages)
        self.house = House(self.jobs, self._pictures, workplace, opening.preferences, self, self.frame.wear)
        self.pages = Pages(self.house)
        self._asked_pictures: set[str] = set()
        self._trail: list[Callable[[], None]] = [self.home]
        """How the screens came to be shown that Esc goes back to; a repair is not begun anew by going back."""
        crash.catch_all(root, self.crash)
        root.protocol("WM_DELETE_WINDOW", self.close)
        self._bind_keys()
        root.bind("<FocusIn>", self._came_back, add=True)

    def begin(self) -> None:
        """Show the first screen."""
        workplace = self.house.workplace
        # Drawing the sign takes longer than the window may stand still.
        self._pictures.start(lambda job: sign.draw(_SIGN), self.frame.carry, _ignore)
        self.jobs.start(lambda job: proxy.use_chosen(workplace), lambda _: self.home(), lambda problem: self.home())

    # ---- the way ---------------------------------------------------------------------------------------

    def back(self) -> None:
        """See `Way.back`."""
        self._trail.pop()
        before = self._trail.pop() if self._trail else self.home
        before()

    def home(self, *, anew: bool = False) -> None:
        """See `Way.home`."""
        self._trail = [self.home]
        self._show(self.pages, lambda parent, stock: PagesScreen(parent, stock, self.pages, self._see))
        if anew or self.pages.overview is None:
            self.pages.refresh()

    def connect(self) -> None:
        """See `Way.connect`."""
        self._come(self.connect)
        it = Connecting(self.house, self._consent)
        can_go_back = self.pages.overview is not None
        self._show(it, lambda parent, stock: ConnectingScreen(parent, stock, it, can_go_back=can_go_back))

    def sign_in(self, dialog: Dialog | None = None) -> None:
        """See `Way.sign_in`."""
        self._come(lambda: self.sign_in(dialog))
        overview = self.pages.overview
        first = overview is None or (overview.person is None and not overview.pages)
        usual = Dialog() if overview is None or overview.person is None else Dialog(Ask.DECLINED)
        it = SigningIn(self.house, dialog or usual, first=first)
        self._show(it, lambda parent, stock: SigningInScreen(parent, stock, it))

    def details(self, page_id: str) -> None:
        """See `Way.details`."""
        self._come(lambda: self.details(page_id))
        it = Details(self.house, self.pages, page_id)
        self._show(it, lambda parent, stock: DetailsScreen(parent, stock, it))
        it.begin()

    def repair(self, wanted: tuple[str, ...] = ()) -> None:
        """See `Way.repair`."""
        it = Repairing(self.house, wanted)
        self._show(it, lambda parent, stock: RepairingScreen(parent, stock, it))
        it.begin()

    def missing(self) -> None:
        """See `Way.missing`."""
        self._come(self.missing)
        it = Presenter(self.house)
        self._show(it, lambda parent, stock: MissingScreen(parent, stock, it))

    def settings(self) -> None:
        """See `Way.settings`."""
        self._come(self.settings)
        it = Settings(self.house, self.pages)
        self._show(it, lambda parent, stock: SettingsScreen(parent, stock, it))

    def about(self) -> None:
        """See `Way.about`."""
        self._come(self.about)
        it = Presenter(self.house)
        self._show(it, lambda parent, stock: AboutScreen(parent, stock, it))

    def ask(self, question: Question) -> None:
        """See `Way.ask`."""
        it = Presenter(self.house)
        self._show(it, lambda parent, stock: AskingScreen(parent, stock, it, question))

    def forget(self) -> None:
        """See `Way.forget`."""
        self.pages.forget()
        self.home()

    def show_newer(self) -> None:
        """See `Way.show_newer`."""
        self.frame.refresh_sidebar()

    def tell(self, text: Sentence, *, bad: bool = False) -> None:
        """See `Way.tell`."""
        self.frame.toast.show(text, bad=bad)

    def crash(self, error: BaseException) -> None:
        """Tell of a defect."""
        if isinstance(error, KeyboardInterrupt):  # Ctrl-C in the terminal that started the window
            self.close()
            return
        report = crash.note(error)
        it = Presenter(self.house)
        self._show(it, lambda parent, stock: CrashScreen(parent, stock, it, report))

    def come_forward(self) -> None:
        """From any thread: bring the window to the front."""
        self.jobs.post(self._raise)

    def _came_back(self, event: "tk.Event[tk.Misc]") -> None:
        # The person comes from another window, which may have been the system's settings.
        if event.widget is self.root:
            self.jobs.start(lambda job: system.preferred_mode(), self.frame.follow_system, _ignore)

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
        place.keep(self.root, self.house.preferences)
        self.root.withdraw()
        self.frame.leave()
        self.jobs.stop_all()
        self._close_soon(monotonic() + _FAREWELL)

    def _close_soon(self, at_the_latest: float) -> None:
        if self.pages.linking.work is not None and monotonic() < at_the_latest:
            self.root.after(_LOOK_EVERY, self._close_soon, at_the_latest)
            return
        self.jobs.close()
        self._pictures.close()
        self.frame.forget_screen()
        self._tidying.stop()
        self.root.destroy()
        self._tidying.give_back()

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
            self.root.bind(key, lambda event, act=act: self._do(act))  # type: ignore[misc]

    def _do(self, act: Callable[[], object]) -> str:
        act()
        return "break"

    def _search(self) -> None:
        if isinstance(self.frame.screen, PagesScreen):
            self.frame.screen.focus_search()

    def _link(self) -> None:
        if isinstance(self.frame.screen, PagesScreen):
            self.pages.link()

    def _details(self) -> None:
        if isinstance(self.frame.screen, PagesScreen) and (page_id := self.frame.screen.active_page()):
            self.details(page_id)

    def _escape(self) -> None:
        if self.frame.screen is not None:
            self.frame.screen.escape()

    def _come(self, again: Callable[[], None]) -> None:
        """Remember how to come to this screen again, once if its key is pressed twice."""
        if again != self._trail[-1]:
            self._trail.append(again)

    def _show(self, presenter: Presenter, make: Make) -> None:
        self.frame.show(presenter, make, self)

    def _see(self, rows: Sequence[Row], redraw: Callable[[], None]) -> None:
        """Fetch the pictures of rows that can be seen and were not asked for."""
        side, stock, theme = self.frame.theme.px(AVATAR), self.frame.stock, self.frame.theme
        for row in rows:
            url = row.picture_url
            if not url or url in self._asked_pictures or stock.face(url) is not None:
                continue
            self._asked_pictures.add(url)

            def done(picture: Image.Image | None, url: str = url) -> None:
                if picture is not None:
                    stock.keep_face(url, theme.photo(picture))
                    redraw()

            self._pictures.start(lambda job, url=url: errands.round_picture(url, side), done, _ignore)  # type: ignore[misc]


def _ignore(problem: Problem) -> None:
    """It is not missed: initials stay in the place of a picture, and the theme as it is."""
