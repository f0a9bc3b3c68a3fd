"""Writes the shipped schema of schedules.yaml anew: `python -m tests.schedules_schema`."""

from __future__ import annotations

from pathlib import Path

from digest.settings import SCHEMA_FILE
from digest.settings.schema import schema_text

PATH = Path(__file__).resolve().parent.parent / SCHEMA_FILE

if __name__ == "__main__":
    PATH.write_text(schema_text(), encoding="utf-8")
