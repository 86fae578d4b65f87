"""Parts of the Checklist page: the table of cells, one cell with all about it, and the form of a duty."""
