"""Signing in with Facebook: a state machine, its runner, the browser, and the port that waits for its return."""
