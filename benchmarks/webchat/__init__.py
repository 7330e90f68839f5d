"""What the web chat costs: a shop's page, a visitor's line, and the gateway beside Facebook's webhooks."""
