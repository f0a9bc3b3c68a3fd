"""Reports that are alike enough become groups of one event each."""

from __future__ import annotations

import pytest

from digest import linking, vectors
from digest.likeness import Likeness, Report, compared
from digest.linking import bar, linked_groups, linked_labels, stand_alone
from digest.model import Vocabulary
from tests.builders_clustering import EVENTS

REPORTS = [
    Report(title, summary, outlet=f"{n}.example")
    for n, (title, summary) in enumerate(pair for pairs in EVENTS.values() for pair in pairs)
]


def likeness(*reports: Report) -> Likeness:
    return compared(reports, Vocabulary())


def test_the_bar_of_bare_titles_rises_with_their_number() -> None:
    assert bar(10, worded=False) == bar(40, worded=False)
    assert bar(40, worded=False) < bar(100, worded=False) < bar(1000, worded=False)


def test_the_bar_of_full_reports_is_one_for_every_week() -> None:
    assert bar(10, worded=True) == bar(10_000, worded=True)


def test_every_place_is_in_one_group() -> None:
    groups = linked_groups(likeness(*REPORTS))
    assert sorted(place for group in groups for place in group) == list(range(len(REPORTS)))


def test_one_report_is_one_group() -> None:
    assert linked_groups(likeness(REPORTS[0])) == [[0]]


def test_labels_number_the_groups() -> None:
    ready = likeness(*REPORTS)
    labels = linked_labels(ready)
    assert len(set(labels.tolist())) == len(linked_groups(ready))


def test_many_reports_are_compared_with_their_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = likeness(*REPORTS)
    whole = {frozenset(group) for group in linked_groups(ready)}
    monkeypatch.setattr(linking, "ALL_PAIRS", 4)
    assert {frozenset(group) for group in linked_groups(ready)} == whole


def test_very_many_groups_are_searched_by_their_rarest_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ready = likeness(*REPORTS)
    whole = {frozenset(group) for group in linked_groups(ready)}
    monkeypatch.setattr(vectors, "PRODUCTS", 0)
    monkeypatch.setattr(vectors, "EACH", 12.0)
    assert {frozenset(group) for group in linked_groups(ready)} == whole


def test_a_crowd_is_parted_by_a_higher_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "CROWD", 2)
    groups = linked_groups(likeness(*REPORTS))
    assert sorted(place for group in groups for place in group) == list(range(len(REPORTS)))


def test_different_titles_stand_alone_and_like_ones_do_not() -> None:
    assert stand_alone([Report("Rhubarb tart for spring", ""), Report("Chips fall", "")])
    assert not stand_alone([Report("Foundry opens a chip plant", "")] * 6)
    assert stand_alone([Report("One title", "")])


SAID = "Norvane broke ground on a campus of 1.8 gigawatts at Tarrow Flats for training clusters."


def _reports(*said: tuple[str, str, str]) -> list[Report]:
    return [Report(title, text, outlet=outlet) for title, text, outlet in said]


def test_two_groups_with_one_mean_text_are_one_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "_linked", lambda *_: iter([[0, 1], [2, 3]]))
    four = _reports(*((f"Title {n}", SAID, f"{n}.example") for n in range(4)))
    assert linked_groups(likeness(*four)) == [[0, 1, 2, 3]]


def test_groups_of_one_outlet_are_not_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "_linked", lambda *_: iter([[0, 1], [2, 3]]))
    four = _reports(*((f"Title {n}", SAID, "one.example") for n in range(4)))
    assert linked_groups(likeness(*four)) == [[0, 1], [2, 3]]


@pytest.mark.parametrize(
    ("title", "outlet", "taken"),
    [
        ("A campus at Tarrow Flats", "other.example", True),
        ("A campus at Tarrow Flats", "0.example", False),
        ("Norvane 3 campus at Tarrow Flats", "other.example", False),
    ],
)
def test_a_group_takes_in_another_outlets_report_of_the_event(
    title: str, outlet: str, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "_linked", lambda *_: iter([[0, 1], [2]]))
    said = [f"As outlet {n} reports, {SAID}" for n in range(3)]
    two = _reports(
        *((f"Norvane 2 breaks ground {n}", said[n], f"{n}.example") for n in range(2)),
        (title, said[2], outlet),
    )
    groups = linked_groups(likeness(*two))
    assert groups == ([[0, 1, 2]] if taken else [[0, 1], [2]])


def test_a_report_that_is_unlike_every_group_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "_linked", lambda *_: iter([[0, 1], [2]]))
    two = _reports(("One", SAID, "a.example"), ("Two", SAID, "b.example"))
    other = Report("Rhubarb", "A tart with almonds and orange peel for the spring.", "c.example")
    assert linked_groups(likeness(*two, other)) == [[0, 1], [2]]
