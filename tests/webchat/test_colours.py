"""Everything can be read, by day and by night, whatever colour the shop chose (WCAG 2.2, 1.4.3 and 1.4.11)."""

import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fbtool.webchat import joiner
from tests.node import run

STYLE = joiner.sources()["style.css"].decode()
MODES = {"light": r"\.box \{(.*?)\}", "dark": r"\.dark \{(.*?)\}"}
TEXTS = (
    ("text", "surface"),
    ("text", "bubble"),
    ("dim", "surface"),
    ("dim", "bubble"),
    ("text", "warn"),
    ("error", "surface"),
)
SIGNS = (("border", "surface"), ("online", "surface"), ("ring", "surface"), ("dim", "bubble"))
FIXED = (("#ffffff", "#b3261e", 4.5), ("#17a058", "#ffffff", 3), ("#5b6470", "#ffffff", 3))
"""The badge, and the dot on the small button with its ring."""


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def palette(mode: str) -> dict[str, str]:
    """The custom properties of a mode, as ``#rrggbb``."""
    block = re.search(MODES[mode], STYLE, re.DOTALL)
    assert block
    found = dict(re.findall(r"--([a-z]+): (#[0-9a-f]+);", block[1]))
    return {
        name: color if len(color) == 7 else "#" + "".join(2 * c for c in color[1:]) for name, color in found.items()
    }


@pytest.mark.parametrize("mode", MODES)
def test_texts_and_signs_stand_out(mode: str) -> None:
    colors = palette(mode)
    assert {
        pair: round(contrast(*map(colors.get, pair)), 2) for pair in TEXTS if contrast(*map(colors.get, pair)) < 4.5
    } == {}
    assert {
        pair: round(contrast(*map(colors.get, pair)), 2) for pair in SIGNS if contrast(*map(colors.get, pair)) < 3
    } == {}


@pytest.mark.parametrize(("ink", "surface", "least"), FIXED)
def test_what_looks_alike_by_day_and_by_night(ink: str, surface: str, least: float) -> None:
    assert contrast(ink, surface) >= least


def test_initials_can_be_read() -> None:
    colors = re.findall(r'"(#[0-9a-f]{6})"', joiner.sources()["avatar.js"].decode())
    assert len(colors) == 6
    assert min(contrast("#ffffff", color) for color in colors) >= 5.4


def paints(colors: list[str], folder: Path) -> list[list[str]]:
    """What theme.js makes of each colour by day and by night: brand and ink."""
    (folder / "theme.mjs").write_bytes(joiner.sources()["theme.js"])
    code = "import {paint} from './theme.mjs'; const all = JSON.parse(process.argv[1]);"
    code += "console.log(JSON.stringify(all.flatMap((c) => [paint(c, false), paint(c, true)])));"
    return json.loads(run("node", "--input-type=module", "-e", code, json.dumps(colors), folder=folder))


def hexadecimal(color: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", color))


COLOR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed (Debian: nodejs)")
@settings(max_examples=5)
@given(drawn=st.lists(COLOR, min_size=200, max_size=200))
def test_any_colour_of_a_shop_gets_an_ink_that_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[str]
) -> None:
    greys = [f"#{grey:02x}{grey:02x}{grey:02x}" for grey in range(256)]
    painted = paints([*greys, *drawn], tmp_path_factory.mktemp("theme"))
    inks = {"#000": "#000000", "#fff": "#ffffff"}
    assert [pair for pair in painted if contrast(hexadecimal(pair[0]), inks[pair[1]]) < 4.5] == []
    night = palette("dark")["surface"]
    assert [brand for brand, _ in painted[1::2] if contrast(hexadecimal(brand), night) < 6.5] == []
    assert paints(["#0b5fd0"], tmp_path_factory.mktemp("one"))[0] == ["rgb(11,95,208)", "#fff"]
