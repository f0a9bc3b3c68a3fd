"""Dates of every kind that feeds write: right or none, never wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.clean import parse_date

AT = "2026-05-05T13:04:05"
DAY = "2026-05-05T00:00:00"

KINDS = {
    "iso": [
        ("2026-05-05T13:04:05Z", AT),
        ("2026-05-05T13:04:05.123456789Z", AT),
        ("2026-05-05T15:04:05+02:00", AT),
        ("2026-05-05T18:34:05+0530", AT),
        ("2026-05-05T15:04:05+02:00[Europe/Berlin]", AT),
        ("2026-05-05T13:04:05Z[UTC]", AT),
        ("2026-05-05 13:04:05 +0000 UTC", AT),
        ("2026-05-05T13:04:05", AT),
        ("2026-05-05", DAY),
        ("20260505T130405Z", AT),
    ],
    "rfc 822": [
        ("Tue, 05 May 2026 13:04:05 GMT", AT),
        ("Tue, 5 May 26 13:04:05 UT", AT),
        ("5 May 2026 13:04:05 -0000", AT),
        ("Mon, 05 May 2026 13:04:05 GMT", AT),
        ("Tue,05 May 2026 13:04:05 GMT", AT),
        ("Tue, 05 May 2026 08:04:05 EST", AT),
        ("Tue, 05 May 2026 09:04:05 EDT", AT),
        ("Tue, 05 May 2026 06:04:05 PDT", AT),
        ("Tue, 05 May 2026 15:04:05 CEST", AT),
        ("Tue, 05 May 2026 14:04:05 BST", AT),
        ("Tue, 05 May 2026 22:04:05 JST", AT),
        ("Tue, 05 May 2026 18:34:05 IST", AT),
        ("Tue, 05 May 2026 15:04:05 +02:00", AT),
        ("Tue, 05 May 2026 15:04:05 GMT+0200", AT),
        ("Tue May 05 2026 15:04:05 GMT+0200 (CEST)", AT),
        ("Tue May  5 13:04:05 UTC 2026", AT),
    ],
    "prose": [
        ("Tuesday, May 5, 2026 1:04:05 PM", AT),
        ("May 5, 2026", DAY),
        ("5-May-2026", DAY),
        ("2026/05/05 13:04:05", AT),
        ("05.05.2026 13:04:05", AT),
        ("13/05/2026", "2026-05-13T00:00:00"),
        ("05/13/2026", "2026-05-13T00:00:00"),
    ],
    "epoch": [("1777986245", AT), ("1777986245000", AT)],
    "other languages": [
        ("mar., 05 mai 2026 13:04:05 +0000", AT),
        ("1er mai 2026", "2026-05-01T00:00:00"),
        ("15 août 2026", "2026-08-15T00:00:00"),
        ("Dienstag, 5. Mai 2026 13:04:05", AT),
        ("Di., 5. Mai 2026, 15:04:05 MESZ", AT),
        ("5. Dezember 2026 13:04 Uhr", "2026-12-05T13:04:00"),
        ("вторник, 5 мая 2026, 13:04:05", AT),
        ("Вт, 05 май 2026 16:04:05 +0300", AT),
        ("2026年5月5日星期二 13:04:05", AT),
        ("2026年5月5日 下午1:04:05", AT),
        ("2026년 5월 5일 화요일 오후 1:04:05", AT),
        ("2026. 5. 5. 오후 1:04:05", AT),
        ("5 de mayo de 2026", DAY),
        ("5 maggio 2026", DAY),
    ],
    "no date": [
        (text, None)
        for text in (
            "2026-02-30", "31.02.2026", "31 June 2026", "30 février 2026", "2026年2月30日",
            "2026年13月5日", "0000-00-00T00:00:00Z", "2026-13-05", "05/06/2026", "1/2/26",
            "06-07-08", "Tue, 05 May 2026 25:04:05 GMT", "Tue, 05 May 2026 13:04:05 XQT",
            "2026-05-05T13:04:05[Europe/Berlin]", "yesterday", "il y a 3 jours", "3天前",
            "May 2026", "2026-125", "令和8年5月5日", "5 พฤษภาคม 2569", "-1", "1e9",
        )
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_dates_of_each_kind_are_right_and_none_is_wrong(kind: str) -> None:
    read = {text: parse_date(text) for text, _ in KINDS[kind]}
    expected = {
        text: moment and datetime.fromisoformat(moment).replace(tzinfo=UTC)
        for text, moment in KINDS[kind]
    }
    wrong = {text for text in read if read[text] is not None and read[text] != expected[text]}
    assert wrong == set()
    assert sum(read[text] == expected[text] for text in read) >= 0.94 * len(read)


@given(
    st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2100, 1, 1)),
    st.integers(-12 * 4, 14 * 4),
)
def test_what_mail_and_iso_write_is_read_to_the_second(moment: datetime, quarters: int) -> None:
    zone = timezone(timedelta(minutes=15 * quarters))
    moment = moment.replace(microsecond=0, tzinfo=zone)
    assert parse_date(format_datetime(moment)) == moment
    assert parse_date(moment.isoformat()) == moment
    assert parse_date(moment.isoformat(" ")) == moment


_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "PDT": -7, "CET": 1, "CEST": 2, "JST": 9, "GMT": 0}


@given(
    st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2100, 1, 1)),
    st.sampled_from(sorted(_ZONES)),
)
def test_a_zone_that_is_named_is_never_taken_for_utc(moment: datetime, zone: str) -> None:
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=_ZONES[zone])))
    assert parse_date(f"{moment:%a, %d %b %Y %H:%M:%S} {zone}") == moment


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1990, 2090))
def test_a_day_that_may_be_a_month_is_no_date(one: int, other: int, year: int) -> None:
    read = parse_date(f"{one:02d}/{other:02d}/{year}")
    assert read == (datetime(year, one, one, tzinfo=UTC) if one == other else None)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[\d/.:\- ,TZ年月日мая]{1,30}", fullmatch=True))
def test_no_text_makes_it_fail_and_every_date_is_in_utc(text: str) -> None:
    read = parse_date(text)
    assert read is None or read.tzinfo is UTC
