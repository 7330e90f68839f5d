"""What its operator does with a gateway: set up, check, back up, change keys, manage accounts."""
