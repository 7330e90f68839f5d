"""A CRM in Python, with the client that openapi-python-client made of the contract: take an event, answer it."""

import json
import sys

from crm import AuthenticatedClient
from crm.api.default import get_account, get_events, send_message, upload_attachment
from crm.models import AttachmentType, Event, Problem, QueuedMessage, TextMessage, UploadedAttachment
from crm.models.event_batch import EventBatch
from crm.types import File

gateway, token = sys.argv[1:]
client = AuthenticatedClient(base_url=f"{gateway}/v1", token=token)
batch = get_events.sync(client=client, wait=20)
assert isinstance(batch, EventBatch)
event = next(event for event in batch.events if event.kind == "message")
sent = send_message.sync(
    client=client,
    idempotency_key=event.id,
    body=TextMessage(conversation=event.conversation, human=True, text="Gern!"),
)
assert isinstance(sent, QueuedMessage)
unknown = send_message.sync(
    client=client, idempotency_key="x", body=TextMessage(conversation="unknown", human=False, text="x")
)
assert isinstance(unknown, Problem)
with open(__file__, "rb") as file:
    uploaded = upload_attachment.sync(
        client=client, body=File(file), conversation=event.conversation, type_=AttachmentType.FILE
    )
assert isinstance(uploaded, UploadedAttachment)
again = get_events.sync(client=client, after=batch.cursor)
assert isinstance(again, EventBatch)
account = get_account.sync(client=client)
assert account is not None
# New kinds and channels may come: the client takes them.
tomorrow = Event.from_dict(event.to_dict() | {"kind": "dance", "channel": "pigeon"})
print(json.dumps({"id": sent.id, "refused": unknown.code, "kind": tomorrow.kind, "file": uploaded.id}))
