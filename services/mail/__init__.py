"""What a mail says: MIME, text, safe HTML. No network, no database."""
