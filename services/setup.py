"""Makes `.venv` with what the locks name, and the migrated store.

Standard library only, since it runs before any package is there. `python3 -m services.setup` does what is
needed to run Within24, `--dev` adds what checks and tests import, `--test-programs` the Debian packages that
the tests with real servers need. What is done already is not done again.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "within24-setup.json"
OLDEST_PYTHON = (3, 11)
INSTALLER_LOCK, RUNTIME_LOCK, DEV_LOCK = "requirements-setup.txt", "requirements.txt", "requirements-dev.txt"
PIP_INSTALL = (
    *(str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--no-compile"),
    *("--disable-pip-version-check", "--require-hashes"),
)
INSTALL_SECONDS = 1800
POLICY = Path("/usr/sbin/policy-rc.d")


class SetupFailed(Exception):
    """Setup cannot go on; `str(error)` says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for. Returns the exit code: 0, or 1 after a sentence on stderr."""
    parser = argparse.ArgumentParser(prog="python3 -m services.setup", description=__doc__)
    parser.add_argument("--dev", action="store_true", help=f"install {DEV_LOCK} too")
    parser.add_argument("--test-programs", action="store_true", help="install Debian's servers and browser")
    parser.add_argument("--no-uv", action="store_true", help="install with plain pip")
    chosen = parser.parse_args(arguments)
    try:
        make_venv()
        for lock in (RUNTIME_LOCK, DEV_LOCK) if chosen.dev else (RUNTIME_LOCK,):
            install(lock, with_uv=not chosen.no_uv)
        if chosen.test_programs:
            install_test_programs()
        migrate()
    except (SetupFailed, OSError, subprocess.TimeoutExpired) as error:
        say(f"Setup stopped: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def make_venv() -> None:
    """Make `.venv` unless a usable one is there. Raises SetupFailed if this Python cannot make one."""
    if VENV_PYTHON.exists() and _venv_version() >= OLDEST_PYTHON:
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if sys.version_info < OLDEST_PYTHON:
        raise SetupFailed(f"Within24 needs Python 3.11 or newer, not {version}; name one with PYTHON=")
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupFailed(f"this Python cannot make .venv; on Debian: apt-get install python{version}-venv")
    say("Making .venv ...")
    _must([sys.executable, "-m", "venv", "--clear", str(VENV)], ".venv could not be made, see above")


def install(lock: str, *, with_uv: bool = True) -> None:
    """Install one hashed lock into `.venv` unless the stamp says it is there. Raises SetupFailed."""
    digest = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    if _stamp().get(lock) == digest:
        return
    if not (with_uv and _has_uv() and _uv_installs(lock)):
        say(f"Installing {lock} with plain pip, which takes about a minute ...")
        _need_pip()
        _must([*PIP_INSTALL, "-r", lock], f"{lock} could not be installed, see above")
    _write_stamp(lock, digest)


def migrate() -> None:
    """Migrate the store, unless this SQLite store is known to have every migration. Raises SetupFailed."""
    url = os.environ.get("WITHIN24_DATABASE_URL", "")
    state_dir = Path(os.environ.get("WITHIN24_STATE_DIR") or ROOT / "data" / "local")
    state = hashlib.sha256(f"{url}|{state_dir.resolve()}".encode())
    for step in sorted((ROOT / "data" / "migrations" / "versions").glob("*.py")):
        state.update(step.read_bytes())
    if not url and (state_dir / "within24.db").is_file() and _stamp().get("store") == state.hexdigest():
        return
    _must(_python("services", "migrate"), "the store could not be migrated, see above")
    _write_stamp("store", state.hexdigest())


def install_test_programs() -> None:
    """Install the missing Debian packages where that is allowed; say loudly what is missing otherwise."""
    missing = [package for package, is_there in TEST_PROGRAMS if not is_there()]
    if not missing:
        return
    as_root = _as_root()
    if as_root is None or shutil.which("apt-get") is None:
        _say_missing(missing, "this needs apt-get and root (or sudo without a password)")
        return
    _apt_install(as_root, missing)
    still_missing = [package for package, is_there in TEST_PROGRAMS if not is_there()]
    if still_missing:
        _say_missing(still_missing, "apt-get could not install it")


def say(line: str) -> None:
    """One line to the person, on stderr."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _apt_install(as_root: Sequence[str], packages: Sequence[str]) -> None:
    say(f"Installing Debian packages for the tests: {' '.join(packages)} ...")
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    guarded = _forbid_starting_services(as_root)
    try:
        if not _run([*apt, "update"]):
            say("apt-get update failed; trying with the package lists that are there.")
        _run([*apt, "install", "-y", "--no-install-recommends", *packages])
    finally:
        if guarded:
            _run([*as_root, "rm", "-f", str(POLICY)])


def _program(*names: str) -> Callable[[], bool]:
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/lib/dovecot"])
    return lambda: any(shutil.which(name, path=path) for name in names)


def _file(pattern: str) -> Callable[[], bool]:
    return lambda: any(Path("/").glob(pattern.lstrip("/")))


# Debian package, and how to see that it (or its like elsewhere) is there.
TEST_PROGRAMS: tuple[tuple[str, Callable[[], bool]], ...] = (
    ("dovecot-imapd", _program("imap-login")),
    ("postgresql", _file("/usr/lib/postgresql/*/bin/initdb")),
    ("chromium", _program("chromium", "chromium-browser", "google-chrome")),
    ("fonts-noto-cjk", _file("/usr/share/fonts/**/NotoSansCJK*")),
)


def _say_missing(packages: Sequence[str], why: str) -> None:
    line = "!" * 78
    say(f"{line}\nNOT INSTALLED: {' '.join(packages)}: {why}.\nThe tests that need it cannot run.\n{line}")


def _as_root() -> list[str] | None:
    """What to put before a command to run it as root without being asked; None if that cannot be."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and _run([sudo, "-n", "true"], quiet=True) else None


def _forbid_starting_services(as_root: Sequence[str]) -> bool:
    """Keep a freshly installed server from starting, as it would beyond loopback; True if this was done."""
    if POLICY.exists():
        return False
    return _run([*as_root, "sh", "-c", f"printf '#!/bin/sh\\nexit 101\\n' > {POLICY} && chmod 755 {POLICY}"])


def _python(*module_and_arguments: str) -> list[str]:
    return [str(VENV_PYTHON), "-m", *module_and_arguments]


def _has_uv() -> bool:
    """Install uv, which installs the rest several times faster than pip; False if it cannot be had."""
    if _run(_python("uv", "--version"), quiet=True):
        return True
    _need_pip()
    return _run([*PIP_INSTALL, "-r", INSTALLER_LOCK], quiet=True)


def _uv_installs(lock: str) -> bool:
    say(f"Installing {lock} with uv ...")
    command = [*_python("uv", "pip", "install"), "--quiet", "--require-hashes", "-r", lock]
    return _run(command, _uv_environment())


def _need_pip() -> None:
    if not _run(_python("pip", "--version"), quiet=True):
        _must(_python("ensurepip"), "pip could not be put into .venv, see above")


def _uv_environment() -> dict[str, str]:
    """uv reads none of pip's settings: hand over the index and the certificates, if pip has its own."""
    environment = dict(os.environ)
    for pips, uvs in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_CERT", "SSL_CERT_FILE")):
        if pips in environment and "UV_INDEX_URL" not in environment:
            environment.setdefault(uvs, environment[pips])
    return environment


def _run(command: Sequence[str], environment: dict[str, str] | None = None, *, quiet: bool = False) -> bool:
    """Run a command in the project's folder, within half an hour; True if it went well."""
    output = subprocess.DEVNULL if quiet else None
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=output, stderr=output, timeout=INSTALL_SECONDS, check=False
    )
    return done.returncode == 0


def _must(command: Sequence[str], sentence: str) -> None:
    if not _run(command):
        raise SetupFailed(sentence)


def _venv_version() -> tuple[int, ...]:
    """The Python version `.venv` was made with; (0,) if it does not say."""
    try:
        lines = (VENV / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return (0,)
    told = dict(line.replace(" ", "").split("=", 1) for line in lines if "=" in line)
    parts = told.get("version", told.get("version_info", "")).split(".")
    return tuple(int(part) for part in parts if part.isdigit()) or (0,)


def _stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(name: str, digest: str) -> None:
    STAMP.write_text(json.dumps({**_stamp(), name: digest}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
