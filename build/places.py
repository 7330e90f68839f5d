"""Where things are."""

from pathlib import Path

BUILD = Path(__file__).parent
ROOT = BUILD.parent
REQUIREMENTS = BUILD / "requirements.txt"
DIST = ROOT / "dist" / "windows"
"""What people download, and the folder ``Facebook-Tool`` that it is made from."""
WORK = ROOT / "dist" / "work"
"""What only the build needs."""
PROGRAM = "Facebook-Tool"
"""The folder with both programs, the window's program in it, and the start of every download's name."""
