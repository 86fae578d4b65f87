"""Reads Amazon's reports and API answers, from bytes to rows: no network, no database."""
