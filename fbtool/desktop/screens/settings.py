"""The settings."""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial

from fbtool.desktop.design_tokens import NEAR, SPACE, TIGHT, Mode
from fbtool.desktop.layout import Flow
from fbtool.desktop.preferences import SYSTEM
from fbtool.desktop.presenters.settings import SettingsPresenter
from fbtool.desktop.screens.screen import Column, problem_card
from fbtool.desktop.widgets import Area, Card, avatar, button, field, label, paragraph, radio, tick
from fbtool.language import Sentence, say
from fbtool.linking.network.http import host_of


class SettingsScreen(Column[SettingsPresenter]):
    """Shows `SettingsPresenter`."""

    title = say("Settings")

    def __init__(self, parent: tk.Misc, presenter: SettingsPresenter) -> None:
        super().__init__(parent, presenter)
        now = presenter.services.preferences.now
        self._language = tk.StringVar(self, now.language)
        self._theme = tk.StringVar(self, now.theme)
        self._news = tk.BooleanVar(self, now.tell_new_versions)
        self._proxy = tk.StringVar(self, presenter.proxy)

    def refresh(self) -> None:
        """Draw it anew if something has changed."""
        it = self._presenter
        if not self.looks_new(it.accounts, it.people, it.proxy, it.problem):
            return
        self._proxy.set(self._presenter.proxy)
        self.body.clear()
        self.head(self.title)
        if self._presenter.problem is not None:
            problem_card(self.body, self._presenter.problem, below=SPACE)
        self._draw_looks()
        self._draw_people()
        self._draw_accounts()
        self._draw_network()
        self._draw_rest()
        self.enter()

    def escape(self) -> None:
        """Back to where one came from."""
        self._navigator.back()

    def _group(self, title: Sentence) -> Card:
        paragraph(self.body, title, "Heading", above=NEAR, below=TIGHT)
        return Card(self.body).spread(below=SPACE)

    def _draw_looks(self) -> None:
        card = self._group(say("Language and appearance"))
        languages = ((SYSTEM, say("As the system")), ("de", "Deutsch"), ("en", "English"))
        self._choices(card, say("Language"), "language", self._language, languages, self._presenter.choose_language)
        themes = (
            (SYSTEM, say("As the system")),
            (Mode.LIGHT.value, say("Light")),
            (Mode.DARK.value, say("Dark")),
            (Mode.CONTRAST.value, say("High contrast")),
        )
        self._choices(card, say("Theme"), "theme", self._theme, themes, self._presenter.choose_theme)

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
        paragraph(card, title, "Dim", above=0 if name == "language" else NEAR)
        row = Flow(card, gap=SPACE).spread()
        for value, text in choices:
            radio(row, text, variable, value, partial(choose, value), meaning=f"{name} {value}")

    def _draw_people(self) -> None:
        px = self.theme.px
        card = self._group(say("Signed in with Facebook"))
        for at, person in enumerate(self._presenter.people):
            row = Area(card).spread(TIGHT, TIGHT)
            avatar(row, person.name, 32).pack(side="left", padx=(0, px(SPACE)))
            out = button(row, say("Sign out"), partial(self._presenter.sign_out, person), meaning=f"sign-out {at}")
            out.pack(side="right")
            if at:
                use = button(row, say("Work as"), partial(self._presenter.work_as, person), meaning=f"work-as {at}")
                use.pack(side="right", padx=(0, px(TIGHT)))
            text = say("{name} (works now)", name=person.name) if at == 0 else person.name
            # Last, so that a long name gives way to the buttons.
            label(row, text, "Strong" if at == 0 else "").pack(side="left", fill="x", expand=True)
        other = say("Sign somebody else in") if self._presenter.people else say("Sign in with Facebook")
        made = button(card, other, self._navigator.sign_in, meaning="sign-in-other")
        made.pack(anchor="w", pady=(px(TIGHT), 0))

    def _draw_accounts(self) -> None:
        px = self.theme.px
        card = self._group(say("Messenger accounts"))
        for at, known in enumerate(self._presenter.accounts):
            row = Area(card).spread(TIGHT, TIGHT)
            if at:
                use = button(row, say("Use"), partial(self._presenter.use_account, known), meaning=f"use-account {at}")
                use.pack(side="right")
            text = say("{name} (current)", name=known.name) if at == 0 else known.name
            words = Area(row)
            words.pack(side="left", fill="x", expand=True)
            paragraph(words, text, "Strong" if at == 0 else "")
            paragraph(words, host_of(known.address), "Small")
        made = button(card, say("Connect another account"), self._navigator.connect, meaning="connect-other")
        made.pack(anchor="w", pady=(px(TIGHT), 0))

    def _draw_network(self) -> None:
        px = self.theme.px
        card = self._group(say("Network"))
        paragraph(card, say("Proxy (empty: that of the system)"))
        row = Area(card).spread(above=TIGHT)
        save = button(row, say("Use"), self._use_proxy, meaning="use-proxy")
        save.pack(side="right", padx=(px(NEAR), 0))
        entry = field(row, self._proxy, meaning="proxy")
        entry.pack(side="left", fill="x", expand=True)
        entry.bind("<Return>", lambda event: self._use_proxy())

    def _draw_rest(self) -> None:
        card = self._group(say("This computer"))
        tick(card, say("Tell me when the gateway offers a newer version of fbtool"), self._news,
             lambda: self._presenter.tell_new_versions(self._news.get()), meaning="tell-new-versions")  # fmt: skip
        forget, text = self._presenter.forget_everything, say("Forget everything on this computer")
        made = button(card, text, forget, meaning="forget")
        made.pack(anchor="w", pady=(self.theme.px(NEAR), 0))

    def _use_proxy(self) -> None:
        self._presenter.use_proxy(self._proxy.get())
