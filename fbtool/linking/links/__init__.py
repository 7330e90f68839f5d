"""Linking and unlinking Pages, one or many, also by a file."""
