"""feedparser's own test files, as far as they speak of the fields that we read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from digest.errors import SourceError
from digest.sources.feed import parse_feed
from digest.sources.feed_bytes import decoded
from tests.feedparser_cases import Case, claims_of, holds, read_cases

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[Case]:
    return list(read_cases(shared / "data" / "feeds" / "feedparser-tests.tar.gz"))


def is_met(case: Case) -> bool:
    """Whether a file is read as it says: its core fields, and the encoding where it names one."""
    content_type = case.headers.get("content-type")
    try:
        feed = parse_feed(
            case.data, content_type=content_type, url=case.headers.get("content-location", "")
        )
    except SourceError:
        return not case.claims and case.encoding is None
    if not all(holds(claim, feed) for claim in case.claims):
        return False
    if case.encoding is None:
        return True
    text = case.data.decode(case.encoding)
    return text.removeprefix("\ufeff") == decoded(case.data, content_type)


@pytest.mark.parametrize(
    ("folder", "files", "with_claims", "least"),
    [
        ("wellformed", 1749, 905, 0.98 * 905),
        ("illformed", 19, 10, 10),
        ("entities", 256, 254, 250),
        ("encoding", 82, 73, 60),
    ],
)
def test_files_are_read_as_they_say(
    cases: list[Case], folder: str, files: int, with_claims: int, least: float
) -> None:
    of_folder = [case for case in cases if case.folder == folder]
    met = Counter((bool(case.claims or case.encoding), is_met(case)) for case in of_folder)
    assert (len(of_folder), met[True, True] + met[True, False]) == (files, with_claims)
    assert met[True, True] >= least
    assert met[False, False] == 0 or folder == "wellformed"


def test_an_expectation_is_read_and_never_run() -> None:
    expression = (
        "not bozo and entries[0]['title'] == entries[1].title == 'x' and len(entries) == 2"
        " and __import__('os').system('false') == 0 and entries[0]['tags'][0].term == 'y'"
    )
    assert [(claim.path, claim.value) for claim in claims_of(expression)] == [
        (("entries", 0, "title"), "x"),
        (("entries", 1, "title"), "x"),
        (("len", "entries"), 2),
        (("entries", 0, "tags", 0, "term"), "y"),
    ]
    assert list(claims_of("'''")) == []
