"""The pages of Within24, one folder per section of the menu; no page lies directly here (see docs/decisions)."""
