"""What is there first: the window in its place, theme and language, saying that it opens.

It is shown before the rest of the program is loaded, which takes several times as long. So nothing is imported here
that is not needed for these few lines: no Pillow, nothing for the network, no screen.
"""

import tkinter as tk

from fbtool import language
from fbtool.desktop import design_tokens, os_integration, window_geometry
from fbtool.desktop.garbage_collector import GarbageCollector
from fbtool.desktop.preferences import PreferencesFile
from fbtool.language import say


class Splash:
    """A root window made ready for the first screen, and seen until `end`."""

    def __init__(self, root: tk.Tk, preferences: PreferencesFile) -> None:
        self.root, self.preferences = root, preferences
        self.garbage_collector = GarbageCollector(root)
        self.garbage_collector.start()
        self.first_language = language.current()
        """The system's, or that of the command line."""
        language.use(preferences.now.language_for(self.first_language))
        self.system_mode = os_integration.preferred_mode()
        self.scale = os_integration.settle_scale(root)
        window_geometry.restore(root, preferences, self.scale)
        self.failure: BaseException | None = None
        """Why there will be no first screen."""
        self._cover: tk.Frame | None = self._drawn()

    def show(self) -> None:
        """Let it be seen now."""
        self.root.update()

    def end(self) -> None:
        """The first screen is there."""
        if self._cover is not None:
            self._cover.destroy()
            self._cover = None

    def fail(self, error: BaseException) -> None:
        """There will be no first screen: close the window."""
        self.failure = error
        self.garbage_collector.stop()
        self.root.destroy()
        self.garbage_collector.give_back()

    def _drawn(self) -> tk.Frame:
        """The ground of side bar and screen, and one line; it lies over what is being built below."""
        it = os_integration.palettes()[self.preferences.now.mode_for(self.system_mode)]
        self.root.configure(background=it.window)
        cover = tk.Frame(self.root, background=it.window)
        cover.place(relwidth=1, relheight=1)
        wide = round(design_tokens.SIDEBAR * self.scale)
        tk.Frame(cover, background=it.sidebar, width=wide).pack(side="left", fill="y")
        words = say("fbtool is opening …")
        font = (os_integration.family(self.root), design_tokens.BODY)
        tk.Label(cover, text=str(words), font=font, background=it.window, foreground=it.dim).pack(expand=True)
        self.root.title(f"{words} – fbtool")
        return cover
