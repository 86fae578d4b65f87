"""An own PostgreSQL cluster on loopback, made by initdb and thrown away; a fresh database per test."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.servers.tools import account, as_user, free_port, missing, open_folder, wait_until

OWNER = "within24"
CLUSTERS = Path("/usr/lib/postgresql")
# Durability is of no use to a cluster that lives for one test run; without it everything is faster.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1",
        "shared_buffers=64MB", "max_connections=60")

CUT = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
TABLES = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace " \
    "and relname <> 'alembic_version'"
NUMBERS = "select setval(oid::regclass, 1, false) from pg_class where relkind = 'S'"


class Postgres:
    """A running cluster; `database()` gives a fresh database's address."""

    def __init__(self, home: Path, binaries: Path) -> None:
        self.home, self.binaries, self.port = home, binaries, free_port()
        self._made = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster, start it and wait until it answers."""
        user = account("postgres")
        data = self.home / "data"
        data.mkdir()
        shutil.chown(data, user)
        shutil.chown(self.home, user)
        subprocess.run([self.binaries / "initdb", "-D", data, "-U", OWNER, "--auth=trust", "--no-sync",
                        "-E", "UTF8", "--locale=C.UTF-8"],
                       check=True, stdout=subprocess.DEVNULL, cwd=self.home, **as_user(user))
        options = [part for setting in FAST for part in ("-c", setting)]
        with (self.home / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self.binaries / "postgres", "-D", data, "-p", str(self.port), "-k", self.home, *options],
                stdout=log, stderr=log, cwd=self.home, start_new_session=True, **as_user(user))
        wait_until(self._answers, 30, "PostgreSQL answers")

    def stop(self) -> None:
        """Shut the cluster down; open connections are cut."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=30)
            self._process = None

    def database_url(self, name: str = "postgres") -> str:
        """The SQLAlchemy address of a database of this cluster."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{name}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The SQLAlchemy address of a new, empty database; it is dropped afterwards."""
        self._made += 1
        name = f"test_{self._made}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield self.database_url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def clear(self, name: str) -> None:
        """Take every row out of a migrated database and let its numbers begin again; whoever was connected is cut."""
        with self._connect(name) as connection:
            connection.execute(CUT, (name,))
            tables = [table for (table,) in connection.execute(TABLES)]
            held = " union all ".join(f"(select '{table}' from \"{table}\" limit 1)" for table in tables)
            filled = ", ".join(f'"{table}"' for (table,) in connection.execute(held.encode()))
            if filled:
                connection.execute(f"TRUNCATE {filled} CASCADE".encode())
            connection.execute(NUMBERS)

    def _run(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement.encode())

    def _connect(self, name: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host="127.0.0.1", port=self.port, user=OWNER, dbname=name,
                               autocommit=True, connect_timeout=5)

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True


def _binaries() -> Path:
    """The folder with the newest installed PostgreSQL's programs."""
    folders = CLUSTERS.glob("*/bin")
    complete = [folder for folder in folders if (folder / "initdb").exists()]
    found = shutil.which("initdb")
    if found:
        complete.append(Path(found).resolve().parent)
    if not complete:
        missing("PostgreSQL", "postgresql")
    return max(complete, key=lambda folder: [int(part) for part in folder.parts if part.isdigit()])


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A started cluster; skips (with CI=true fails) if PostgreSQL is not installed."""
    binaries = _binaries()
    with open_folder("w24-pg-") as home:
        server = Postgres(home, binaries)
        try:
            server.start()
            yield server
        finally:
            server.stop()
