"""Killing the sender at any moment sends nothing twice and loses nothing: over 500 kills, a real server and store."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from data.models.outgoing import Outgoing
from services.outbox import compose, deliver, queue
from services.settings import real_now
from tests.desks import HOUR, NOW, ask
from tests.posts import ANNA, Post

pytestmark = [pytest.mark.servers, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")]

log = logging.getLogger(__name__)
ROOT = Path(__file__).parents[3]
KILLS = 500
TICKETS = 50
REPLIES = 1000
CONFIG = """
[accounts.acme]
marketplaces = ["US"]
[accounts.acme.folder]
path = "shop"
[accounts.acme.smtp]
host = "localhost"
port = {port}
security = "none"
sender = "support@shop.example"
"""


def fill(post: Post) -> dict[int, str]:
    """Many queued replies in some tickets: outbox id -> its words, which no other reply has."""
    more = [{"alias": f"k3x9q7m2w8r{n:03}", "order": f"114-5550{n:03}-7770001"} for n in range(TICKETS)]
    post.desk.put(*(ask(n, NOW - HOUR, **about) for n, about in enumerate(more)))
    post.desk.sync()
    first = [post.queue(row["id"], "Reply 0.") for row in post.desk.tickets()]
    made: dict[int, str] = {}
    with post.desk.store.write() as session:
        columns = [column.name for column in Outgoing.__table__.columns if column.name != "id"]
        models = [session.get(Outgoing, each) for each in first]
        for n in range(REPLIES):
            model = models[n % TICKETS]
            words = f"Reply number {n + 1:06}."
            own = {"text": words, "body": words, "message_id": compose.new_message_id("support@shop.example")}
            row = Outgoing(**{**{name: getattr(model, name) for name in columns}, **own, "not_before": real_now()})
            session.add(row)
            session.flush()
            made[row.id] = words
    for each in first:
        assert queue.cancel(post.desk.store, each, actor=ANNA, now=NOW)
    return made


def kill(post: Post, folder: Path, seed: int) -> int:
    config = folder / "within24.toml"
    config.write_text(CONFIG.format(port=post.server.port), encoding="utf-8")
    environment = {
        **os.environ,
        "WITHIN24_DATABASE_URL": post.desk.store.url,
        "WITHIN24_STATE_DIR": str(folder / "state"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, str(ROOT / "tests" / "outbox_killer.py"), str(config), str(KILLS), str(seed)]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return int(json.loads(done.stdout)["killed"])


def words_sent(post: Post) -> Counter[str]:
    return Counter(received.mail.get_content().strip() for received in post.server.accepted)


def test_nothing_is_sent_twice_and_nothing_is_lost_over_five_hundred_kills(post: Post, tmp_path: Path) -> None:
    made = fill(post)
    killed = kill(post, tmp_path, seed=24)
    assert killed >= KILLS
    deliver.recover(post.desk.store)

    # Right after the last kill: at most once each, and every state tells the truth.
    sent = words_sent(post)
    assert set(sent.values()) == {1}
    rows = {row["id"]: row for row in post.desk.rows("outbox")}
    assert set(rows) == set(made)
    states = Counter(row["state"] for row in rows.values())
    log.info("%d kills: %s, %d accepted of %d attempts", killed, dict(states), len(sent), post.server.attempts)
    assert set(states) == {"handed_over", "unknown", "queued"}
    for outbox_id, row in rows.items():
        n = sent[made[outbox_id]]
        assert n == {"handed_over": 1, "queued": 0}.get(row["state"], n), (outbox_id, row["state"])
    unknown = [outbox_id for outbox_id, row in rows.items() if row["state"] == "unknown"]
    # Both kinds of unknown were met, or the kills would have proved nothing.
    assert {sent[made[outbox_id]] for outbox_id in unknown} == {0, 1}

    # A person looks at each; afterwards every buyer has every reply once.
    for outbox_id in unknown:
        arrived = sent[made[outbox_id]] == 1
        queue.settle_unknown(post.desk.store, post.settings, outbox_id, arrived=arrived, actor=ANNA, now=NOW)
    post.deliver()
    assert words_sent(post) == Counter(made.values())
    assert {row["state"] for row in post.desk.rows("outbox")} == {"handed_over", "rejected"}
    post.agrees()
