"""Parts of the Claims page: its URL, the list, one case, the months and the defect rate."""
