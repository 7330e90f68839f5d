"""The project's commands: ``pip install nox``, then ``nox -s NAME``. ``nox --list`` shows them all."""

import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.4.15"
nox.options.sessions = ["lint", "tests"]
nox.options.reuse_existing_virtualenvs = True
nox.options.default_venv_backend = "virtualenv"

# What the tests can use beyond Python: the program or file that shows it is there, its Debian package, what it is for.
SYSTEM = {
    "chromium": ("chromium", "the browser that plays the login dialog"),
    "chromedriver": ("chromium-driver", "what moves the browser"),
    "firefox-esr": ("firefox-esr", "the other browser in which a web chat has to work"),
    "Xvfb": ("xvfb", "a screen for the window that nobody sees"),
    "dbus-run-session": ("dbus", "the session bus of the secret store"),
    "gnome-keyring-daemon": ("gnome-keyring", "a real secret store"),
    "pg_ctlcluster": ("postgresql", "the database that several gateways share"),
    "promtool": ("prometheus", "what judges the alerts"),
    "nginx": ("nginx", "one of the two reverse proxies whose examples are tried"),
    "caddy": ("caddy", "the other one"),
    "npm": ("npm", "the way to the linters and the TypeScript client of the contract"),
}

# What building and trying the Windows download takes on Linux.
WINDOWS_SYSTEM = {
    "wine": ("wine wine64", "what runs Windows programs"),
    "x86_64-w64-mingw32-ld": ("binutils-mingw-w64-x86-64", "a library that older wines lack"),
    "makensis": ("nsis", "the installer"),
    "osslsigncode": ("osslsigncode", "signatures of Windows programs"),
    "Xvfb": ("xvfb", "a screen for windows"),
    "xdotool": ("xdotool", "hands for windows"),
    "import": ("imagemagick", "pictures of windows"),
}

# What measuring takes beside it.
BENCH_SYSTEM = {
    "wrk": ("wrk", "what makes load"),
    "cc": ("gcc libc6-dev", "a slower disk is imitated by a small library"),
    "Xvfb": ("xvfb", "a screen for windows"),
}

# What the pictures take beside it: their letters look the same everywhere.
PICTURE_SYSTEM = {
    "fc-list": ("fontconfig", "what finds fonts"),
    "/usr/share/fonts/truetype/open-sans/OpenSans-Regular.ttf": ("fonts-open-sans", "the letters of the window"),
    "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf": ("fonts-noto-color-emoji", "the pictograms of a chat"),
}

# One file stays on one worker: its servers and browsers are started once. tests/conftest.py says which files go first.
PYTEST = ("pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")

PATIENT = ("-o", "DPkg::Lock::Timeout=300")
"""Another installation may be under way on this machine."""


@nox.session
def demo(session: nox.Session) -> None:
    """Show everything at work on this computer: sandbox, gateway, sign-in, link, message, answer, unlink."""
    session.install("-q", ".[gateway,sandbox]")
    session.run("fbtool", "demo", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests; on Debian as root, install what they need first (``-- -m quick`` needs nothing)."""
    if "quick" not in session.posargs:
        _provide_system_packages(session)
    session.install("-q", "-e", ".[dev]")
    session.run(*PYTEST, *session.posargs)


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions of all dependencies that pyproject.toml allows."""
    if "quick" not in session.posargs:
        _provide_system_packages(session)
    constraints = Path(session.create_tmp()) / "lowest.txt"
    session.run("python", "scripts/lowest.py", str(constraints))
    session.install("-q", "-e", ".[dev]", "-c", str(constraints))
    session.run(*PYTEST, *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Run all tests and tell which lines none of them reaches; takes a quarter longer (measured)."""
    _provide_system_packages(session)
    session.install("-q", "-e", ".[dev]")
    session.run("coverage", "erase")
    session.run(*PYTEST, "--cov", "--cov-report=", *session.posargs)
    session.run("coverage", "report", "--show-missing", success_codes=[0, 1])


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types (Python's and those of the web chat's JavaScript), and the import contract."""
    _provide_system_packages(session, {"npm": SYSTEM["npm"]})
    session.install("-q", "-e", ".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports", "--no-cache")
    session.run("python", "-m", "scripts.check_javascript")


@nox.session
def messages(session: nox.Session) -> None:
    """Bring the German catalogue up to date with the texts in the code."""
    session.install("-q", "-e", ".[dev]")
    session.run("python", "scripts/messages.py", *session.posargs)


@nox.session
def transcript(session: nox.Session) -> None:
    """Regenerate the transcript of the demo that the README shows."""
    session.install("-q", "-e", ".[gateway,sandbox]")
    session.run("python", "scripts/transcript.py", *session.posargs)


@nox.session
def screenshots(session: nox.Session) -> None:
    """Take the pictures in docs/images anew: Chromium, the web chat, the window; installs what it takes on Debian."""
    _provide_system_packages(session, SYSTEM | PICTURE_SYSTEM)
    session.install("-q", "-e", ".[dev]")
    session.run("python", "-m", "scripts.screenshots", *session.posargs)
    session.run("python", "-m", "scripts.webchat_pictures")
    session.run("python", "-m", "scripts.window_pictures")


@nox.session
def scenarios(session: nox.Session) -> None:
    """Carry out every scenario at Chromium and regenerate the page about them."""
    _provide_system_packages(session)
    session.install("-q", "-e", ".[dev]")
    session.run("pytest", "tests/scenarios", *session.posargs, env={"FBTOOL_WRITE_SCENARIOS": "1"})


@nox.session
def bench(session: nox.Session) -> None:
    """Measure what the project promises about speed, next to others; ``-- --quick`` in under three minutes."""
    _provide_system_packages(session, SYSTEM | BENCH_SYSTEM)
    session.install("-q", "-e", ".[dev]", "fastapi", "matplotlib", "brotli")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def exe(session: nox.Session) -> None:
    """Build the Windows download (on Linux under wine), test the built programs, print sizes and start times."""
    if sys.platform == "linux":
        _provide_system_packages(session, SYSTEM | WINDOWS_SYSTEM)
    session.install("-q", "-e", ".[dev]", "hatchling", "cyclonedx-python-lib[json-validation]>=8")
    session.run("python", "-m", "build.make", *session.posargs)
    session.run("pytest", "tests/windows", env={"FBTOOL_WINDOWS_BUILD": "dist/windows"})
    if sys.platform == "linux":
        session.run("python", "-m", "build.measure")


@nox.session
def crash(session: nox.Session) -> None:
    """Kill gateways under load and count messages: --rounds 200, --store sqlite or postgres, --channel webchat."""
    session.install("-q", "-e", ".[dev]")
    session.run("python", "-m", "tests.gateway.crash", *session.posargs)


@nox.session
def load(session: nox.Session) -> None:
    """Let customers write to gateways on one PostgreSQL: --seconds 120 --rate 50 --gateways 1 2, --channel webchat."""
    _provide_system_packages(session)
    session.install("-q", "-e", ".[dev]")
    session.run("python", "-m", "tests.gateway.load", *session.posargs)


@nox.session
def flood(session: nox.Session) -> None:
    """Flood a gateway with what strangers can send and print what memory it costs: --seconds 60, for each kind."""
    session.install("-q", "-e", ".[dev]")
    session.run("python", "-m", "tests.gateway.flood", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Draw the flows, write the API's pages, build the documents as a site (dist/site); every warning is an error."""
    session.install("-q", "-e", ".[gateway]", "pyyaml>=6", "mkdocs-material>=9.6,<10")
    session.run("python", "scripts/pictures.py", *session.posargs)
    session.run("python", "-m", "scripts.reference", *session.posargs)
    session.run("python", "-m", "scripts.api_page", *session.posargs)
    session.run("mkdocs", "build", "--strict", "--quiet", env={"NO_MKDOCS_2_WARNING": "1"})


@nox.session
def interop(session: nox.Session) -> None:
    """Let software that we did not write work against the sandbox, and print what held."""
    session.install("-q", "-e", ".[sandbox]", "-r", "tests/interop/requirements.txt")
    session.run("python", "tests/interop/run.py", *session.posargs)


def _provide_system_packages(session: nox.Session, wanted: dict[str, tuple[str, str]] = SYSTEM) -> None:
    missing = {name: wanted[name] for name in wanted if not (Path(name).exists() or shutil.which(name))}
    if not missing:
        return
    may_install = sys.platform == "linux" and Path("/etc/debian_version").exists() and os.geteuid() == 0
    if may_install:
        packages = [name for names, _ in missing.values() for name in names.split()]
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        install = ("apt-get", *PATIENT, "install", "-y", "-qq", "--no-install-recommends")
        session.run("apt-get", *PATIENT, "update", "-qq", external=True, success_codes=[0, 100])
        session.run(*install, *packages, external=True, env=quiet)
        return
    for package, purpose in missing.values():
        session.warn(f"missing: {package} ({purpose}); the tests that need it will be skipped")
