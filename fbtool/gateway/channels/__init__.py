"""What the gateway serves: each channel is a folder of its own, and a plug of `port`."""
