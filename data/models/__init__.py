"""Tables, by who writes them: mirrored (sync), ours and outgoing (people), derived (rebuilt), ledger, journal."""

from data.models import (
    amazon,
    amazon_work,
    casework,
    derived,
    journal,
    ledger,
    mirrored,
    ours,
    outgoing,
    teamwork,
    templates,
    triage,
)
from data.models.base import Base

__all__ = [
    "Base",
    "amazon",
    "amazon_work",
    "casework",
    "derived",
    "journal",
    "ledger",
    "mirrored",
    "ours",
    "outgoing",
    "teamwork",
    "templates",
    "triage",
]
