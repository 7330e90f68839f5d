"""Draws the flows of docs/pictures/*.txt as docs/images/flow-*.svg; with --check tells whether they are up to date.

A text has a ``title``, the ``actors``, and then lines ``A -> B: what`` and ``note A: what``. The pictures follow the
reader's light or dark scheme.
"""

import sys
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from fbtool.palette import DARK, LIGHT, Palette, Tone

DOCS = Path(__file__).parent.parent / "docs"
LANE, STEP, TOP, MARGIN = 255, 40, 84, 110


def colours(it: Palette) -> str:
    """The rules of one scheme."""
    box, note = it.tones[Tone.BUSY], it.tones[Tone.WARNING]
    return (
        f"text {{ fill: {it.text}; stroke: {it.window} }} .ground {{ fill: {it.window} }}\n"
        f".box {{ fill: {box.surface}; stroke: {box.ink} }} .note {{ fill: {note.surface}; stroke: {note.ink} }}\n"
        f".life {{ stroke: {it.border} }} .arrow {{ stroke: {it.accent} }} .head {{ fill: {it.accent} }}\n"
    )


STYLE = f"""
text {{ font: 13px system-ui, "Segoe UI", Roboto, sans-serif; stroke-width: 4; paint-order: stroke }}
.title {{ font-size: 16px; font-weight: 600 }} .actor {{ font-weight: 600 }}
.life {{ stroke-dasharray: 3 4 }} .arrow {{ stroke-width: 1.6 }}
{colours(LIGHT)}@media (prefers-color-scheme: dark) {{
{colours(DARK)}}}
.box + text, .note + text {{ stroke: none }}
"""


@dataclass
class Flow:
    """What a text says."""

    title: str = ""
    actors: list[str] = field(default_factory=list)
    steps: list[tuple[str, str, str]] = field(default_factory=list)
    """From, to, what; a note is to nobody."""


def read(text: str) -> Flow:
    """Understand a text; a line that is none of the known ones is an error."""
    flow = Flow()
    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, rest = line.partition(" ")
        if word == "title":
            flow.title = rest
        elif word == "actors":
            flow.actors = [name.strip() for name in rest.split("|")]
        else:
            who, _, what = line.partition(":")
            source, _, target = who.removeprefix("note ").partition(" -> ")
            assert source in flow.actors, line
            assert target in {"", *flow.actors}, line
            flow.steps.append((source, target, what.strip()))
    return flow


def draw(flow: Flow) -> str:
    """The picture as SVG."""
    at = {name: MARGIN + LANE * number for number, name in enumerate(flow.actors)}
    width, height = 2 * MARGIN + LANE * (len(flow.actors) - 1), TOP + STEP * len(flow.steps) + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(flow.title)}</title><style>{STYLE}</style>",
        f'<rect class="ground" width="{width}" height="{height}"/>',
        f'<text class="title" x="16" y="26">{escape(flow.title)}</text>',
    ]
    for name, x in at.items():
        parts.append(f'<line class="life" x1="{x}" y1="{TOP - 12}" x2="{x}" y2="{height - 10}"/>')
        parts.append(f'<rect class="box" x="{x - 62}" y="{TOP - 42}" width="124" height="30" rx="6"/>')
        parts.append(f'<text class="actor" x="{x}" y="{TOP - 22}" text-anchor="middle">{escape(name)}</text>')
    for number, (source, target, what) in enumerate(flow.steps):
        y = TOP + STEP * number + 26
        parts += _arrow(at[source], at[target], y, what) if target else _note(at[source], y, what)
    return "\n".join([*parts, "</svg>", ""])


def _arrow(start: int, end: int, y: int, what: str) -> list[str]:
    back = 8 if end > start else -8
    tip = f"{end},{y} {end - back},{y - 4} {end - back},{y + 4}"
    middle = (start + end) / 2
    return [
        f'<line class="arrow" x1="{start}" y1="{y}" x2="{end - back}" y2="{y}"/><polygon class="head" points="{tip}"/>',
        f'<text x="{middle:g}" y="{y - 7}" text-anchor="middle">{escape(what)}</text>',
    ]


def _note(x: int, y: int, what: str) -> list[str]:
    wide = 14 + 7 * len(what)
    return [
        f'<rect class="note" x="{x - wide / 2:g}" y="{y - 18}" width="{wide}" height="24" rx="4"/>',
        f'<text x="{x}" y="{y - 1}" text-anchor="middle">{escape(what)}</text>',
    ]


def main() -> None:
    """Draw all, or compare."""
    stale = []
    for source in sorted((DOCS / "pictures").glob("*.txt")):
        picture = DOCS / "images" / f"flow-{source.stem}.svg"
        drawn = draw(read(source.read_text("utf-8")))
        if "--check" not in sys.argv:
            picture.write_text(drawn, "utf-8")
        elif not picture.exists() or picture.read_text("utf-8") != drawn:
            stale.append(picture.name)
    if stale:
        sys.exit(f"stale: {', '.join(stale)}; nox -s docs draws them again")


if __name__ == "__main__":
    main()
