"""What both bot frameworks are asked to show: take webhooks, accept their signatures, answer through the Graph API."""

import hashlib
import hmac
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from stage import Stage
from trials import expect, perform

VERIFY_TOKEN = "open sesame"
FIELDS = ("messages", "message_echoes", "message_deliveries", "message_reads")
_INSTALL = ("install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--loglevel=error")
_INSTALL_WITHIN = 600.0
_STOP_WITHIN = 10.0
_ANSWER_WITHIN = 30.0


@dataclass(frozen=True)
class Scene:
    """A running bot and the sandbox around it."""

    stage: Stage
    callback: str


def try_bot(name: str, stage: Stage, scenery: Path, workplace: Path, settings: Mapping[str, str]) -> None:
    """Install the bot in ``scenery`` below ``workplace``, start it and perform the trials.

    Args:
        name: the framework's npm package.
        stage: the sandbox.
        scenery: the bot's own few files.
        workplace: where it is installed and runs.
        settings: environment variables beyond those that every bot gets.
    """
    folder = install(scenery, workplace)
    manifest = json.loads((folder / "node_modules" / name / "package.json").read_text("utf-8"))
    credentials = {
        "APP_ID": stage.app.id,
        "APP_SECRET": stage.app.secret,
        "PAGE_TOKEN": stage.page_token(),
        "VERIFY_TOKEN": VERIFY_TOKEN,
    }
    with running(folder, credentials | dict(settings)) as callback:
        perform(name, manifest["version"], TRIALS, Scene(stage, callback))


def install(scenery: Path, workplace: Path) -> Path:
    """Copy a bot's files and let npm fetch what its package.json names; scripts of packages do not run."""
    folder = workplace / scenery.name
    shutil.copytree(scenery, folder, dirs_exist_ok=True)
    npm = shutil.which("npm")
    assert npm is not None
    subprocess.run([npm, *_INSTALL], cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=_INSTALL_WITHIN)
    return folder


@contextmanager
def running(folder: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """Run a bot; gives the address of its webhook. It ends at the latest when its stdin closes."""
    node = shutil.which("node")
    assert node is not None
    bot = subprocess.Popen(
        [node, "server.js"],
        cwd=folder,
        env=os.environ | dict(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert bot.stdout is not None
        heard = json.loads(bot.stdout.readline() or "null")
        assert heard, "the bot ended before it listened"
        yield f"http://127.0.0.1:{heard['port']}{heard['path']}"
    finally:
        bot.kill()
        bot.communicate(timeout=_STOP_WITHIN)


def takes_webhooks(scene: Scene) -> str:
    """Answers the verification of its webhook."""
    stage, fields = scene.stage, ",".join(FIELDS)
    subscription = {"object": "page", "callback_url": scene.callback, "verify_token": VERIFY_TOKEN, "fields": fields}
    stage.graph("POST", f"{stage.app.id}/subscriptions", access_token=stage.app_token, **subscription)
    wanted = {"access_token": stage.page_token(), "subscribed_fields": fields}
    expect(stage.graph("POST", f"{stage.page.id}/subscribed_apps", **wanted), {"success": True})
    return "the challenge came back"


def answers(scene: Scene) -> str:
    """Accepts the signature and answers so that the customer sees it."""
    return _conversation(scene, "Guten Tag")


def answers_beyond_ascii(scene: Scene) -> str:
    r"""Accepts the signature over text that is escaped on the wire (\u00e4, \/)."""
    return _conversation(scene, "Grüße & Küsse 🌻 <1/2> „Strauß“")


def takes_everything(scene: Scene) -> str:
    """Takes every webhook at the first try: messages, echoes, deliveries, reads."""
    attempts = scene.stage.deliveries(FIELDS, wait=_ANSWER_WITHIN)
    expect({(attempt["status"], attempt["attempt"]) for attempt in attempts}, {(200, 1)})
    expect({field for attempt in attempts for field in attempt["fields"]}, set(FIELDS))
    return f"{len(attempts)} deliveries, each answered with 200"


def refuses_a_wrong_signature(scene: Scene) -> str:
    """Refuses the same webhook with a wrong signature."""
    before = len(scene.stage.answers(0))
    body = b'{"object":"page","entry":[]}'
    signature = hmac.new(b"somebody else's secret", body, hashlib.sha1).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature": f"sha1={signature}"}
    try:
        status = requests.post(scene.callback, data=body, headers=headers, timeout=_ANSWER_WITHIN).status_code
        assert status >= 400, f"taken with HTTP status {status}"
        seen = f"HTTP status {status}"
    except requests.ConnectionError:
        seen = "its process ended"
    expect(len(scene.stage.answers(0)), before)
    return seen


def _conversation(scene: Scene, text: str) -> str:
    stage = scene.stage
    before = len(stage.answers(0))
    written = stage.customer_writes(text)
    expect(written["delivered"], 1)
    seen = [message["text"] for message in stage.answers(before + 1, wait=_ANSWER_WITHIN)]
    expect(seen[before:], [f"{stage.jonas.first_name}: {text}"])
    return f"“{seen[-1]}”"


TRIALS = (takes_webhooks, answers, answers_beyond_ascii, takes_everything, refuses_a_wrong_signature)
