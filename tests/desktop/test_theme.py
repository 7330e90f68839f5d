"""What the theme draws, as far as the colours alone do not tell it."""

import tkinter as tk
from collections.abc import Iterator

import pytest

from fbtool.desktop.theme import TONE_OF, Surface, Theme
from fbtool.desktop.tokens import Mode
from fbtool.palette import contrast


@pytest.fixture
def root(home: object) -> Iterator[tk.Tk]:
    made = tk.Tk()
    yield made
    made.destroy()


@pytest.mark.parametrize("mode", Mode)
def test_a_card_can_be_told_from_the_window(root: tk.Tk, mode: Mode) -> None:
    theme = Theme(root, mode, 1.0)
    window = theme.background(Surface.WINDOW)
    for surface in TONE_OF:
        assert theme.background(surface) != window or contrast(theme.edge(surface), window) >= 3, surface


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_a_coloured_card_has_no_second_edge(root: tk.Tk, mode: Mode) -> None:
    theme = Theme(root, mode, 1.0)
    assert all(theme.edge(surface) == theme.background(surface) for surface in TONE_OF)
