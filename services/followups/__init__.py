"""Follow-ups: the rows of shared sheets as a work list, and what people do about them."""

from services.followups.board import Line, waiting

__all__ = ["Line", "waiting"]
