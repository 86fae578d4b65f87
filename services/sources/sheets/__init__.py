"""Spreadsheets as a source: Google's through gspread, and files below sheets/ of an account's folder."""
