"""What pages see of escalations: what one is about, its line in a list, and one with all its steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ITSELF = "Within24"
"""Who asks where something escalated by itself."""
KINDS = {
    "ticket": "Ticket",
    "claim": "Claim",
    "metric": "Account health",
    "problem": "Mail set aside",
    "followup": "Follow-up",
    "check": "Checklist",
    "source": "Source",
    "feedback": "Feedback",
    "return": "Return",
}


@dataclass(frozen=True)
class About:
    """What an escalation is about: (kind, ref) names one thing everywhere; `page` and `target` open it.

    `label` names it for people and holds no personal data.
    """

    kind: str
    ref: str
    label: str
    page: str
    target: tuple[tuple[str, str], ...] = ()
    account: str = ""
    marketplace: str | None = None
    order_id: str | None = None
    ticket_id: int | None = None

    @property
    def key(self) -> str:
        """Its name, as `ticket:12`."""
        return f"{self.kind}:{self.ref}"


@dataclass(frozen=True)
class Line:
    """One escalation. `to` is empty for any supervisor; `for_me`: whoever looks may answer it; `mine`: they asked.

    `by_itself`: nobody asked, and it closes when its cause ends. `reached` steps may have reached somebody; `doubtful`
    ones failed or nobody knows. `state`: asked, acknowledged, answered or closed.
    """

    id: int
    version: int
    about: About
    sentence: str
    needed: str
    needed_by: datetime
    urgency: str
    to: str
    by: str
    initials: str
    opened_at: datetime
    by_itself: bool
    for_me: bool
    mine: bool
    state: str
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    answer: str
    answered_at: datetime | None
    answered_by: str | None
    closed_at: datetime | None
    closed_by: str | None
    closed_why: str
    reached: int = 0
    doubtful: int = 0

    @property
    def whom(self) -> str:
        """Who is asked, in words."""
        return self.to or "any supervisor"


@dataclass(frozen=True)
class StepLine:
    """One step that was made: by which channel, for the how manieth time, to whom, and what became of it."""

    channel: str
    attempt: int
    person: str
    state: str
    at: datetime
    error: str


@dataclass(frozen=True)
class NextStep:
    """The step that comes next if nobody acknowledges, and when."""

    channel: str
    attempt: int
    due_at: datetime


@dataclass(frozen=True)
class Detail:
    """One escalation with its ladder: what was made, what comes next."""

    line: Line
    steps: tuple[StepLine, ...]
    next: NextStep | None


@dataclass(frozen=True)
class Wish:
    """What somebody wants to escalate: the sentence, what is needed, from whom ("" any supervisor), by when."""

    sentence: str
    needed: str
    to: str
    needed_by: datetime | None
    urgency: str
    initials: str
