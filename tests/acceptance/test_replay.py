"""`recap replay`, typed as an editor would who thinks of other settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digest.settings import load_settings
from digest.store import open_store
from tests.acceptance.conftest import Terminal
from tests.builders_trials import WEEKS, drafted_week


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two approved weeks and one that is drafted."""
    with pytest.MonkeyPatch.context() as patch:
        recap = Terminal(tmp_path_factory.mktemp("tried"))
        patch.chdir(recap.folder)
        recap("init")
        settings = load_settings(recap.folder, {})
        with open_store(settings.database_url) as store:
            for week in WEEKS:
                drafted_week(store, settings, week, approve=week != WEEKS[-1])
    return recap.folder


@pytest.fixture
def weeks(recap: Terminal, made: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(made)
    return Terminal(made)


def test_todays_settings_change_nothing_and_say_so(weeks: Terminal) -> None:
    told = weeks("replay", "--weeks", 3).output
    assert "schedules.yaml, by the weights in force" in told
    assert "issue 1: the same 8 stories" in told
    assert "3 weeks, 3 unchanged; 24 of 24 stories stay (100%), 0 come in" in told
    assert told.count("by the editor: ") == 3
    assert "the editor's lead on top in 2 -> 2 of 2 issues" in told


def test_other_weights_are_told_with_what_they_move(weeks: Terminal) -> None:
    told = weeks("replay", "--weeks", "2026-W20..2026-W23", "--weights", "amount=90").output
    assert "amount 7.0 -> 90.0" in told
    assert "2026-W23    not tried: no issue was made of it, and no report of it is kept" in told
    asked = ("replay", "--weeks", "2026-W21", "--weights", "amount=90", "--json")
    document = json.loads(weeks(*asked).output)
    (week,) = document["weeks"]
    assert (week["number"], week["printed"]["lead"]["of"]) == (2, 1)
    assert week["shifts"]
    assert round(sum(document["weights"].values()), 6) == 100
    assert document["summary"]["weeks"] == 1
    assert weeks(*asked).output == weeks(*asked).output


def test_another_file_is_tried_and_changes_nothing_here(weeks: Terminal) -> None:
    path = weeks.folder / "other.yaml"
    text = (weeks.folder / "schedules.yaml").read_text("utf-8")
    path.write_text(
        text.replace("focus: []", "focus: [robotaxi, AI start-up, AI lab]"), encoding="utf-8"
    )
    told = weeks("replay", "--weeks", "2026-W20", "--with", "other.yaml").output
    assert "tried       other.yaml" in told
    for words in ("come in", "  out ", "the editor printed it", "now off topic", "is gone"):
        assert words in told
    path.write_text(text.replace("max_stories", "max_storeys"), encoding="utf-8")
    refused = weeks("replay", "--weeks", 1, "--with", "other.yaml", exit_code=2).output
    assert "other.yaml, line" in refused
    assert "did you mean `max_stories`?" in refused


def test_what_would_be_learned_needs_issues_that_teach(weeks: Terminal) -> None:
    refused = weeks("replay", "--weeks", 1, "--learned", exit_code=1).output
    assert "too few to learn from" in refused


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--weeks", "soon"), "write 2026-W22, 2026-W20..2026-W24, or 8"),
        (("--weeks", "0"), "write 2026-W22"),
        (("--weeks", "1", "--weights", "luck=5"), "signals are coverage"),
        (("--weeks", "1", "--weights", "speed=much"), "`speed=much` is no signal with points"),
        (("--weeks", "1", "--weights", "speed=5", "--learned"), "exclude each other"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    weeks: Terminal, words: tuple[str, ...], told: str
) -> None:
    assert told in weeks("replay", *words, exit_code=2).output
