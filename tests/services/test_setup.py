"""`make setup`, run for real in a copy of the bare minimum, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services import setup


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with services.setup, empty locks, and a `migrate` that counts its calls."""
    root = tmp_path / "checkout"
    (root / "services").mkdir(parents=True)
    for name in ("__init__.py", "setup.py"):
        shutil.copy(setup.ROOT / "services" / name, root / "services" / name)
    for lock in (setup.RUNTIME_LOCK, setup.DEV_LOCK, setup.INSTALLER_LOCK):
        (root / lock).write_text("# nothing\n")
    (root / "services" / "__main__.py").write_text(
        "from pathlib import Path\n"
        "state = Path('data/local')\n"
        "state.mkdir(parents=True, exist_ok=True)\n"
        "open(state / 'within24.db', 'a').write('migrated\\n')\n"
    )
    return root


def _set_up(root: Path, *options: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WITHIN24_")}
    command = [python, "-m", "services.setup", "--no-uv", *options]
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_first_setup_does_it_all_and_the_second_does_nothing(checkout: Path) -> None:
    first = _set_up(checkout)
    assert first.returncode == 0, first.stderr
    assert "Making .venv" in first.stderr
    assert "Installing requirements.txt" in first.stderr
    begun = time.monotonic()
    second = _set_up(checkout)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert time.monotonic() - begun < 2
    assert (checkout / "data" / "local" / "within24.db").read_text() == "migrated\n"

    (checkout / setup.RUNTIME_LOCK).write_text("# changed\n")
    third = _set_up(checkout)
    assert "Making .venv" not in third.stderr
    assert "Installing requirements.txt" in third.stderr

    (checkout / setup.RUNTIME_LOCK).write_text("six==1.17.0 --hash=sha256:" + "0" * 64 + "\n")
    failed = _set_up(checkout)
    assert failed.returncode == 1
    assert "requirements.txt could not be installed" in failed.stderr
    assert _set_up(checkout).returncode == 1, "a lock that failed must not be taken for installed"


@pytest.mark.parametrize(
    ("text", "version"),
    [("home = /usr/bin\nversion = 3.11.2\n", (3, 11, 2)), ("version_info = 3.9.18\n", (3, 9, 18)), ("", (0,))],
)
def test_the_version_of_a_venv_is_read_from_its_own_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, version: tuple[int, ...]
) -> None:
    (tmp_path / "pyvenv.cfg").write_text(text)
    monkeypatch.setattr(setup, "VENV", tmp_path)
    assert setup._venv_version() == version


def test_a_python_without_ensurepip_names_the_debian_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "VENV_PYTHON", tmp_path / "none")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(setup.SetupFailed, match=r"apt-get install python3\.\d+-venv"):
        setup.make_venv()


def test_programs_that_cannot_be_installed_are_said_loudly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "TEST_PROGRAMS", (("chromium", lambda: False), ("postgresql", lambda: True)))
    monkeypatch.setattr("shutil.which", lambda name, path=None: None)
    setup.install_test_programs()
    assert "NOT INSTALLED: chromium:" in capsys.readouterr().err


def test_uv_is_told_of_the_index_that_pip_is_set_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_INDEX_URL", raising=False)
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "https://registry.example/simple")
    assert setup._uv_environment()["UV_DEFAULT_INDEX"] == "https://registry.example/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://other.example/simple")
    assert setup._uv_environment()["UV_DEFAULT_INDEX"] == "https://other.example/simple"
