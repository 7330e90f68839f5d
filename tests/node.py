"""What tests use of npm, installed once for each version of its package.json."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import platformdirs
import pytest

SECONDS = 600


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What a program printed, complaints last; an error ends the test."""
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def installed(package: Path) -> Path:
    """The folder with what ``package``, a package.json, names."""
    if not shutil.which("npm"):
        assert "CI" not in os.environ, "npm is missing (Debian: npm)"
        pytest.skip("npm is not installed (Debian: npm)")
    named = package.read_bytes()
    cache = platformdirs.user_cache_path("fbtool-tests")
    place = cache / f"node-{hashlib.sha256(named).hexdigest()[:16]}"
    if not place.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=cache))
        (fresh / "package.json").write_bytes(named)
        run("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", folder=fresh)
        try:
            fresh.rename(place)
        except OSError:  # another run was quicker
            shutil.rmtree(fresh)
    return place
