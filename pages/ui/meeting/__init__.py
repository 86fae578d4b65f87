"""Parts of the Meeting page."""
