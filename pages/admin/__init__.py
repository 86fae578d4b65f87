"""Pages for the person who runs Within24."""
