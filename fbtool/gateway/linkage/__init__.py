"""Links of Pages: made, looked after, repaired, ended, and the people by whose tokens they live."""
