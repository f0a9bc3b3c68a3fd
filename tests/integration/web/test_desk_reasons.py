"""The reasons of an issue at the desk: the week, a story, the map, what was left out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from digest.model import Issue, LeftOut, Role, Signal, Story
from digest.pipeline.reasons import PAGE
from digest.ranking import WEIGHTS
from digest.settings import Settings
from digest.store import Store
from digest.web.desk import reasons
from tests.builders import WINDOW, make_issue, make_item, make_story, make_theme
from tests.builders_desk import DeskClient, desk_app, signed_in
from tests.builders_sending import Clock

WHY = "/desk/issues/5/why"
LEFT_OUT = "/desk/issues/5/left-out"
MAP = "/desk/issues/5/map"


@pytest.fixture
def app(store: Store, settings: Settings, clock: Clock) -> Flask:
    """The application with the desk."""
    return desk_app(store, settings, clock)


@pytest.fixture
def desk(app: Flask, store: Store, clock: Clock) -> DeskClient:
    """Somebody who may edit, and issue 5 with four printed stories and three that are not."""
    store.content.save_issue(_issue(store))
    return signed_in(app, store, clock, role=Role.EDITOR)


def _story(store: Store, id: str, title: str) -> Story:
    item = make_item(id, title, summary="It ships in October.")
    store.content.add_items([item], at=WINDOW.start + timedelta(days=3))
    signals = tuple(Signal(name, 0.5, weight, weight / 2) for name, weight in WEIGHTS.items())
    return make_story(item, signals=signals, score=50.0)


def _issue(store: Store, **fields: object) -> Issue:
    chips = [_story(store, f"c{n}", f"Foundry ships accelerator wafers lot{n}") for n in range(2)]
    laws = [_story(store, f"l{n}", f"Senate debates chatbot bill reading{n}") for n in range(2)]
    _story(store, "n1", "A <b>bold</b> robot learns to walk")
    _story(store, "n2", "Harbour crane gets a learned planner")
    lines = (
        LeftOut("n1", "A <b>bold</b> robot learns to walk", "below the cut: rank 5 of 6 stories"),
        LeftOut("n2", "Harbour crane gets a learned planner", "no room: rank 6 of 6 stories, full"),
        LeftOut("old", "A tale of last year", "too old: published 2025-05-01"),
    )
    themes = (make_theme("Chips", chips), make_theme("Laws", laws))
    return make_issue(*themes, **{"left_out": lines, **fields})


@pytest.mark.parametrize("path", [WHY, f"{WHY}/c0", f"{WHY}/n1", MAP, LEFT_OUT])
def test_strangers_see_no_reasons(app: Flask, desk: DeskClient, path: str) -> None:
    reply = app.test_client().get(path)
    assert reply.status_code in (303, 401)
    assert "Foundry" not in reply.text


def test_the_week_says_what_came_next_and_what_was_left_out(desk: DeskClient) -> None:
    page = desk.get(WHY).text
    for words in ("Chips", "2 printed of 2 found", "rank 5 of 6 stories", "too old", "first issue"):
        assert words in page
    assert "by the shipped weights" in page
    assert "<b>bold" not in page
    assert "A &lt;b&gt;bold&lt;/b&gt; robot" in page


def test_learned_weights_are_named(app: Flask, store: Store, clock: Clock) -> None:
    learned = tuple(Signal(name, 0.5, 100 / 12, 50 / 12) for name in WEIGHTS)
    one = make_story(make_item("c0", "Foundry ships wafers"), signals=learned, score=50.0)
    store.content.save_issue(make_issue(make_theme("Chips", [one])))
    desk = signed_in(app, store, clock)
    assert "weights learned from your choices" in desk.get(WHY).text
    assert "shipped: 28.0" in desk.get(f"{WHY}/c0").text


def test_an_explained_week_is_kept_until_the_issue_changes(
    desk: DeskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    explain = reasons.explain_week
    monkeypatch.setattr(
        reasons, "explain_week", lambda *args, **kw: made.append(1) or explain(*args, **kw)
    )
    desk.get(WHY)
    desk.get(MAP)
    assert len(made) == 1
    store.content.save_issue(_issue(store, revision=2, subject="Another subject of this week"))
    desk.get(WHY)
    assert len(made) == 2


def test_a_story_says_its_points_and_what_would_stand_in_its_place(desk: DeskClient) -> None:
    page = desk.get(f"{WHY}/c0").text
    for words in ("Foundry ships accelerator wafers lot0", "coverage", "authority", "of 100 points",
                  "One report alone", "What would stand in its place", "robot learns"):  # fmt: skip
        assert words in page


def test_a_story_that_was_left_out_says_its_rule_and_its_points(desk: DeskClient) -> None:
    page = desk.get(f"{WHY}/n1").text
    assert "below the cut: rank 5 of 6 stories" in page
    assert "of 100 points" in page
    page = desk.get(f"{WHY}/old").text
    assert "too old: published 2025-05-01" in page
    assert "of 100 points" not in page


@pytest.mark.parametrize("page", [f"{WHY}/n1", f"{LEFT_OUT}?rule=below+the+cut"])
def test_what_was_left_out_has_a_button_to_bring_it_back(desk: DeskClient, page: str) -> None:
    text = desk.get(page).text
    assert 'form="moves" name="move" value="back n1"' in text
    assert '<form id="moves" method="post" action="/desk/issues/5/moves" data-live>' in text


def test_every_dot_of_the_map_leads_to_its_story_in_the_list(desk: DeskClient) -> None:
    page = desk.get(MAP).text
    targets = re.findall(r'<a href="#(story-[^"]+)" class="dot', page)
    assert len(targets) == len(set(targets)) == 6
    assert all(page.count(f'id="{target}"') == 1 for target in targets)
    assert page.count("<title>") == 1 + len(targets)
    assert "<title>Foundry ships accelerator wafers lot0: Chips, 50.0 points</title>" in page


def test_what_was_left_out_is_listed_by_rule(desk: DeskClient) -> None:
    assert "left-out?rule=too+old" in desk.get(LEFT_OUT).text
    page = desk.get(f"{LEFT_OUT}?rule=below+the+cut").text
    assert "below the cut: 1" in page
    assert "rank 5 of 6" in page
    assert "published 2025" not in page


def test_a_long_list_has_pages(app: Flask, store: Store, clock: Clock) -> None:
    lines = tuple(
        LeftOut(f"o{n}", f"Old tale {n:03}", "too old: long ago") for n in range(PAGE + 1)
    )
    store.content.save_issue(make_issue(left_out=lines))
    desk = signed_in(app, store, clock)
    first = desk.get(f"{LEFT_OUT}?rule=too+old").text
    second = desk.get(f"{LEFT_OUT}?rule=too+old&page=2").text
    assert "Page 1 of 2" in first
    assert first.count("too old: long ago") == PAGE
    assert second.count("too old: long ago") == 1
    assert "Before</a>" in second


@pytest.mark.parametrize(
    "path",
    [
        "/desk/issues/99/why",
        "/desk/issues/99/map",
        f"{WHY}/no-such-story",
        f"{LEFT_OUT}?rule=no+such+rule",
        f"{LEFT_OUT}?rule=too+old&page=9",
        f"{LEFT_OUT}?rule=too+old&page=-1",
        f"{LEFT_OUT}?rule=too+old&page=9999999999",
        f"{LEFT_OUT}?rule=too+old&page=²",
        f"{LEFT_OUT}?rule=%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(desk: DeskClient, path: str) -> None:
    reply = desk.get(path)
    assert reply.status_code == 400
    assert "<script>alert" not in reply.text


def test_an_issue_of_nothing_ranked_is_explained_too(
    app: Flask, store: Store, clock: Clock
) -> None:
    bare = make_story(make_item("x", "Northwind ships"), signals=(), score=0.0)
    store.content.save_issue(make_issue(make_theme("Chips", [bare])))
    desk = signed_in(app, store, clock)
    for path in (WHY, MAP, LEFT_OUT):
        assert desk.get(path).status_code == 200
    assert "Nothing was left out" in desk.get(LEFT_OUT).text
    assert "an editor added it" in desk.get(f"{WHY}/x").text


def test_a_number_that_no_database_holds_is_no_page(desk: DeskClient) -> None:
    assert desk.get(f"/desk/issues/{10**20}/why").status_code == 404
