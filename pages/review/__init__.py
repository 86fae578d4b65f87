"""Pages on which supervisors look back."""
