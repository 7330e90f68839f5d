"""The settings."""

import tkinter as tk
from collections.abc import Callable, Sequence

from fbtool.desktop.chips import Stock
from fbtool.desktop.layout import Flow
from fbtool.desktop.preferences import SYSTEM
from fbtool.desktop.presenters.settings import Settings
from fbtool.desktop.screens.screen import Column, clear, heading, problem_card
from fbtool.desktop.tokens import NEAR, SPACE, TIGHT, WIDE, Mode
from fbtool.desktop.widgets import Area, Card, avatar, button, field, label, radio, tick
from fbtool.language import Sentence, say
from fbtool.linking.network.http import host_of


class SettingsScreen(Column):
    """Shows `Settings`."""

    title = say("Settings")

    def __init__(self, parent: tk.Misc, stock: Stock, presenter: Settings) -> None:
        super().__init__(parent, stock)
        self._it = presenter
        now = presenter.house.preferences.now
        self._language = tk.StringVar(self, now.language)
        self._theme = tk.StringVar(self, now.theme)
        self._news = tk.BooleanVar(self, now.tell_new_versions)
        self._proxy = tk.StringVar(self, presenter.proxy)
        self._drawn: tuple[object, ...] = ()

    def refresh(self) -> None:
        """Draw it anew if something has changed."""
        looks = (self._it.accounts, self._it.people, self._it.proxy, self._it.problem)
        if looks == self._drawn:
            return
        self._drawn = looks
        self._proxy.set(self._it.proxy)
        clear(self.body)
        heading(self.body, say("Settings"), self.escape).pack(fill="x", pady=(0, self.theme.px(WIDE)))
        if self._it.problem is not None:
            problem_card(self.body, self._it.problem).pack(fill="x", pady=(0, self.theme.px(SPACE)))
        self._draw_looks()
        self._draw_people()
        self._draw_accounts()
        self._draw_network()
        self._draw_rest()
        self.enter()

    def enter(self) -> None:
        """The way back has the keyboard."""
        self.body.winfo_children()[0].winfo_children()[0].focus_set()

    def escape(self) -> None:
        """Back to where one came from."""
        self._it.house.way.back()

    def _group(self, title: Sentence) -> Card:
        px = self.theme.px
        label(self.body, title, "Heading").pack(fill="x", pady=(px(NEAR), px(TIGHT)))
        card = Card(self.body)
        card.pack(fill="x", pady=(0, px(SPACE)))
        return card

    def _draw_looks(self) -> None:
        card = self._group(say("Language and appearance"))
        languages = ((SYSTEM, say("As the system")), ("de", "Deutsch"), ("en", "English"))
        self._choices(card, say("Language"), "language", self._language, languages, self._it.speak)
        themes = (
            (SYSTEM, say("As the system")),
            (Mode.LIGHT.value, say("Light")),
            (Mode.DARK.value, say("Dark")),
            (Mode.CONTRAST.value, say("High contrast")),
        )
        self._choices(card, say("Theme"), "theme", self._theme, themes, self._it.wear)

    def _choices(
        self,
        card: Card,
        title: Sentence,
        name: str,
        variable: tk.StringVar,
        choices: Sequence[tuple[str, Sentence | str]],
        choose: Callable[[str], None],
    ) -> None:
        # Above and not beside: four choices in German fill the smallest window.
        label(card, title, "Dim").pack(fill="x", pady=(0 if name == "language" else self.theme.px(NEAR), 0))
        row = Flow(card, gap=SPACE)
        row.pack(fill="x")
        for value, text in choices:
            radio(row, text, variable, value, lambda chosen=value: choose(chosen), meaning=f"{name} {value}")  # type: ignore[misc]

    def _draw_people(self) -> None:
        px = self.theme.px
        card = self._group(say("Signed in with Facebook"))
        for at, person in enumerate(self._it.people):
            row = Area(card)
            row.pack(fill="x", pady=px(TIGHT))
            avatar(row, self.stock, person.name, 32).pack(side="left", padx=(0, px(SPACE)))
            out = button(row, say("Sign out"), lambda who=person: self._it.sign_out(who), meaning=f"sign-out {at}")  # type: ignore[misc]
            out.pack(side="right")
            if at:
                use = button(row, say("Work as"), lambda who=person: self._it.work_as(who), meaning=f"work-as {at}")  # type: ignore[misc]
                use.pack(side="right", padx=(0, px(TIGHT)))
            text = say("{name} (works now)", name=person.name) if at == 0 else person.name
            # Last, so that a long name gives way to the buttons.
            label(row, text, "Strong" if at == 0 else "").pack(side="left", fill="x", expand=True)
        text_ = say("Sign somebody else in") if self._it.people else say("Sign in with Facebook")
        made = button(card, text_, self._it.house.way.sign_in, meaning="sign-in-other")
        made.pack(anchor="w", pady=(px(TIGHT), 0))

    def _draw_accounts(self) -> None:
        px = self.theme.px
        card = self._group(say("Messenger accounts"))
        for at, known in enumerate(self._it.accounts):
            row = Area(card)
            row.pack(fill="x", pady=px(TIGHT))
            if at:
                use = button(row, say("Use"), lambda one=known: self._it.use_account(one), meaning=f"use-account {at}")  # type: ignore[misc]
                use.pack(side="right")
            text = say("{name} (current)", name=known.name) if at == 0 else known.name
            words = Area(row)
            words.pack(side="left", fill="x", expand=True)
            label(words, text, "Strong" if at == 0 else "").pack(fill="x")
            label(words, host_of(known.address), "Small").pack(fill="x")
        made = button(card, say("Connect another account"), self._it.house.way.connect, meaning="connect-other")
        made.pack(anchor="w", pady=(px(TIGHT), 0))

    def _draw_network(self) -> None:
        px = self.theme.px
        card = self._group(say("Network"))
        label(card, say("Proxy (empty: that of the system)")).pack(fill="x")
        row = Area(card)
        row.pack(fill="x", pady=(px(TIGHT), 0))
        save = button(row, say("Use"), self._use_proxy, meaning="use-proxy")
        save.pack(side="right", padx=(px(NEAR), 0))
        entry = field(row, self._proxy, meaning="proxy")
        entry.pack(side="left", fill="x", expand=True)
        entry.bind("<Return>", lambda event: self._use_proxy())

    def _draw_rest(self) -> None:
        card = self._group(say("This computer"))
        tick(card, say("Tell me when the gateway offers a newer version of fbtool"), self._news,
             lambda: self._it.tell_new_versions(self._news.get()), meaning="tell-new-versions")  # fmt: skip
        made = button(card, say("Forget everything on this computer"), self._it.forget_everything, meaning="forget")
        made.pack(anchor="w", pady=(self.theme.px(NEAR), 0))

    def _use_proxy(self) -> None:
        self._it.use_proxy(self._proxy.get())
