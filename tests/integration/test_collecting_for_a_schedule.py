"""A schedule collects from the sources of its list, and its wrong names are told."""

from __future__ import annotations

import pytest

from digest.errors import InputError
from digest.model import Source
from digest.pipeline.collecting import collect, sources_to_collect
from digest.sources.fetched import Limits, Manners
from digest.store import open_store
from tests.builders_sending import settings_in
from tests.standins.web import HOSTS, FastClock, conditional, feed, running_web

LISTED = ("Wire", "Gone")


@pytest.fixture
def store(sqlite_template, tmp_path):
    path = tmp_path / "recap.db"
    path.write_bytes(sqlite_template.read_bytes())
    with open_store(f"sqlite:///{path}") as opened:
        yield opened


def test_the_other_sources_are_not_asked_and_a_name_without_a_source_is_noted(store, tmp_path):
    clock = FastClock()
    with running_web(clock) as web:
        url = web.serve("/wire", conditional(feed()))
        store.content.add_sources(
            [Source("Wire", url), Source("Other", "http://127.0.0.9:9/not-asked")]
        )
        manners = Manners(allowed=HOSTS, limits=Limits())
        report = collect(
            store, settings_in(tmp_path), now=clock.now(), among=LISTED, manners=manners,
            clock=clock,
        )  # fmt: skip
    assert report.counts["sources"] == 1
    assert report.counts["failed"] == 0
    assert [line.subject for line in report.lines if "collects from it" in line.reason] == ["Gone"]


def test_a_list_without_any_source_is_an_error_that_names_the_file(store):
    store.content.add_sources([Source("Other", "https://other.example/feed")])
    with pytest.raises(InputError, match="no source has a name") as caught:
        sources_to_collect(store, "", LISTED)
    assert "schedules.yaml" in caught.value.hint
