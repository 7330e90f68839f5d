"""Facebook Pages: a channel of the gateway."""
