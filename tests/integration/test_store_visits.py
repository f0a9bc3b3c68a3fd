"""How sources have answered, on both databases: health, moves, mutes, pauses, one collector."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import InputError, StateError, StoreError
from digest.model import Health, Pause, Source, Validators
from digest.store import Store, Visit, open_store
from tests.builders import at

WELL = Health(
    validators=Validators('"a"', "Mon, 25 May 2026 05:00:00 GMT", "https://lab.example/feed"),
    tried_at=at("2026-05-25"),
    good_at=at("2026-05-25"),
    next_at=at("2026-05-26"),
    new_at=at("2026-05-24"),
    failures=2,
    error="answered 500",
    moved_to="https://lab.example/new",
    moved_since=at("2026-05-23"),
    moved_times=2,
    muted_because="answered 410 Gone",
    items_seen=7,
    last_count=5,
    undated=1,
)


@pytest.fixture
def lab(store: Store) -> Store:
    """A store with two sources, neither asked so far."""
    store.content.add_sources(
        [Source("Lab", "https://lab.example/feed"), Source("Wire", "https://wire.example/feed")]
    )
    return store


def test_a_source_that_was_never_asked_has_no_health(lab: Store) -> None:
    assert lab.visits.healths() == {}


def test_health_comes_back_as_it_was_kept(lab: Store) -> None:
    lab.visits.save([Visit("Lab", WELL), Visit("Wire", Health())])
    assert lab.visits.healths() == {"Lab": WELL, "Wire": Health()}
    later = replace(WELL, failures=0, error="", next_at=None)
    lab.visits.save([Visit("Lab", later)])
    assert lab.visits.healths()["Lab"] == later


def test_nothing_to_keep_is_no_error(lab: Store) -> None:
    lab.visits.save([])
    assert lab.visits.healths() == {}


def test_an_unknown_name_keeps_nothing_of_its_batch(lab: Store) -> None:
    with pytest.raises(InputError, match="no source is called `Nobody`"):
        lab.visits.save([Visit("Lab", WELL), Visit("Nobody", WELL)])
    assert lab.visits.healths() == {}


def test_a_move_and_a_mute_are_kept_with_the_answer_that_caused_them(lab: Store) -> None:
    lab.visits.save(
        [Visit("Lab", Health(), moved_to="https://lab.example/new"), Visit("Wire", WELL, mute=True)]
    )
    lab_now, wire = lab.content.sources()
    assert (lab_now.url, lab_now.muted) == ("https://lab.example/new", False)
    assert (wire.url, wire.muted) == ("https://wire.example/feed", True)


def test_a_pause_without_a_limit_keeps_the_time_of_the_last_limit(lab: Store) -> None:
    limited = Pause("lab.example", at("2026-05-25") + timedelta(hours=1), at("2026-05-25"))
    lab.visits.save([Visit("Lab", WELL, limited)])
    lab.visits.save([Visit("Lab", WELL, Pause("lab.example", at("2026-05-27")))])
    lab.visits.save([Visit("Lab", WELL, Pause("a.example", at("2026-05-26")))])
    assert lab.visits.pauses() == (
        Pause("a.example", at("2026-05-26")),
        Pause("lab.example", at("2026-05-27"), at("2026-05-25")),
    )


def test_a_source_that_is_forgiven_may_be_asked_at_once(lab: Store) -> None:
    lab.visits.save([Visit("Lab", WELL), Visit("Wire", WELL)])
    lab.visits.forgive("Lab")
    forgiven = replace(WELL, muted_because="", failures=0, next_at=None)
    assert lab.visits.healths() == {"Lab": forgiven, "Wire": WELL}


def test_one_collector_works_at_a_time_and_the_next_after_it(database_url: str) -> None:
    with open_store(database_url) as one, open_store(database_url) as other:
        for _ in range(2):
            with one.visits.collecting():
                second = other.visits.collecting()
                with pytest.raises(StateError, match="another collector is at work"):
                    second.__enter__()
            with other.visits.collecting():
                pass


def test_a_lock_that_cannot_be_written_is_said(tmp_path: Path, sqlite_template: Path) -> None:
    path = tmp_path / "recap.db"
    path.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "recap.db-collecting").mkdir()
    with (
        open_store(f"sqlite:///{path}") as store,
        pytest.raises(StoreError, match="keeps a second collector out, cannot be written"),
        store.visits.collecting(),
    ):
        pass
