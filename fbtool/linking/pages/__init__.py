"""Seeing a person's Pages: asked of every source, made into one list, and judged."""
