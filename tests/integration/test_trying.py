"""Past weeks are drafted again from what is stored, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
import sqlalchemy as sa

from digest.errors import ConfigError, InputError
from digest.model import IssueStatus, Week
from digest.pipeline.trying import Untried, last_weeks, settings_with, try_weeks, weeks_between
from digest.settings import Moment, Settings
from digest.store import Store, open_store, schema
from digest.trials import Trial
from tests.builders import make_item
from tests.builders_sending import settings_in
from tests.builders_trials import WEEKS, drafted_week, reports

FIRST, SECOND, THIRD = WEEKS


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def one(store: Store, settings: Settings, week: Week, **weights: float) -> Trial:
    (trial,), untried = try_weeks(store, settings, [week], weights=weights)
    assert untried == ()
    return trial


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of a database, as text."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        found = {
            table.name: sorted(map(str, connection.execute(sa.select(table))))
            for table in schema.metadata.sorted_tables
        }
    engine.dispose()
    return found


def test_the_settings_of_then_give_the_draft_of_then_and_nothing_is_stored(
    database_url: str, settings: Settings
) -> None:
    with open_store(database_url) as store:
        for week in WEEKS:
            drafted_week(store, settings, week)
        before = everything(database_url)
        told: list[None] = []
        trials, untried = try_weeks(
            store, settings, WEEKS, weights={}, on_week=lambda: told.append(None)
        )
    assert untried == ()
    assert [trial.week for trial in trials] == [str(week) for week in WEEKS]
    assert all(trial.same and trial.printed for trial in trials)
    assert len(told) == 3
    assert everything(database_url) == before


def test_later_issues_are_no_memory(store: Store, settings: Settings) -> None:
    drafted_week(store, settings, FIRST)
    drafted_week(store, settings, SECOND)
    before = one(store, settings, SECOND, amount=100.0)
    drafted_week(store, settings, THIRD)
    assert before.shifts
    assert one(store, settings, SECOND, amount=100.0) == before


def test_a_week_after_one_that_was_skipped_since_has_its_window_still(
    store: Store, settings: Settings
) -> None:
    drafted_week(store, settings, FIRST, approve=False)
    drafted_week(store, settings, SECOND)
    end = THIRD.window(ZoneInfo("UTC")).end
    store.content.set_status(1, IssueStatus.SKIPPED, expected=(IssueStatus.DRAFT,), at=end)
    trial = one(store, settings, SECOND)
    assert (trial.before, trial.kept) == (trial.after, trial.after.stories + trial.after.short)


def replace_rules(settings: Settings, **fields: object):
    return msgspec.structs.replace(settings.rules, **fields)


def test_a_week_whose_reports_are_not_all_kept_is_told_and_left(
    database_url: str, settings: Settings
) -> None:
    with open_store(database_url) as store:
        drafted_week(store, settings, FIRST)
        drafted_week(store, settings, SECOND)
        engine = sa.create_engine(database_url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.begin() as connection:
            connection.execute(sa.delete(schema.item).where(schema.item.c.id.like(f"{FIRST}-%")))
        engine.dispose()
        trials, untried = try_weeks(store, settings, [FIRST, SECOND], weights={})
    assert untried == (Untried(str(FIRST), "9 of its 9 reports are not kept any more"),)
    assert [trial.week for trial in trials] == [str(SECOND)]


def test_a_report_that_was_imported_later_was_not_there_then(
    store: Store, settings: Settings
) -> None:
    drafted_week(store, settings, FIRST)
    late = make_item("late", "OpenAI opens a chatbot school", published=reports(FIRST)[0].published)
    store.content.add_items([late], at=SECOND.window(ZoneInfo("UTC")).end)
    assert one(store, settings, FIRST).same


def test_other_weights_change_ranks(store: Store, settings: Settings) -> None:
    drafted_week(store, settings, FIRST)
    assert one(store, settings, FIRST, amount=100.0).shifts


def test_a_draft_that_nobody_approved_has_nothing_printed(store: Store, settings: Settings) -> None:
    drafted_week(store, settings, FIRST, approve=False)
    assert one(store, settings, FIRST).printed is None


def test_a_week_without_an_issue_is_drafted_at_the_hour_of_its_schedule(
    store: Store, settings: Settings
) -> None:
    early, late = reports(FIRST)[:6], reports(FIRST)[6:]
    friday = FIRST.window(ZoneInfo("UTC")).start + timedelta(days=4, hours=15)
    moved = [replace(item, published=friday, first_seen=friday) for item in late]
    store.content.add_items([*early, *moved], at=friday)
    due = one(store, settings, FIRST)
    assert (due.number, due.after.stories + due.after.short + due.after.left_out) == (None, 6)
    (schedule,) = settings.schedules
    never = msgspec.structs.replace(schedule, draft=None)
    whole = one(store, replace(settings, schedules=(never,)), FIRST)
    assert whole.after.stories + whole.after.short + whole.after.left_out == 9
    assert isinstance(schedule.draft, Moment)


def test_weeks_that_hold_nothing_are_told_with_the_reason(store: Store, settings: Settings) -> None:
    drafted_week(store, settings, FIRST)
    narrow = replace(settings, rules=replace_rules(settings, focus=["zeppelin"]))
    trials, untried = try_weeks(store, narrow, [FIRST, THIRD], weights={})
    assert trials == ()
    assert [x.reason.partition(":")[0] for x in untried] == [
        f"week {FIRST} holds no story",
        "no issue was made of it, and no report of it is kept",
    ]


def test_the_last_weeks_are_those_with_an_issue(store: Store, settings: Settings) -> None:
    assert last_weeks(store, 3) == ()
    drafted_week(store, settings, FIRST)
    drafted_week(store, settings, THIRD)
    assert last_weeks(store, 1) == (THIRD,)
    assert last_weeks(store, 3) == (FIRST, THIRD)


def test_weeks_are_counted_over_the_end_of_a_year() -> None:
    found = weeks_between(Week(2026, 52), Week(2027, 2))
    assert [str(week) for week in found] == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]
    with pytest.raises(InputError, match="go backwards"):
        weeks_between(THIRD, FIRST)


def test_another_file_gives_the_issue_the_newsletter_and_the_schedules(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "other.yaml"
    text = (tmp_path / "schedules.yaml").read_text("utf-8")
    path.write_text(text.replace("max_stories: 30", "max_stories: 12"), "utf-8")
    other = settings_with(settings, path)
    assert (settings.rules.max_stories, other.rules.max_stories) == (30, 12)
    assert other.database_url == settings.database_url


def test_a_file_that_cannot_be_used_is_named(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    with pytest.raises(ConfigError, match=r"other\.yaml cannot be read"):
        settings_with(settings, path)
    path.write_text("version: 1\nschedule: []\n", "utf-8")
    with pytest.raises(ConfigError, match=r"other\.yaml, line 2: unknown key"):
        settings_with(settings, path)
