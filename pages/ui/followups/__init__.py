"""Parts of the Follow-ups page: its address, the list, one row, and the sheets behind it."""
