"""One presenter per screen: the state, what a person can do, and the jobs for it. No widget here."""
