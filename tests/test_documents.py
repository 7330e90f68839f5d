"""What the documents say is true, and the whole is a whole."""

import ast
import re
import shlex
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from fbtool.cli import CANCELLED, DEFECT, root
from fbtool.gateway.channels.facebook.store.tables import tables
from fbtool.gateway.store import limits
from fbtool.problem import Kind

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("**/*.md"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", *PAGES]
MEASURED = DOCS / "benchmarks.md"
"""Written by the bench; absent until it was run."""

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


# ----- Links ---------------------------------------------------------------------------------------------------------


def without_code(text: str) -> str:
    """``text`` without what is shown as code."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^( *)```.*?^\1```", "", text, flags=re.DOTALL | re.MULTILINE))


def anchors(document: Path) -> set[str]:
    """The anchors of the headings, as a forge makes them."""
    found: Counter[str] = Counter()
    names = set()
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        kept = (letter for letter in unicodedata.normalize("NFC", words) if letter.isalnum() or letter in " -_")
        anchor = "".join(kept).replace(" ", "-")
        names.add(f"{anchor}-{found[anchor]}" if found[anchor] else anchor)
        found[anchor] += 1
    return names


@every_document
def test_links_lead_somewhere(document: Path) -> None:
    text = without_code(document.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        place, _, anchor = target.partition("#")
        if ":" in place:
            continue
        file = (document.parent / place).resolve() if place else document
        assert file.exists() or file == MEASURED, target
        assert not anchor or anchor in anchors(file), target


def test_every_page_is_in_the_contents_once() -> None:
    contents = (ROOT / "mkdocs.yml").read_text("utf-8").partition("nav:")[2]
    listed = Counter(re.findall(r": (\S+\.md)$", contents, re.MULTILINE))
    assert set(listed) - {MEASURED.name} == {page.relative_to(DOCS).as_posix() for page in PAGES if page != MEASURED}
    assert set(listed.values()) == {1}


@every_document
def test_nothing_is_shown_that_is_not_there(document: Path) -> None:
    for name in re.findall(r'<img[^>]+src="([^"]+)"', document.read_text("utf-8")):
        assert (document.parent / name).exists(), name


def test_every_picture_is_shown_somewhere() -> None:
    shown = "".join(document.read_text("utf-8") for document in DOCUMENTS)
    assert [file.name for file in (DOCS / "images").iterdir() if file.name not in shown] == []


# ----- What is generated ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", ["transcript", "pictures", "reference", "api_page"])
def test_what_is_generated_is_up_to_date(script: str) -> None:
    checked = subprocess.run([sys.executable, "-m", f"scripts.{script}", "--check"], cwd=ROOT, capture_output=True)
    assert checked.returncode == 0, checked.stderr.decode()


# ----- Commands ------------------------------------------------------------------------------------------------------


def lines_of_code(text: str) -> Iterator[str]:
    """Every command that a document shows, in blocks and within sentences."""
    for block in re.findall(r"^ *```(?:sh|console|powershell)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        yield from block.replace("\\\n", " ").splitlines()
    plain = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    for span in re.findall(r"(?<!`)`([^`]+)`(?!`)", plain):
        if span.startswith("fbtool "):
            yield " ".join(span.split())


def fbtool_commands(document: Path) -> Iterator[list[str]]:
    """The arguments of every ``fbtool`` in a document."""
    for shown in lines_of_code(document.read_text("utf-8")):
        line = shown.partition(" # ")[0]
        # "sudo -u fbtool" and the like name the service's user, and "--dbname=fbtool" a database.
        for call in re.finditer(r"(?<!-[ugo] )(?<![\w.:=-])(?:\S*[/\\])?fbtool(?:\.exe)?(?: |$)", line):
            words = shlex.split(line[call.end() :].replace("\\", "/"), comments=True)
            yield list(until_the_shell_goes_on(words))


def until_the_shell_goes_on(words: list[str]) -> Iterator[str]:
    for word in words:
        if word in {"&", "&&", "|", ";", ">", "<"} or word.startswith((">", "2>")):
            return
        if word not in {"…", "..."}:
            yield word.partition("|")[0]


def understood(command: click.Command, words: list[str], parent: click.Context | None = None) -> None:
    """Let click read the words as the program would, without doing anything.

    Raises:
        click.UsageError: there is no such command, option or choice, or something is missing or too much.
    """
    context = click.Context(command, info_name=command.name, parent=parent)
    given, rest, _ = command.make_parser(context).parse_args(list(words))
    for parameter in command.params:
        value = given.get(parameter.name or "")
        if isinstance(parameter.type, click.Choice | click.IntRange) and isinstance(value, str):
            parameter.type.convert(value, parameter, context)
    if not isinstance(command, click.Group):
        if rest:
            raise click.UsageError(f"too much: {rest}")
        return
    if rest:
        found: Any = command.get_command(context, rest[0])
        if found is None:
            raise click.UsageError(f"no such command: {rest[0]}")
        understood(found, rest[1:], context)


@every_document
def test_every_command_is_one_that_fbtool_knows(document: Path) -> None:
    for words in fbtool_commands(document):
        try:
            understood(root, words)
        except click.UsageError as wrong:
            pytest.fail(f"fbtool {shlex.join(words)}: {wrong.format_message()}")


@pytest.mark.parametrize("line", ["gateway run --colour red", "gateway fly", "link --all-ready --dry-ran", "lonk x"])
def test_a_wrong_command_would_be_noticed(line: str) -> None:
    with pytest.raises(click.UsageError):
        understood(root, line.split())


def test_the_readme_shows_the_whole_way() -> None:
    shown = {words[0] for words in fbtool_commands(ROOT / "README.md") if words}
    assert {"connect", "login", "pages", "link", "unlink", "status", "gateway"} <= shown


def sessions() -> set[str]:
    """The names of the sessions of nox."""
    functions = ast.parse((ROOT / "noxfile.py").read_text("utf-8")).body
    return {one.name for one in functions if isinstance(one, ast.FunctionDef) and one.decorator_list}


def test_the_consumer_is_quoted_as_it_is() -> None:
    source = [line.strip() for line in (DOCS / "crm/consumer.py").read_text("utf-8").splitlines()]
    told = (DOCS / "crm/README.md").read_text("utf-8")
    quoted = re.findall(r"^```python\n(.*?)^```", told, re.DOTALL | re.MULTILINE)
    assert len(quoted) >= 3
    assert [line for line in "".join(quoted).splitlines() if line.strip() not in source] == []


@every_document
def test_every_session_of_nox_exists(document: Path) -> None:
    assert set(re.findall(r"nox -s ([a-z_-]+)", document.read_text("utf-8"))) <= sessions()


def test_every_session_of_nox_is_explained_to_contributors() -> None:
    text = (DOCS / "contributing.md").read_text("utf-8")
    assert [name for name in sorted(sessions()) if f"nox -s {name}" not in text] == []


def test_every_exit_code_is_documented() -> None:
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert {int(row) for row in rows} == {0, DEFECT, 2, CANCELLED, *(kind.value for kind in Kind)}


# ----- Words ---------------------------------------------------------------------------------------------------------

CLAIMS = re.compile(
    r"\b(fastest|quickest|best[- ](in|of|known)|world[- ]class|blazing\w*|unmatched|state[- ]of[- ]the[- ]art"
    r"|(times|x) (faster|quicker)|schnellste\w*|unschlagbar\w*|mal schneller)\b",
    re.IGNORECASE,
)


@every_document
def test_no_claim_stands_without_its_proof(document: Path) -> None:
    paragraphs = re.split(r"\n\s*\n|\n(?=[-|*] ?)", without_code(document.read_text("utf-8")))
    assert [text for text in paragraphs if CLAIMS.search(text) and "](" not in text] == []


@pytest.mark.parametrize("document", [DOCS / "admin/de.md", DOCS / "data-protection/de.md"], ids=lambda path: path.name)
def test_german_has_its_umlauts(document: Path) -> None:
    words = re.findall(r"\b\w+\b", without_code(document.read_text("utf-8")))
    replaced = re.compile(r"(?i)\b(fuer|ueber\w*|koenn\w*|muess\w*|moegl\w*|waehl\w*|loesch\w*|aender\w*|verknuepf\w*)")
    assert [word for word in words if replaced.match(word)] == []


def test_the_changelog_says_everything_once() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    releases = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    for release in releases:
        sections = re.findall(r"^### (.+)$", release, re.MULTILINE)
        assert set(sections) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
        assert max(Counter(sections).values(), default=0) <= 1
    lines = Counter(line for line in text.splitlines() if len(line) > 30)
    assert [line for line, times in lines.items() if times > 1] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_data_protection_pack_names_the_periods_of_the_code(language: str) -> None:
    text = (DOCS / f"data-protection/{language}.md").read_text("utf-8")
    day = {"en": "days", "de": "Tage"}[language]
    spans = [limits.EVENT_MS, limits.WINDOW_MS, limits.KEY_MS, limits.GREETED_MS, limits.ASIDE_MS, limits.SEEN_MS]
    spans += [stale.after_ms for stale in tables("sqlite").stale]
    periods = {span // limits.DAY_MS for span in spans}
    table = text[
        text.index("|---|---|---|", text.index("## Was gehalten" if language == "de" else "## What is held")) :
    ]
    told = {int(number) for number in re.findall(rf"(\d+) {day}", table.partition("\n\n")[0])}
    assert told - {60} == periods  # Facebook's own period for a person's token is about 60 days
