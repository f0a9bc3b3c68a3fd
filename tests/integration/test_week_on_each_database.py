"""The same commands on SQLite and on PostgreSQL, from no database to delivered mail."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from digest.cli import main


def recap(*words: str) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output
    return result.output


def test_a_week_runs_from_nothing_to_delivered_mail(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECAP_DATABASE_URL", empty_url)
    monkeypatch.chdir(tmp_path)
    recap("init")
    week = str(files("digest") / "sample" / "week.jsonl")
    assert "129 new items of 135" in recap("import", week, "--now", "2026-05-10T18:00")
    recap("draft", "--week", "2026-W19", "--now", "2026-05-11T06:00")
    shown = json.loads(recap("show", "1", "--format", "json"))
    labels = [theme["label"] for theme in shown["themes"]]
    assert any("Chips" in label or "Silicon" in label for label in labels), labels
    recap("subscribers", "add", "ada@reader.example")
    recap("approve", "1", "--without-test")
    assert "1 sent" in recap("send", "1")
    assert [row["state"] for row in json.loads(recap("deliveries", "1", "--json"))] == ["sent"]
