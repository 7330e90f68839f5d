"""Facebook Pages: a channel of the gateway. `plug` is its way in."""

NAME = "facebook"
