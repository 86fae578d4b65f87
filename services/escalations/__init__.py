"""Escalations: one sentence to whoever must decide, a ladder of channels until somebody has seen it, and the answer."""
