"""The sources that a new project begins with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from digest.sources import read_file
from digest.sources.reading import Reading

FILE = "digest/sources/default.opml"


@pytest.fixture
def listed(root: Path) -> Reading:
    return read_file(root / FILE)


def test_about_forty_are_listed_and_every_one_is_taken(listed: Reading) -> None:
    assert listed.records == ()
    assert 35 <= len(listed.sources) <= 45


def test_no_name_and_no_address_is_there_twice(listed: Reading) -> None:
    for values in zip(*((one.name, one.url) for one in listed.sources), strict=True):
        assert len(set(values)) == len(values)


def test_all_are_asked_over_tls(listed: Reading) -> None:
    assert {urlsplit(one.url).scheme for one in listed.sources} == {"https"}


def test_every_source_is_in_a_group_and_no_group_is_the_bulk(listed: Reading) -> None:
    groups = Counter(one.group for one in listed.sources)
    assert "" not in groups
    assert {"Labs", "Chips and cloud", "Policy and safety", "Press"} < set(groups)
    assert max(groups.values()) <= len(listed.sources) / 2


def test_the_file_says_that_its_addresses_are_unverified(root: Path) -> None:
    text = (root / FILE).read_text(encoding="utf-8")
    assert "unverified until `recap sources check` has run online" in " ".join(text.split())
