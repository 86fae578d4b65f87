"""Tables, by who writes them: mirrored (sync), ours and outgoing (people), derived (rebuilt), ledger, journal."""

from data.models import derived, journal, ledger, mirrored, ours, outgoing
from data.models.base import Base

__all__ = ["Base", "derived", "journal", "ledger", "mirrored", "ours", "outgoing"]
