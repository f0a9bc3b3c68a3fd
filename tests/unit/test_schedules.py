"""The schedules of schedules.yaml: what each may say, and what is refused with place and fix."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import ConfigError
from digest.settings.schedules import ScheduleFile, parse_schedules

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (ROOT / "schedules.yaml").read_text(encoding="utf-8")
STEPS = """\
    collect: {day_of_week: daily, hour: [6, 18]}
    draft: {day_of_week: fri, hour: 14}
    send: {day_of_week: mon, hour: 8}
"""


def file_of(steps: str = STEPS, *, zone: str = "UTC", rest: str = "") -> str:
    return f"version: 1\nschedules:\n  - id: weekly\n    timezone: {zone}\n{steps}{rest}"


def refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse_schedules(text)
    return caught.value


def send(moment: str) -> str:
    return STEPS.replace("{day_of_week: mon, hour: 8}", moment)


@pytest.mark.parametrize("steps", [line + "\n" for line in STEPS.splitlines()])
def test_a_schedule_may_have_one_step_alone(steps):
    (schedule,) = parse_schedules(file_of(steps)).schedules
    assert len(schedule.steps) == 1
    assert schedule.makes_issues is ("collect" not in steps)


def test_what_happens_by_itself_is_written_in_the_schedule():
    rest = """\
    sources: [Chip Ledger]
    review: {reminder_hours: [48, 2], if_not_approved: send}
    late: {max_lateness: 90m, on_late: send}
    quiet_week: {fewer_than: 8, then: skip}
    recipients_local_time: true
"""
    (schedule,) = parse_schedules(file_of(rest=rest)).schedules
    assert schedule.sources == ["Chip Ledger"]
    assert (schedule.review.reminder_hours, schedule.review.if_not_approved) == ([48, 2], "send")
    assert schedule.late.limit.total_seconds() == 5400
    assert (schedule.quiet_week.fewer_than, schedule.quiet_week.then) == (8, "skip")
    assert schedule.recipients_local_time


def test_no_approval_is_required_where_nobody_says_what_happens_without_one():
    (schedule,) = parse_schedules(file_of(rest="    review: {required: false}\n")).schedules
    assert not schedule.review.required


def test_another_schedule_may_collect_besides():
    more = "  - {id: chips, timezone: UTC, collect: {day_of_week: thu, hour: 6}, sources: [A]}\n"
    assert [one.id for one in parse_schedules(file_of() + more).schedules] == ["weekly", "chips"]
    assert [one.id for one in parse_schedules(file_of(rest=more)).schedules] == ["weekly", "chips"]


TWO = "  - {id: other, timezone: UTC, draft: {day_of_week: thu, hour: 6}}\n"
MISTAKES = [
    (file_of(""), "schedules[0]: `weekly` does nothing", "`collect`, `draft` or `send`"),
    (file_of(send("")), "schedules[0].send: it has no value", "remove the key"),
    (file_of("    send: {day_of_week: mon, hour: 8}\n    sources: [A]\n"),
     "schedules[0].sources: it is about `collect`", "add `collect:`"),
    (file_of("    draft: {day_of_week: fri, hour: 8}\n    recipients_local_time: true\n"),
     "recipients_local_time: it is about `send`", "remove `recipients_local_time`"),
    (file_of(rest="    sources: ['']\n"), "sources[0]: `` cannot be used", "length >= 1"),
    (file_of().replace("id: weekly", "id: 'my week'"), "id `my week` is no name", "weekly-recap"),
    (file_of().replace("id: weekly", "id: 7"), "reads `7` as the number 7", 'write "7" in quotes'),
    (file_of().replace("id: weekly", "id: no"), "reads `no` as false", 'write "no" in quotes'),
    (file_of().replace("id: weekly", "id: "), "schedules[0].id: it has no value", "in quotes if"),
    (file_of() + TWO, "schedules[1].draft: `weekly` makes the issue", "only `collect`"),
    (file_of() + TWO.replace("other", "Weekly"), "id `Weekly` is used twice", "of its own"),
    # once a week
    (file_of(send("{day_of_week: [mon, thu], hour: 8}")),
     "send.day_of_week: an issue is made once a week, and this comes 2 times", "day_of_week: mon"),
    (file_of(send("{day_of_week: daily, hour: 8}")), "this comes 7 times", "day_of_week: mon"),
    (file_of(send("{day_of_week: mon, hour: [8, 9]}")), "send.hour: an issue is made", "hour: 8"),
    (file_of(send("{day_of_week: [], hour: 8}")), "day_of_week: the list is empty", "add one"),
    # times as other tools write them
    (file_of(send('"30 8 * * 1"')), "`30 8 * * 1` is a line of cron",
     "{day_of_week: mon, hour: 8, minute: 30}"),
    (file_of(send('"0 8 * * 0"')), "is a line of cron", "{day_of_week: sun, hour: 8, minute: 0}"),
    (file_of(send('"0 8 * * FRI"')), "is a line of cron", "{day_of_week: fri, hour: 8"),
    (file_of(send('"0 8 * * L"')), "is a line of cron", "{day_of_week: mon, hour: 8"),
    (file_of(send("monday at 8")), "`monday at 8` is no time of a week", "{day_of_week: fri,"),
    (file_of(send("8")), "schedules[0].send: `8` cannot be used here", "expected keys with values"),
    (file_of(send("{day_of_week: Monday, hour: 8}")), "weekday `Monday` is not", "write `mon`, or"),
    (file_of(send("{day_of_week: yes, hour: 8}")), "`yes` cannot be used", "expected a text"),
    (file_of(send("{day_of_week: mon, hour: 8:30}")), "reads `8:30` as 510", "hour: 8, minute: 30"),
    (file_of(send('{day_of_week: mon, hour: "8:30"}')), "no hour", "write hour: 8, minute: 30"),
    (file_of(send("{day_of_week: mon, hour: 010}")), "YAML reads `010` as 8", "write 10"),
    (file_of(send("{day_of_week: mon, hour: 08}")), "hour: `08` is a text", "write hour: 8"),
    (file_of(send("{day_of_week: mon, hour: 8am}")), "hour: `8am` cannot be used", "whole number"),
    (file_of(send("{day_of_week: mon, hour: yes}")), "hour: `yes` cannot be used", "whole number"),
    (file_of(send("{day_of_week: mon, hour: 24}")), "hour `24` is not on the clock", "0 to 23"),
    (file_of(send("{day_of_week: mon, hour: 8, minute: 60}")), "minute `60` is not", "0 to 59"),
    # the time between draft and send
    (file_of(send("{day_of_week: fri, hour: 14}")), "it leaves as it is drafted", "an hour"),
    (file_of(send("{day_of_week: fri, hour: 14, minute: 59}")), "59 minutes after it is drafted",
     "an hour or more"),
    (file_of(rest="    review: {reminder_hours: [24, 66]}\n"),
     "review.reminder_hours: 66 hours before it leaves there is no draft yet", "fewer than 66"),
    (file_of(rest="    review: {reminder_hours: [0]}\n"), "reminder_hours[0]: `0` cannot", ">= 1"),
    # review
    (file_of(rest="    review: {required: false, if_not_approved: hold}\n"),
     "review.if_not_approved: no approval is required", "or write `required: true`"),
    (file_of(rest="    review: {required: false, reminder_hours: []}\n"),
     "review.reminder_hours: no approval is required", "remove `reminder_hours`"),
    (file_of(rest="    review: {if_not_approved: wait}\n"), "the choice `wait`", "hold, send"),
    (file_of(rest="    review: {if_not_aproved: hold}\n"), "unknown key", "mean `if_not_approved`"),
    (file_of(rest="    review: {undo_minutes: 5}\n"), "unknown key `undo_minutes`", "required,"),
    # late and quiet
    (file_of(rest="    late: {max_lateness: 6}\n"), "late.max_lateness: `6` has no unit", "`6h`"),
    (file_of(rest="    late: {max_lateness: yes}\n"), "reads `yes` as true", "in quotes"),
    (file_of(rest="    late: {max_lateness: 6 hours}\n"), "`6 hours` is no length", "30m, 6h"),
    (file_of(rest="    late: {max_lateness: 0m}\n"), "shorter than a restart takes", "5m or more"),
    (file_of(rest="    late: {max_lateness: 7d}\n"), "so long that the next", "6d or less"),
    (file_of(rest="    late: {on_late: drop}\n"), "late.on_late: the choice `drop`", "hold, send"),
    (file_of(rest="    quiet_week: {then: hide}\n"), "then: the choice `hide`", "short, skip or"),
    (file_of(rest="    quiet_week: {fewer_than: 0}\n"), "`0` cannot be used", "number >= 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem", "hint"), MISTAKES)
def test_a_mistake_names_the_place_the_value_and_the_fix(text, problem, hint):
    error = refused(text)
    assert problem in error.problem
    assert error.problem.startswith("schedules.yaml, line ")
    assert hint in error.hint


@pytest.mark.parametrize(
    ("zone", "problem", "hint"),
    [
        ("CET", "`CET` is an abbreviation", "Europe/Berlin"),
        ("EST5EDT", "`EST5EDT` is an abbreviation", "America/New_York"),
        ("GMT+2", "`GMT+2` is an offset, which no summer time moves", "zone of a place"),
        ("'+02:00'", "`+02:00` is an offset", "zone of a place"),
        ("Etc/GMT+2", "its sign is the other way round", "zone of a place"),
        ("Etc/UTC", "another name of UTC", "write UTC"),
        ("Zulu", "another name of UTC", "write UTC"),
        ("Berlin", "zone `Berlin` is not known", "did you mean `Europe/Berlin`?"),
        ("Europe", "zone `Europe` is not known", "did you mean"),
        ("America/Argentina", "zone `America/Argentina` is not known", "did you mean"),
        ("../../etc/passwd", "is not known", "an IANA name"),
        ("no", "YAML reads `no` as false", "in quotes"),
    ],
)
def test_a_zone_is_a_place_or_utc(zone, problem, hint):
    error = refused(file_of(zone=zone))
    assert problem in error.problem
    assert hint in error.hint


@pytest.mark.parametrize(
    ("zone", "day", "hour", "problem"),
    [
        ("Europe/Berlin", "sun", "2", "02:00 in Europe/Berlin does not happen on Sun 2026-03-29"),
        ("America/New_York", "sun", "1", "01:00 in America/New_York happens twice on Sun 2026-11-"),
        ("America/Santiago", "sat", "23", "happens twice on Sat 2026-04-04"),
        ("America/Santiago", "sun", "0", "does not happen on Sun 2026-09-06"),
        ("America/Havana", "sun", "0", "00:00 in America/Havana does not happen on Sun 2026-03-08"),
        ("Africa/Cairo", "fri", "0", "does not happen on Fri 2026-04-24"),
    ],
)
def test_an_hour_that_the_clocks_skip_or_repeat_is_refused_with_its_date(zone, day, hour, problem):
    steps = f"    draft: {{day_of_week: {day}, hour: {hour}}}\n"
    error = refused(file_of(steps, zone=zone))
    assert "schedules[0].draft.hour" in error.problem
    assert problem in error.problem
    assert "allow_dst_hours: true" in error.hint
    parse_schedules(file_of(steps, zone=zone, rest="    allow_dst_hours: true\n"))


def test_of_many_hours_the_one_that_is_repeated_is_named():
    steps = "    collect: {day_of_week: daily, hour: [1, 2, 13], minute: 30}\n"
    error = refused(file_of(steps, zone="Australia/Lord_Howe"))
    assert "01:30 in Australia/Lord_Howe happens twice on Sun 2026-04-05" in error.problem


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [
        ("UTC", "sun", "2"),
        ("Asia/Tokyo", "sun", "2"),
        ("Europe/Berlin", "mon", "2"),  # clocks change on Sundays
        ("Europe/Berlin", "sun", "3"),
        ("America/New_York", "sun", "3"),
    ],
)
def test_an_hour_of_the_night_is_fine_where_it_always_happens_once(zone, day, hour):
    text = file_of(f"    draft: {{day_of_week: {day}, hour: {hour}}}\n", zone=zone)
    assert parse_schedules(text).schedules[0].draft.hours == (int(hour),)


def test_by_night_some_readers_clocks_change_wherever_the_newsletter_is():
    steps = send("{day_of_week: mon, hour: 3}") + "    recipients_local_time: true\n"
    error = refused(file_of(steps))
    assert "send.hour: hour `3` is one that the clocks of some readers" in error.problem
    assert parse_schedules(file_of(steps, rest="    allow_dst_hours: true\n"))


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        ("version: 1\nversion: 1\n", "line 2: the key `version` stands in line 1", "remove one"),
        (file_of(rest="    send: {day_of_week: tue, hour: 9}\n"), "line 8: the key `send`",
         "remove one"),
        ("version: 1\n\tschedules: []\n", "line 2: a tab", "indent with spaces"),
        ("version: 1\nnewsletter: {colours: {7: a}}\n", "line 2: `7` is no key", '"7" in quotes'),
        ("on: 1\n", "line 1: `on` is no key", 'write "on" in quotes'),
        ("? [a]\n: 1\n", "line 1: `?` is no key", "a key is a word"),
        ("version: 1\nnewsletter: {name: 2026-05-29}\n", "reads `2026-05-29` as a date", "quotes"),
        ("version: !!binary aGk=\n", "reads `aGk=` as a `binary`", "in quotes"),
        ("version: !!int x\n", "invalid literal", "`!!` tag"),
        ("version: !!bool x\n", "'x'", "`!!` tag"),
        ("version: &a [*a]\n", "line 1: an anchor holds itself", "write the part out"),
        ("version: 0x1\n", "YAML reads `0x1` as 1", "write 1"),
        ('version: 1\nnewsletter: {name: "a\\0b"}\n', "no mail can carry", "remove the escape"),
        ("version: 1\n---\nversion: 1\n", "line 2", "indentation"),
        ("[" * 1000, "nested too deeply", "shipped"),
        ("- 1\n", "line 1: `[1]` cannot be used here", "expected keys with values"),
    ],
)  # fmt: skip
def test_what_yaml_would_read_otherwise_is_refused(text, problem, hint):
    error = refused(text)
    assert problem in error.problem
    assert hint in error.hint


def test_a_part_may_be_written_once_and_named_twice():
    steps = (
        "    draft: &when {day_of_week: fri, hour: 14}\n    send: {<<: *when, day_of_week: mon}\n"
    )
    (schedule,) = parse_schedules(file_of(steps)).schedules
    assert schedule.send.hours == schedule.draft.hours == (14,)


PIECES = [
    "\t", "\n", ": ", "- ", "{", "}", "[", "]", '"', "'", "#", "&a ", "*a", "<<: *a", "!!int ",
    "---\n", "%", "?", "|",
    "null", "yes", "0o7", "08", "1e9", ".nan", "2026-99-99", "daily", "mon", "UTC", "Etc/GMT-1",
    "schedules", "send", "\0", "\u2028", "é", "99999999999999999999", "-1", "0 8 * * 1",
]  # fmt: skip
DAMAGE = st.tuples(
    st.integers(0, len(SHIPPED)), st.integers(0, 40), st.sampled_from(PIECES) | st.text(max_size=6)
)


@settings(max_examples=80, deadline=None)
@given(st.lists(DAMAGE, min_size=1, max_size=4))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(damage):
    text = SHIPPED
    for at, length, piece in damage:
        text = text[:at] + piece + text[at + length :]
    with suppress(ConfigError):
        assert isinstance(parse_schedules(text), ScheduleFile)


def test_a_send_at_readers_hours_leaves_time_for_review_before_the_far_east():
    text = """
version: 1
schedules:
  - id: weekly-recap
    timezone: Europe/Berlin
    draft: {day_of_week: sun, hour: 18}
    send: {day_of_week: mon, hour: 7}
    recipients_local_time: true
"""
    with pytest.raises(ConfigError) as caught:
        parse_schedules(text)
    assert "begins 13 hours before its hour here" in caught.value.problem
    assert "let 14 hours or more lie between them" in caught.value.hint
    parse_schedules(text.replace("hour: 18", "hour: 17"))
