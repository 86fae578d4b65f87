"""Pages on which agents work: what waits, and the conversations."""
