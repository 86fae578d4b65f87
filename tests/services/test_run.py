"""`make run`: what it refuses, how it watches, and that nothing is left running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services import processes, run
from services.processes import Child
from services.run import CannotStart, Restarter

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def test_a_sync_that_keeps_dying_is_restarted_after_longer_and_longer_pauses() -> None:
    clock = [0.0]
    restarter = Restarter(lambda: clock[0])
    pauses = []
    for _ in range(8):
        restarter.ended(9, age=0.5)
        started = clock[0]
        while not restarter.is_due():
            clock[0] += 0.5
        pauses.append(clock[0] - started)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_after_a_steady_minute_the_next_restart_is_quick_again() -> None:
    clock = [0.0]
    restarter = Restarter(lambda: clock[0])
    for _ in range(5):
        restarter.ended(9, age=0.5)
    restarter.ended(9, age=60)
    assert restarter.due == 1


@pytest.mark.parametrize(
    ("code", "age", "given_up"), [(1, 0.5, True), (3, 31, True), (1, 60, False), (3, 60, False), (9, 0.5, False)]
)
def test_a_sync_that_needs_a_person_at_start_is_not_restarted(code: int, age: float, given_up: bool) -> None:
    restarter = Restarter()
    sentence = restarter.ended(code, age)
    assert restarter.given_up is given_up
    assert f"exit code {code}" in sentence


@pytest.mark.parametrize(
    ("config", "secrets", "address"),
    [
        ("", "", "127.0.0.1"),
        ('[server]\naddress = "::1"', "", "::1"),
        ('[server]\naddress = "0.0.0.0"', "", None),
        ('[server]\naddress = "192.0.2.7"', "[connections.db]\nurl = 'x'", None),
        ('[server]\naddress = ""', "", None),
        ('[server]\naddress = "0.0.0.0"', "[auth]\nredirect_uri = 'x'", "0.0.0.0"),
        ("[server", "", None),
        ('[server]\naddress = "0.0.0.0"', "[auth", None),
    ],
)
def test_nothing_listens_beyond_loopback_without_sign_in(
    tmp_path: Path, config: str, secrets: str, address: str | None
) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text(config)
    (tmp_path / ".streamlit" / "secrets.toml").write_text(secrets)
    if address is None:
        with pytest.raises(CannotStart):
            run._safe_address(tmp_path)
    else:
        assert run._safe_address(tmp_path) == address


def test_an_address_from_the_environment_is_checked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    with pytest.raises(CannotStart, match=r"0\.0\.0\.0 without sign-in"):
        run._safe_address(tmp_path)


def test_a_second_run_names_the_first(tmp_path: Path) -> None:
    first, again = (run._only_one(tmp_path, f"http://127.0.0.1:{port}") for port in (8501, 8502))
    with first, pytest.raises(CannotStart) as second, again:
        pass
    assert second.value.code == 3
    assert f"already running on http://127.0.0.1:8501 (process {os.getpid()})" in str(second.value)


def test_a_run_that_ended_leaves_the_state_folder_free(tmp_path: Path) -> None:
    for _ in range(2):
        with run._only_one(tmp_path, "http://127.0.0.1:8501"):
            pass


def test_a_taken_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CannotStart, match="use another PORT="):
        run._need_free_port("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_a_sentence(port: int) -> None:
    with pytest.raises(CannotStart, match="is no port"):
        run._need_free_port("127.0.0.1", port)


def test_a_wrong_settings_file_is_a_sentence_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.run("/nowhere/within24.toml", 8501) == 1
    assert "there is no settings file" in capsys.readouterr().err


@POSIX
def test_a_child_that_ignores_the_request_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.3)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('up', 'w'); time.sleep(60)"
    child = Child([sys.executable, "-c", deaf], os.environ, tmp_path)
    child.start()
    _wait_for(tmp_path / "up")
    processes.stop(child)
    assert child.code() == 128 + signal.SIGKILL


DASHBOARD = """
    import http.server, os, sys
    class Healthy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200); self.end_headers()
        def log_message(self, *args): pass
    open("dashboard.pid", "w").write(str(os.getpid()))
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Healthy).serve_forever()
"""
SYNC = """
    import os, time
    open("sync.pid", "w").write(str(os.getpid()))
    time.sleep(60)
"""
WATCH = """
    import os, sys
    from pathlib import Path
    from services.processes import Child
    from services.run import _watch
    folder, port = Path(sys.argv[1]), sys.argv[2]
    sync = Child([sys.executable, "sync.py"], os.environ, folder)
    dashboard = Child([sys.executable, "dashboard.py", port], os.environ, folder)
    sys.exit(_watch(sync, dashboard, f"http://127.0.0.1:{port}"))
"""


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The watching part of `make run` over two small children; it has said that it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for name, source in (("dashboard.py", DASHBOARD), ("sync.py", SYNC)):
        (tmp_path / name).write_text(textwrap.dedent(source))
    command = [sys.executable, "-c", textwrap.dedent(WATCH), str(tmp_path), str(port)]
    with subprocess.Popen(
        command, cwd=run.ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == f"Within24 is ready on http://127.0.0.1:{port} (Ctrl-C stops it)\n"
        _wait_for(tmp_path / "sync.pid")
        yield process
        process.terminate()


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_wanted_stop_ends_both_and_succeeds(
    watcher: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    watcher.send_signal(number)
    assert watcher.wait(20) == 0
    assert not _is_alive(tmp_path / "sync.pid")
    assert not _is_alive(tmp_path / "dashboard.pid")


@POSIX
def test_when_the_dashboard_dies_everything_stops_with_its_code(
    watcher: subprocess.Popen[str], tmp_path: Path
) -> None:
    os.kill(int((tmp_path / "dashboard.pid").read_text()), signal.SIGKILL)
    assert watcher.wait(20) == 128 + signal.SIGKILL
    assert not _is_alive(tmp_path / "sync.pid")


@POSIX
def test_when_the_sync_dies_it_comes_back_and_the_dashboard_stays(
    watcher: subprocess.Popen[str], tmp_path: Path
) -> None:
    first = tmp_path / "sync.pid"
    os.kill(int(first.read_text()), signal.SIGKILL)
    first.unlink()
    _wait_for(first)
    assert _is_alive(tmp_path / "dashboard.pid")
    watcher.send_signal(signal.SIGTERM)
    assert watcher.wait(20) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_killed_run_leaves_nothing_behind(watcher: subprocess.Popen[str], tmp_path: Path) -> None:
    watcher.kill()
    watcher.wait(20)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(_is_alive(tmp_path / f"{name}.pid") for name in ("sync", "dashboard")):
        time.sleep(0.05)
    assert not _is_alive(tmp_path / "sync.pid")
    assert not _is_alive(tmp_path / "dashboard.pid")


def _wait_for(file: Path) -> None:
    deadline = time.monotonic() + 20
    while not (file.exists() and (file.name == "up" or file.read_text())):
        assert time.monotonic() < deadline, f"{file.name} never came"
        time.sleep(0.05)


def _is_alive(pid_file: Path) -> bool:
    # A zombie that nobody reaps in a container is dead too.
    status = Path(f"/proc/{pid_file.read_text()}/stat")
    if Path("/proc/self").exists():
        return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    try:
        os.kill(int(pid_file.read_text()), 0)
    except ProcessLookupError:
        return False
    return True
