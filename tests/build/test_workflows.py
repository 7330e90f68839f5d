"""What builds the download cannot sign or release, and nothing is fetched under a name that may change its meaning."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
TEXTS = {file.name: file.read_text("utf-8") for file in FILES}
WORKFLOWS: dict[str, Any] = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
JOBS = WORKFLOWS["release.yml"]["jobs"]


@pytest.mark.parametrize("name", TEXTS)
def test_actions_are_pinned_by_commit_with_their_version_beside(name: str) -> None:
    used = re.findall(r"uses: (.*)", TEXTS[name])
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_nox_and_nsis_have_one_version() -> None:
    assert re.fullmatch(r"nox==[\d.]+\n", (ROOT / ".ci/requirements.txt").read_text("utf-8"))
    assert "pip install --quiet nox" not in "".join(TEXTS.values())
    for installed in re.findall(r"choco install (.*)", TEXTS["release.yml"]):
        assert installed.startswith("nsis --version=$env:NSIS_VERSION")


def test_each_job_of_a_release_has_its_own_rights_and_no_more() -> None:
    assert WORKFLOWS["release.yml"]["permissions"] == {}
    writes = {name for name, job in JOBS.items() if "write" in job["permissions"].values()}
    signs = {name for name, job in JOBS.items() if "secrets." in str(job)}
    builds = {name for name, job in JOBS.items() if "nox" in str(job)}
    assert (builds, signs, writes) == ({"build"}, {"sign"}, {"release"})
    assert "checkout" not in str(JOBS["release"])


def test_no_step_keeps_the_right_to_the_repository() -> None:
    for workflow in WORKFLOWS.values():
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                if "checkout" in step.get("uses", ""):
                    assert step["with"]["persist-credentials"] is False
