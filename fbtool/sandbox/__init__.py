"""The stand-in for Facebook: its people, Pages, login dialog, Graph API, Messenger and webhooks.

It is written from the platform's documentation and shares no code with what it judges.
"""
