"""What Meta's products share: how a webhook is proven, how errors are wrapped, how limits are told. No I/O.

What a single product says, such as Messenger, is in the product's own room.
"""
