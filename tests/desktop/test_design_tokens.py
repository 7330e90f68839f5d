"""The colours are readable, in every mode; computed, not believed."""

import pytest

from fbtool.desktop.design_tokens import PALETTES, Mode
from fbtool.palette import Palette
from tests.desktop.wcag import contrast

TEXT, CONTROL = 4.5, 3.0


def texts(it: Palette) -> list[tuple[str, str]]:
    """Text and what it stands on."""
    grounds = (it.window, it.sidebar, it.control, it.hover, it.pressed, it.selected)
    pairs = [(it.text, ground) for ground in grounds]
    pairs += [(it.dim, ground) for ground in (it.window, it.sidebar, it.hover, it.selected)]
    pairs += [(it.on_chosen, it.chosen)]
    pairs += [(it.on_accent, it.accent), (it.on_accent, it.accent_hover), (it.on_danger, it.danger)]
    return pairs + [(paint.ink, paint.surface) for paint in it.tones.values()]


def controls(it: Palette) -> list[tuple[str, str]]:
    """Borders, rings and signs, and what they stand on."""
    tones = [paint.surface for paint in it.tones.values()]
    pairs = [(it.border, it.window), (it.border, it.sidebar), (it.thumb, it.window), (it.accent, it.window)]
    return pairs + [(it.ring, ground) for ground in (it.window, it.sidebar, it.hover, it.selected, *tones)]


@pytest.mark.parametrize("mode", Mode)
def test_text_is_readable(mode: Mode) -> None:
    poor = [(ink, ground) for ink, ground in texts(PALETTES[mode]) if contrast(ink, ground) < TEXT]
    assert poor == []


@pytest.mark.parametrize("mode", Mode)
def test_controls_and_the_focus_ring_can_be_seen(mode: Mode) -> None:
    poor = [(ink, ground) for ink, ground in controls(PALETTES[mode]) if contrast(ink, ground) < CONTROL]
    assert poor == []


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
