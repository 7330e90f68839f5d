"""What all tests share."""

import signal
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes depends on what else the machine does.
settings.register_profile("fbtool", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fbtool")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    # A shell starts what runs in the background with Ctrl-C ignored, and processes inherit that; the tests send it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

DRIVEN = {"chromium", "scenarios", "view", "windows"}
"""Folders whose tests drive a real browser or the Windows programs. Those alone may fail once: a busy computer starves
a browser, and that is no finding. A rerun is named at the end. Everything else has one try."""

LARGE = DRIVEN | {"channels", "clients", "conformance", "desktop", "e2e"}
"""Folders whose tests need programs of the system or start many processes."""

LARGE_FILES = {
    "test_link_monitor",
    "test_check",
    "test_cluster",
    "test_crash",
    "test_download",
    "test_encodings",
    "test_failed_deliveries",
    "test_faults",
    "test_in_question",
    "test_backup_and_keys",
    "test_store_model",
    "test_proxies",
    "test_sending",
    "test_shared_database",
    "test_short_names",
    "test_fair_semaphore",
    "test_stopping",
    "test_unreadable_rows",
    "test_worlds",
}
"""The same for files elsewhere."""

SYSTEM_FIXTURES = {"cluster", "browser", "browsers", "screen"}
"""Fixtures that need a program of the system."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whoever wants the quick tests need not wait until the others are read."""
    return True if config.getoption("markexpr") == "quick" and collection_path.name in LARGE else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folders = set(item.path.relative_to(Path(__file__).parent).parts[:-1])
        if folders & DRIVEN or item.path.stem == "test_chromium" or "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))
        if not (folders & LARGE or item.path.stem in LARGE_FILES or _needs_system(item)):
            item.add_marker(pytest.mark.quick)
    # Files with slow tests go first, so that no worker is left alone with one of them at the end.
    slow = {item.path for item in items if item.get_closest_marker("quick") is None}
    items.sort(key=lambda item: item.path not in slow)


def _needs_system(item: pytest.Item) -> bool:
    values = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
    return "postgres" in values or not SYSTEM_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
