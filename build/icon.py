"""The icon of the programs: the window's logo in every size by itself.

python -m build.icon FILE.ico
"""

import sys
from pathlib import Path

from fbtool.desktop import logo

SIZES = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
"""What Windows asks for at 100–200 %."""


def write(target: Path) -> None:
    """Write all sizes into one file."""
    pictures = [logo.draw(size) for size in SIZES]
    target.parent.mkdir(parents=True, exist_ok=True)
    largest = pictures[-1]
    largest.save(target, format="ICO", sizes=[(size, size) for size in SIZES], append_images=pictures[:-1])


if __name__ == "__main__":
    write(Path(sys.argv[1]))
