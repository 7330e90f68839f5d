"""Mending what is broken: a state machine that takes the smallest step first, and its runner."""
