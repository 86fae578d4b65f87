"""Every step once, however often the desk is killed: 1,000 lives that end at any statement, commit or mail."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from data import people as persons
from data.store import Store
from services.escalations import acts
from services.outbox import notify
from services.settings import Settings
from services.team import change
from tests.desks import DAY, HOUR, NOW
from tests.escalations import BEA, ask, climb, settings_of, steps, team_of_three
from tests.kills import Killer
from tests.posts import time_is
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.servers
log = logging.getLogger(__name__)
ROOT = Path(__file__).parents[3]
KILLS, AT_ONCE, LONGEST = 1000, 6, 34
CONFIG = """
[accounts.acme]
marketplaces = ["US"]
[accounts.acme.smtp]
host = "localhost"
port = {port}
security = "none"
sender = "support@shop.example"
[notifications]
channels = ["product", "mail"]
quiet = []
"""


@pytest.fixture
def team(store: Store) -> Store:
    """Works on Sundays too; two supervisors have an address."""
    team_of_three(store)
    with store.write() as session:
        persons.add(session, "Dora", role="supervisor", email="dora@example.com")
    change(store, actor=BEA, now=NOW - DAY, closed_weekdays=[])
    return store


def test_each_step_is_made_exactly_once_over_a_thousand_kills(
    team: Store, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A process is killed, not the machine: what it committed the system keeps, so that no disk is waited for.
    monkeypatch.setattr(team, "_durable", team._writers)
    killer = Killer(team, monkeypatch, seed=24)
    chosen = settings_of(smtp, channels=["mail", "product"], patience_hours={"normal": 1})
    asked: list[int] = []
    while killer.kills < KILLS:
        for done in asked[-AT_ONCE:]:
            acts.close(team, done, None, actor=BEA, now=NOW + DAY)
        asked += [ask(team, to="") for _ in range(AT_ONCE)]
        for hours in range(8):
            killer.lives(lambda at=NOW + hours * HOUR: _life(team, chosen, at), longest=LONGEST)  # type: ignore[misc]
    _each_once(team, asked, smtp)
    fates = Counter(step.state for step in steps(team, *asked))
    log.info("%d kills, %d escalations: %s, %d mails", killer.kills, len(asked), dict(fates), len(smtp.accepted))


def _life(store: Store, chosen: Settings, now: datetime) -> None:
    with time_is(now):
        notify.recover(store)
    climb(store, chosen, now)


def _each_once(store: Store, asked: list[int], smtp: SmtpServer) -> None:
    """The whole ladder was climbed; every mail is in the server as often as its step says, and none twice."""
    arrived = smtp.counted()
    assert set(arrived.values()) <= {1}
    found = steps(store, *asked)
    for number in asked:
        mine = Counter((step.channel, step.attempt, step.person) for step in found if step.escalation_id == number)
        assert mine == Counter(
            [("product", 1, ""), ("product", 2, "")]
            + [("mail", attempt, person) for attempt in (1, 2) for person in ("Bea", "Dora")]
        )
    mails = [step for step in found if step.channel == "mail"]
    assert {step.state for step in mails} == {"sent", "unknown"}
    assert all(arrived[step.message_id] == 1 for step in mails if step.state == "sent")
    assert set(arrived) <= {step.message_id for step in mails}
    # Both kinds of unknown were met, or the kills would have proved nothing.
    assert {arrived[step.message_id] for step in mails if step.state == "unknown"} == {0, 1}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_a_real_sigkill_at_any_moment_sends_nothing_twice(team: Store, smtp: SmtpServer, tmp_path: Path) -> None:
    asked = [ask(team, to="") for _ in range(25)]
    (tmp_path / "within24.toml").write_text(CONFIG.format(port=smtp.port), encoding="utf-8")
    environment = {**os.environ, "WITHIN24_DATABASE_URL": team.url, "PYTHONPATH": str(ROOT),
                   "WITHIN24_NOW": NOW.isoformat()}  # fmt: skip
    command = [sys.executable, str(ROOT / "tests" / "escalation_killer.py"), str(tmp_path / "within24.toml"), "24"]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["killed"] >= 8
    notify.recover(team)
    _each_once_or_unknown(team, asked, smtp)


def _each_once_or_unknown(store: Store, asked: list[int], smtp: SmtpServer) -> None:
    arrived, found = smtp.counted(), [step for step in steps(store, *asked) if step.channel == "mail"]
    assert set(arrived.values()) == {1}
    assert Counter((s.escalation_id, s.attempt, s.person) for s in found).most_common(1)[0][1] == 1
    assert {step.state for step in found} <= {"sent", "unknown"}
    assert all(arrived[step.message_id] == 1 for step in found if step.state == "sent")
    assert len(found) == 4 * len(asked)
