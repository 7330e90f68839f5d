"""What it means that JSON from outside cannot be read."""

import msgspec

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that `msgspec.json.decode` raises for bytes of somebody else; the last one for brackets nested too deep."""
