"""Write constraints that allow only the lowest version of each dependency that pyproject.toml names.

python scripts/lowest.py FILE       (``nox -s lowest`` installs with them and runs the tests)
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent


def constraints() -> Iterator[str]:
    """A line for each dependency with a floor: ``click==8.2; …``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    for requirement in sorted(set(named)):
        floor = re.match(r"([\w.-]+)(?:\[[\w,]*\])?>=([\w.]+)", requirement)
        if floor:
            marker = requirement.partition(";")[2]
            yield f"{floor[1]}=={floor[2]}" + (f"; {marker.strip()}" if marker else "")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text("".join(f"{line}\n" for line in constraints()), "utf-8")
