"""Where backups lie, and when the last one was made."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

FOLDER = "backups"
"""In the project's folder."""


def last_backup(project: Path) -> datetime | None:
    """When the newest file among the backups was written; None without one."""
    folder = project / FOLDER
    if not folder.is_dir():
        return None
    times = [entry.stat().st_mtime for entry in folder.iterdir() if not entry.name.startswith(".")]
    return datetime.fromtimestamp(max(times), UTC) if times else None
