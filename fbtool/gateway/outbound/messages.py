"""What is sealed in the queue of answers."""

import msgspec

from fbtool.facebook import messages, window
from fbtool.facebook.graph import Call
from fbtool.gateway.own_messages import Author, OwnMessage


class OutboundAttachment(msgspec.Struct, omit_defaults=True):
    """A file for the customer: one that Facebook fetches from ``url``, or one that was uploaded before."""

    type: messages.Attachment
    url: str = ""
    id: str = ""


class OutboundMessage(msgspec.Struct, omit_defaults=True):
    """What is sealed in the queue."""

    customer: str
    text: str = ""
    attachment: OutboundAttachment | None = None
    author: Author = Author.HUMAN

    @property
    def is_media(self) -> bool:
        """Whether Facebook takes fewer of its kind in a second."""
        return self.attachment is not None and self.attachment.type in {
            messages.Attachment.AUDIO,
            messages.Attachment.VIDEO,
        }

    def call(self, link_page: str, token: str, envelope: window.Envelope, message_id: str) -> Call[messages.Sent]:
        """How Facebook is asked to bring it to the customer."""
        metadata = OwnMessage(message_id, self.author).metadata()
        if self.attachment is None:
            return messages.send_text(link_page, token, self.customer, self.text, envelope, metadata)
        kind, url, attachment_id = self.attachment.type, self.attachment.url, self.attachment.id
        return messages.send_attachment(
            link_page, token, self.customer, kind, envelope, metadata, url=url, attachment_id=attachment_id
        )
