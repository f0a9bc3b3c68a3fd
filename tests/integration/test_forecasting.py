"""What the next runs will do, in words, as the settings and the issues stand."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.model import IssueStatus
from digest.pipeline.approving import approve, hold
from digest.pipeline.audience import add_subscriber
from digest.pipeline.forecasting import Outlook, outlooks
from digest.settings import Late, Moment, Notify, QuietWeek, ReviewPolicy, Schedule
from digest.store import open_store
from tests.builders import NOW, make_source
from tests.builders_sending import make_issue, settings_in

SATURDAY = datetime(2026, 5, 30, 12, tzinfo=UTC)
WEEKLY = Schedule(id="weekly", timezone="UTC", draft=Moment("fri", 14), send=Moment("mon", 8))


@pytest.fixture
def project(tmp_path):
    return settings_in(tmp_path)


@pytest.fixture
def store(project, sqlite_template):
    shutil.copy(sqlite_template, project.folder / "recap.db")
    with open_store(project.database_url) as opened:
        add_subscriber(opened, "ada@reader.example", "Ada", now=NOW, evidence="test")
        yield opened


@pytest.fixture
def look(store, project):
    def look(*, now: datetime = SATURDAY, editors: int = 0, count: int = 1, **fields) -> Outlook:
        changed = replace(
            project,
            schedules=(replaced(WEEKLY, **fields),),
            notify=Notify(editors=tuple(f"e{n}@desk.example" for n in range(editors))),
        )
        (outlook,) = outlooks(store, changed, now=now, count=count)
        return outlook

    return look


def replaced(schedule: Schedule, **fields) -> Schedule:
    values = {name: getattr(schedule, name) for name in schedule.__struct_fields__}
    return Schedule(**values | fields)


def does(outlook: Outlook, step: str) -> str:
    return next(run.does for run in outlook.runs if run.step == step)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("hold", "if it is approved by then; if not, holds it"),
        ("skip", "if it is approved by then; if not, skips it: nobody gets it"),
        ("send", "if not, approves it itself where its check is clean, and holds it otherwise"),
    ],
)
def test_a_send_says_what_happens_without_an_approval(look, store, choice, words):
    review = ReviewPolicy(if_not_approved=choice)
    told = does(look(review=review), "send")
    assert told.startswith("sends the issue of 2026-W22 to 1 subscriber ")
    assert words in told
    store.content.save_issue(make_issue())
    told = does(look(review=review), "send")
    assert told.startswith("sends issue 5 (2026-W22), a draft, to 1 subscriber ")
    assert words in told


def test_where_no_approval_is_required_the_check_decides(look):
    told = does(look(review=ReviewPolicy(required=False)), "send")
    assert told.endswith("to 1 subscriber if its check is clean; if not, holds it")


def test_an_issue_that_is_under_way_or_over_is_told_as_it_stands(look, store, project):
    store.content.save_issue(make_issue())
    approve(store, project, 5, now=NOW, without_test=True)
    assert does(look(), "send") == "sends issue 5 (2026-W22), which is approved, to 1 subscriber"
    hold(store, 5, "a mistake", now=NOW)
    held = "sends nothing: issue 5 (2026-W22) is held: a mistake"
    assert does(look(), "send") == held


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (IssueStatus.SENDING, "goes on sending issue 5 (2026-W22)"),
        (IssueStatus.SENT, "sends nothing: issue 5 (2026-W22) is sent"),
    ],
)
def test_a_send_of_an_issue_that_leaves_or_has_left(look, store, monkeypatch, status, words):
    store.content.save_issue(make_issue())
    rows = tuple(replace(row, status=status) for row in store.content.issues())
    monkeypatch.setattr(type(store.content), "issues", lambda self: rows)
    assert does(look(), "send") == words


def test_in_the_readers_own_zones_a_send_lasts_from_the_first_to_the_last_on_earth(look):
    told = does(look(recipients_local_time=True), "send")
    assert "at 08:00 of each reader's own zone, from Sun 18:00 to Mon 20:00 UTC" in told


def test_a_draft_says_whom_it_tells_and_what_it_leaves_alone(look, store, project):
    friday = datetime(2026, 5, 29, 12, tzinfo=UTC)
    assert does(look(now=friday), "draft") == "builds the first draft of 2026-W22"
    told = does(look(now=friday, editors=2), "draft")
    assert told == "builds the first draft of 2026-W22, and tells 2 editors"
    store.content.save_issue(make_issue())
    told = does(look(now=friday), "draft")
    assert told == "builds issue 5 (2026-W22) again, and keeps every move"
    approve(store, project, 5, now=NOW, without_test=True)
    assert does(look(now=friday), "draft") == "changes nothing: issue 5 (2026-W22) is approved"


def test_reminders_stand_between_the_draft_and_the_send(look):
    review = ReviewPolicy(reminder_hours=[4, 60, 70])  # the draft is 66 hours before
    runs = look(now=datetime(2026, 5, 29, 9, tzinfo=UTC), editors=1, review=review).runs
    assert [(f"{run.at:%a %H:%M}", run.step) for run in runs] == [
        ("Fri 14:00", "draft"),
        ("Fri 20:00", "remind"),
        ("Mon 04:00", "remind"),
        ("Mon 08:00", "send"),
    ]
    assert runs[1].does == (
        "reminds 1 editor of the issue of 2026-W22, 60 h before it leaves, unless it is approved"
    )


@pytest.mark.parametrize(
    ("editors", "review"), [(0, ReviewPolicy()), (1, ReviewPolicy(required=False))]
)
def test_nobody_is_reminded_where_nobody_is_to_approve(look, editors, review):
    assert "remind" not in [run.step for run in look(editors=editors, review=review).runs]


def test_reminders_that_are_past_or_of_no_use_are_not_listed(look, store, project):
    late = datetime(2026, 6, 1, 5, tzinfo=UTC)
    assert "remind" not in [run.step for run in look(now=late, editors=1).runs]
    store.content.save_issue(make_issue())
    approve(store, project, 5, now=NOW, without_test=True)
    assert "remind" not in [run.step for run in look(editors=1).runs]


def test_without_a_draft_step_editors_are_reminded_of_the_draft_made_by_hand(look):
    runs = look(editors=1, draft=None).runs
    assert [run.step for run in runs] == ["remind", "remind", "send"]


def test_a_collection_names_what_its_list_gets_wrong(look, store):
    store.content.add_sources([make_source("Chip Ledger"), make_source("Law Wire")])
    daily = Moment("daily", 6)
    assert does(look(collect=daily), "collect") == "asks 2 sources for what is new"
    told = does(look(collect=daily, sources=["Law Wire", "Chip Leger", "Zq"]), "collect")
    assert told == (
        "asks 1 source of its list for what is new; `Chip Leger` is muted or no source"
        " (did you mean `Chip Ledger`?); `Zq` is muted or no source"
    )


def test_an_hour_that_the_clocks_repeat_is_told_once(look):
    saturday = datetime(2026, 10, 24, 12, tzinfo=UTC)
    night = {"timezone": "Europe/Berlin", "collect": Moment("sun", 2), "draft": None, "send": None}
    (run,) = look(now=saturday, count=2, **night).runs[:1]
    assert f"{run.at:%Y-%m-%d %H:%M}" == "2026-10-25 02:00"
    assert len(look(now=saturday, count=2, **night).runs) == 1


def test_a_run_after_a_change_of_the_clocks_says_so(look):
    outlook = look(now=datetime(2026, 3, 27, tzinfo=UTC), count=2, timezone="America/New_York")
    assert {run.clocks for run in outlook.runs} == {""}
    outlook = look(now=datetime(2026, 3, 27, tzinfo=UTC), count=2, timezone="Europe/Berlin")
    assert [run.clocks for run in outlook.runs] == [
        "",
        "the clocks have changed: UTC+02:00, before it UTC+01:00",
        "",
        "",
    ]


def test_a_schedule_says_what_it_does_by_itself(look):
    outlook = look(late=Late("90m", "send"), quiet_week=QuietWeek(8, "skip"))
    assert outlook.policies == (
        "A week with fewer than 8 stories is skipped: nobody gets an issue.",
        "More than 90m after the hour of a send the issue leaves all the same.",
    )
    assert look(collect=Moment("daily", 6), draft=None, send=None).policies == ()
