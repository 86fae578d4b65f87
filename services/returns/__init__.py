"""Returns: the list with its writes, the figures, and the caches both stand on."""
