"""Tables, by who writes them: mirrored (sync), ours and outgoing (people), derived (rebuilt), ledger, journal."""

from data.models import (
    amazon,
    amazon_asked,
    amazon_work,
    cases,
    casework,
    derived,
    feedback_work,
    journal,
    ledger,
    mirrored,
    ours,
    outgoing,
    return_figures,
    return_work,
    teamwork,
    templates,
    triage,
)
from data.models.base import Base

__all__ = [
    "Base",
    "amazon",
    "amazon_asked",
    "amazon_work",
    "cases",
    "casework",
    "derived",
    "feedback_work",
    "journal",
    "ledger",
    "mirrored",
    "ours",
    "outgoing",
    "return_figures",
    "return_work",
    "teamwork",
    "templates",
    "triage",
]
