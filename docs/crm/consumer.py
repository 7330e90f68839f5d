"""The smallest useful customer-service system: it stores what customers write, acknowledges it, and answers.

GATEWAY=https://gateway.example.org TOKEN=fbt_… python consumer.py inbox.db
"""

import json
import os
import sqlite3
import sys
import time

import requests

API = os.environ["GATEWAY"] + "/v1"
session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["TOKEN"]

inbox = sqlite3.connect(sys.argv[1])
inbox.execute("CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, event TEXT, answered INTEGER DEFAULT 0)")


def take(cursor):
    """Acknowledge what came with ``cursor``, wait for the next events and store them; return their cursor."""
    batch = session.get(API + "/events", params={"after": cursor, "wait": 25}, timeout=60)
    batch.raise_for_status()
    with inbox:  # one transaction: the events are safe before the next request acknowledges them
        for event in batch.json()["events"]:
            # An event may come twice; its id does not.
            inbox.execute("INSERT OR IGNORE INTO event (id, event) VALUES (?, ?)", (event["id"], json.dumps(event)))
    return batch.json()["cursor"]


def answer():
    """Answer every message that has no answer yet, in the order in which they were written."""
    waiting = inbox.execute("SELECT id, event FROM event WHERE NOT answered ORDER BY json_extract(event, '$.time')")
    for event_id, text in waiting.fetchall():
        event = json.loads(text)
        if event["kind"] == "message" and event["reply_until"] and not event["content"].get("standby"):
            message = {"conversation": event["conversation"], "text": "Danke! Wir melden uns.", "human": False}
            # The event's id as the key: whatever happens in between, the customer gets one answer.
            queued = session.post(API + "/messages", json=message, headers={"Idempotency-Key": event_id}, timeout=60)
            if queued.status_code >= 500:
                return  # later
            if not queued.ok:
                print(queued.json()["title"], queued.json()["remedy"], file=sys.stderr)
        with inbox:
            inbox.execute("UPDATE event SET answered = 1 WHERE id = ?", (event_id,))


cursor = ""
while True:
    try:
        cursor = take(cursor)
        answer()
    except requests.RequestException as trouble:
        print("The gateway is not available:", type(trouble).__name__, file=sys.stderr)
        time.sleep(5)
