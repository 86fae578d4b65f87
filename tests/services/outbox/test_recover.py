"""What dead senders leave behind becomes unknown; what living ones are at work on is left alone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest

from data import outgoing
from services import processes
from services.outbox import deliver, holders
from services.rules import outbox
from services.settings import real_now
from tests.desks import NOW
from tests.posts import Post

CONTRACT = {"queued", "sending", "handed_over", "confirmed", "bounced", "rejected", "unknown"}
SECOND = timedelta(seconds=1)


def left(
    post: Post, holder: str | None, silent_for: timedelta = timedelta(0), ticket: int | None = None
) -> int:
    """A reply that somebody reserved, and gave the last sign of a while ago."""
    outbox_id = post.queue(ticket or post.ticket())
    with post.desk.store.write() as session:
        claimed = outgoing.claim(session, outbox_id, holder=holder or "", now=NOW, real_now=real_now())
        assert claimed
        row = outgoing.get(session, outbox_id)
        assert row is not None
        row.holder, row.alive_at = holder, (row.alive_at or real_now()) - silent_for
    return outbox_id


def named(pid: int, host: str | None = None, started: str | None = None) -> str:
    since = processes.started(pid) if started is None else started
    return "|".join((host or socket.gethostname(), str(pid), since, "x"))


@pytest.fixture
def other() -> Any:
    """A process of this host that lives until the test ends."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_a_living_sender_of_this_host_loses_nothing_however_long_it_takes(every_post: Post, other: Any) -> None:
    post = every_post
    outbox_id = left(post, named(other.pid), 3600 * SECOND)
    assert deliver.recover(post.desk.store) == 0
    assert post.state(outbox_id) == "sending"
    other.kill()
    other.wait()
    assert deliver.recover(post.desk.store) == 1
    assert post.state(outbox_id) == "unknown"


def test_a_process_id_that_is_used_again_is_another_process(post: Post, other: Any) -> None:
    outbox_id = left(post, named(other.pid, started="12"))
    assert deliver.recover(post.desk.store) == 1
    assert post.state(outbox_id) == "unknown"


@pytest.mark.parametrize(("silent", "state"), [(50, "sending"), (61, "unknown")])
def test_a_sender_of_another_host_is_dead_after_a_minute_without_a_sign(
    every_post: Post, silent: int, state: str
) -> None:
    outbox_id = left(every_post, named(1, host="another-host"), silent * SECOND)
    assert deliver.recover(every_post.desk.store) == (state == "unknown")
    assert every_post.state(outbox_id) == state


@pytest.mark.parametrize("holder", [None, "", "somebody", "a|b|c|d", f"{socket.gethostname()}|{10**30}|1|x"])
def test_a_holder_that_is_no_process_is_dead(post: Post, holder: str | None) -> None:
    outbox_id = left(post, holder)
    deliver.recover(post.desk.store)
    assert post.state(outbox_id) == "unknown"


def test_what_this_process_is_at_work_on_is_its_own(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = post.ticket(), post.ticket()
    outbox_id, lost = post.queue(tickets[0]), left(post, holders.me(), ticket=tickets[1])
    send, states = deliver.post.send, []

    def slow(*args: Any, **more: Any) -> Any:
        deliver.recover(post.desk.store)
        states.extend([post.state(outbox_id), post.state(lost)])
        return send(*args, **more)

    monkeypatch.setattr(deliver.post, "send", slow)
    post.deliver()
    assert states == ["sending", "unknown"]
    assert post.state(outbox_id) == "handed_over"


def test_a_slow_server_makes_nobody_look_dead(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs are given while the mail server thinks, so that another host waits too."""
    monkeypatch.setattr(deliver, "SIGN_EVERY", 0.05)
    outbox_id = post.queue(post.ticket())
    post.server.slow_seconds = 0.8
    post.server.plan("slow")
    sender = threading.Thread(target=post.deliver)
    sender.start()
    signs = set()
    while sender.is_alive():
        signs.add(post.row(outbox_id).alive_at)
        sender.join(0.05)
    assert len(signs) > 3
    assert post.state(outbox_id) == "handed_over"


def test_a_child_has_another_name_than_its_parent() -> None:
    hear, tell = os.pipe()
    mine = holders.me()
    child = os.fork()
    if child == 0:
        os.write(tell, holders.me().encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(hear, 1000).decode()
    assert theirs.split("|")[1] == str(child)
    assert theirs != mine == holders.me()
    assert (holders.is_alive(mine), holders.is_alive(theirs)) == (True, False)


def test_the_export_knows_the_states_of_the_contract_and_no_other(post: Post) -> None:
    """A reply that was taken back is a draft again: no row, whatever else happened."""
    assert set(outbox.MOVES) - CONTRACT == {"cancelled"}
    by_state = {state: post.queue(post.ticket()) for state in outbox.MOVES}
    with post.desk.store.write() as session:
        for state, outbox_id in by_state.items():
            row = outgoing.get(session, outbox_id)
            assert row is not None
            row.state = state
    rows = post.desk.rows("outbox")
    assert {row["state"] for row in rows} == CONTRACT
    assert by_state["cancelled"] not in {row["id"] for row in rows}
