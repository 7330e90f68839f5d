"""Who may come in, how long that may take, and who is turned away."""
