"""Parts about the team's spreadsheets."""
