"""The meeting pack of a week or a month: its figures, what is decided, and its files for those who meet."""
