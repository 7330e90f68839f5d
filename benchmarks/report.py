"""The report: what is printed, docs/benchmarks.md, the figures as JSON, and the plots."""

import json
import os
import platform
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec

from benchmarks.figures import Aim, Chapter, Table

_INTRODUCTION = """# Benchmarks

Made by `nox -s bench`, which measures everything in one run on one machine and writes this page. Absolute times mean
little: machines differ, and this one is shared. What counts are the ratios within the run. Given is the median, in
brackets the lowest and the highest of the rounds. The figures themselves are in [benchmarks.json](benchmarks.json).

Peers run as their documentation says, with handlers that do nothing, so that they are measured at their least. They
are other programs for other purposes; only what they share with the gateway, taking Messenger's webhooks, is compared.
"""
_PURPLE, _BLUE = "#6f42c1", "#0b5fd0"


def printed(chapter: Chapter) -> Iterator[str]:
    """A chapter for the terminal."""
    yield f"\n== {chapter.title}"
    for table in chapter.tables:
        yield table.title
        rows = [table.columns, *table.rows]
        widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
        for row in rows:
            yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for aim in chapter.aims:
        yield f"  {aim.verdict:5} {aim.what}: {aim.measured.told(aim.unit, aim.digits)}, aim {aim.wanted}"


def kept(docs: Path) -> list[Chapter]:
    """The chapters of the page as it is."""
    return msgspec.json.decode((docs / "benchmarks.json").read_bytes(), type=list[Chapter])


def write(measured: Sequence[Chapter], docs: Path, how: str, others: Sequence[Chapter] = ()) -> None:
    """Write the page, the figures and the plots.

    Args:
        measured: what was measured just now.
        docs: the folder of the documents.
        how: how the run was made, for the page.
        others: earlier chapters that stay; those of the same title as a new one give it their place.
    """
    for chapter in measured:
        chapter.run = f"{how} {_machine()}"
    pictures = docs / "images"
    pictures.mkdir(parents=True, exist_ok=True)
    for chapter in measured:
        for name, bars in chapter.series.items():
            _plot(name, bars, pictures / _file(name))
    new = {chapter.title: chapter for chapter in measured}
    chapters = [new.pop(chapter.title, chapter) for chapter in others] + list(new.values())
    run = chapters[0].run
    text = "\n".join([_INTRODUCTION, run, "", *_aims(chapters), *_chapters(chapters, run)])
    (docs / "benchmarks.md").write_text(text.rstrip() + "\n", "utf-8")
    figures = json.dumps([asdict(chapter) for chapter in chapters], indent=1, ensure_ascii=False)
    (docs / "benchmarks.json").write_text(figures + "\n", "utf-8")


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}, Python {platform.python_version()}."


def _aims(chapters: Sequence[Chapter]) -> Iterator[str]:
    yield "## Aims\n"
    yield "| aim | target | measured | |"
    yield "|---|---|---|---|"
    reasons: dict[str, list[str]] = {}
    for chapter in chapters:
        for aim in chapter.aims:
            yield _aim_row(aim)
            if aim.if_short and not aim.holds:
                reasons.setdefault(aim.if_short, []).append(aim.what)
    if reasons:
        yield "\nWhy an aim falls short, and what would help:\n"
        yield from (f"- *{'*; *'.join(aims)}*: {reason}" for reason, aims in reasons.items())
    yield ""


def _aim_row(aim: Aim) -> str:
    measured = aim.measured.told(aim.unit, aim.digits)
    return f"| {aim.what} | {aim.wanted} | {measured} | {'pass' if aim.holds else '**short**'} |"


def _chapters(chapters: Sequence[Chapter], usual_run: str) -> Iterator[str]:
    for chapter in chapters:
        yield f"## {chapter.title}\n"
        if chapter.run != usual_run:
            yield f"Measured in a run of its own: {chapter.run}\n"
        for table in chapter.tables:
            yield from _table(table)
        for name in chapter.series:
            yield f"![{name}](images/{_file(name)})\n"


def _table(table: Table) -> Iterator[str]:
    yield f"**{table.title}**\n"
    yield f"| {' | '.join(table.columns)} |"
    yield "|" + "---|" * len(table.columns)
    for row in table.rows:
        yield f"| {' | '.join(row)} |"
    yield f"\n{table.note}\n" if table.note else ""


def _file(name: str) -> str:
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower()).split()
    return f"bench-{'-'.join(words)}.svg"


def _plot(name: str, bars: dict[str, list[float]], file: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = name
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 0.6 + 0.42 * max(len(bars), 3)), layout="constrained")
    names = list(bars)[::-1]
    middles = [statistics.median(bars[one]) for one in names]
    low = [middle - min(bars[one]) for one, middle in zip(names, middles, strict=True)]
    high = [max(bars[one]) - middle for one, middle in zip(names, middles, strict=True)]
    colours = [_BLUE if one.startswith("fbtool") else _PURPLE for one in names]
    axes.barh(names, middles, xerr=(low, high), color=colours, alpha=0.85, capsize=3)
    axes.set_title(name, loc="left", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
