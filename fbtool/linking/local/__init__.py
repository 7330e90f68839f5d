"""What this computer remembers: accounts and people, which of them a run is about, and their secrets."""
