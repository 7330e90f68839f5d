"""The widget's engine against a scripted gateway, in a browser made of plain objects and with a clock of its own."""

import shutil
from pathlib import Path

import pytest

from tests.node import run

ENGINE = Path(__file__).parent / "engine"
WIDGET = Path(__file__).parents[2] / "fbtool" / "webchat" / "widget"


@pytest.mark.parametrize("file", sorted(file.name for file in ENGINE.glob("*.test.js")))
def test_engine(file: str, tmp_path: Path) -> None:
    if not shutil.which("node"):
        pytest.skip("node is not installed (Debian: nodejs)")
    # Beside a package.json that says so, every version of Node takes the files as modules.
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for folder in (ENGINE, WIDGET):
        shutil.copytree(folder, tmp_path / folder.relative_to(Path(__file__).parents[2]))
    run("node", "--test", (ENGINE / file).relative_to(Path(__file__).parents[2]), folder=tmp_path)
