"""What others may use of fbtool is written down, is there, and is enough for a channel of somebody else."""

import ast
import re
from importlib import import_module
from pathlib import Path

from fbtool.gateway import problems

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/channels.md").read_text("utf-8")
TOY = ROOT / "tests/gateway/channels/toy_channel.py"
LINES = 80


def listed(heading: str = "") -> dict[str, set[str]]:
    """The names of each module, all of them or those of one list."""
    part = PAGE.partition("## What you may import or call")[2]
    if heading:
        part = part.partition(f"### {heading}")[2].partition("###")[0]
    found: dict[str, set[str]] = {}
    for module, names in re.findall(r"^\| `(fbtool[\w.]*)` \| (.*) \|$", part, re.MULTILINE):
        found.setdefault(module, set()).update(re.findall(r"`(\w+)`", names))
    kinds = (kind for kind in problems.all_problems() if kind.__module__ == problems.__name__)
    found[problems.__name__] = {kind.__name__ for kind in kinds} | {"GatewayProblem"}
    return found


def imported(file: Path) -> set[tuple[str, str]]:
    """What a file takes from fbtool."""
    tree = ast.parse(file.read_text("utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    plain = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert not any(name.startswith("fbtool") for name in plain)
    return {
        (str(node.module), one.name) for node in froms for one in node.names if str(node.module).startswith("fbtool")
    }


def unlisted(file: Path) -> set[tuple[str, str]]:
    """What it takes that nobody has promised."""
    promised = listed("An author of a channel")
    return {(module, name) for module, name in imported(file) if name not in promised.get(module, ())}


def test_everything_that_is_promised_is_there() -> None:
    everything = listed()
    assert len(everything) > 25
    missing = [
        f"{module}.{name}"
        for module, names in everything.items()
        for name in names
        if not hasattr(import_module(module), name)
    ]
    assert missing == []


def test_a_channel_needs_nothing_that_is_not_promised() -> None:
    assert unlisted(TOY) == set()
    assert unlisted(ROOT / "tests/gateway/channels/chat_server.py") == set()


def test_what_the_port_names_in_its_signatures_is_promised() -> None:
    assert unlisted(ROOT / "fbtool/gateway/channels/port.py") == set()
    assert unlisted(ROOT / "fbtool/gateway/channels/conformance/platform.py") == set()


def test_the_page_shows_the_toy_channel_as_it_is() -> None:
    assert f"```python\n{TOY.read_text('utf-8')}```" in PAGE


def test_a_whole_channel_is_short() -> None:
    assert len([line for line in TOY.read_text("utf-8").splitlines() if line.strip()]) <= LINES


def test_the_page_names_every_part_of_the_port() -> None:
    for kind in ("Plug", "Channel"):
        table = PAGE.partition(f"| of `{kind}` |")[2].partition("\n\n")[0]
        (body,) = (
            node.body
            for node in ast.parse((ROOT / "fbtool/gateway/channels/port.py").read_text("utf-8")).body
            if isinstance(node, ast.ClassDef) and node.name == kind
        )
        defined = {one.name for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
        defined |= {
            one.target.id for one in body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        }
        told = {
            name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
        }
        assert told == defined
