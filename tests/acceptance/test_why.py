"""`recap why` and `recap scores`, typed as an editor would."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from digest.signals import SIGNALS
from tests.acceptance.conftest import Terminal


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory):
    """A terminal in a project whose bundled week is drafted, and the issue as JSON."""
    with pytest.MonkeyPatch.context() as patch:
        recap = Terminal(tmp_path_factory.mktemp("why"))
        patch.chdir(recap.folder)
        patch.setenv("RECAP_DATABASE_URL", "sqlite:///recap.db")
        recap("init")
        sample = (files("digest") / "sample" / "week.jsonl").read_bytes()
        (recap.folder / "week.jsonl").write_bytes(sample)
        recap("import", "week.jsonl", "--now", "2026-05-10T18:00")
        recap("draft", "--week", "2026-W19", "--now", "2026-05-11T06:00")
        yield recap, json.loads(recap("show", 1, "--format", "json").output)


def stories(issue: dict) -> list[dict]:
    return [story for theme in issue["themes"] for story in theme["stories"]] + issue["also"]


def joined(issue: dict) -> dict:
    return max(stories(issue), key=lambda story: len(story["items"]))


def why(recap: Terminal, story: str) -> dict:
    return json.loads(recap("why", 1, story, "--json").output)


def week(recap: Terminal) -> dict:
    return json.loads(recap("why", 1, "--json").output)


def test_every_pair_of_reports_says_what_it_shares(drafted):
    recap, issue = drafted
    story = joined(issue)
    told = why(recap, story["id"])
    count = len(story["items"])
    assert len(told["joined"]) == count * (count - 1) / 2
    assert all(0 <= pair["likeness"] <= 1 for pair in told["joined"])
    assert all(term["weight"] > 0 for pair in told["joined"] for term in pair["terms"])
    assert any(pair["terms"] for pair in told["joined"])


def test_a_theme_says_by_which_words_it_holds_the_story(drafted):
    recap, issue = drafted
    theme = issue["themes"][0]
    told = why(recap, theme["stories"][0]["id"])["theme"]
    assert told["label"] == theme["label"]
    assert told["others"] == len(theme["stories"]) - 1
    assert all(0 < row["here"] <= told["others"] for row in told["shared"])


def test_a_theme_says_which_words_of_its_subject_the_story_holds(drafted):
    recap, issue = drafted
    told = [why(recap, s["id"])["theme"] for theme in issue["themes"] for s in theme["stories"]]
    assert sum(bool(theme["cues"]) for theme in told) > len(told) / 2
    assert all(row["counts"] > 0 for theme in told for row in theme["cues"])
    best = next(theme for theme in told if theme["cues"])
    assert best["cues"] == sorted(best["cues"], key=lambda row: (-row["counts"], row["cue"]))
    assert "says so:" in recap("why", 1, issue["themes"][0]["stories"][0]["id"]).output


def test_a_pinned_theme_says_which_of_the_editor_s_words_the_story_holds(drafted):
    recap, _ = drafted
    plan = recap.folder / "schedules.yaml"
    before = plan.read_text(encoding="utf-8")
    pinned = "themes: [{name: Infra capex, words: [capex, data center]}]"
    plan.write_text(before.replace("themes: []", pinned), encoding="utf-8")
    try:
        recap("draft", "--week", "2026-W19", "--now", "2026-05-11T06:00")
        issue = json.loads(recap("show", 1, "--format", "json").output)
        (theme,) = [one for one in issue["themes"] if one["label"] == "Infra capex"]
        told = [why(recap, story["id"])["theme"] for story in theme["stories"]]
        words = {row["cue"] for one in told for row in one["cues"]}
        assert {"capex", "data center"} <= words
    finally:
        plan.write_text(before, encoding="utf-8")
        recap("draft", "--week", "2026-W19", "--now", "2026-05-11T06:00")


def test_a_story_in_no_theme_says_what_it_is_nearest_to(drafted):
    recap, issue = drafted
    found = [why(recap, story["id"]) for story in issue["also"]]
    near = [told["nearest"] for told in found if told["nearest"]]
    assert near
    assert all(one["strength"] > 0 and one["cues"] for one in near)
    printed = recap("why", 1, issue["also"][0]["id"]).output
    assert "nearest:" in printed or "no word of a standing subject" in printed


def test_the_kind_of_the_headline_is_named(drafted):
    recap, _ = drafted
    (row,) = [row for row in why(recap, "1")["signals"] if row["name"] == "kind"]
    assert " Here: " in row["measures"]


def test_the_points_are_those_of_the_score_each_with_what_it_measures(drafted):
    recap, _ = drafted
    told = why(recap, "1")
    assert told["rank"] == 1
    assert sum(row["points"] for row in told["signals"]) == pytest.approx(told["score"], abs=1e-3)
    assert {row["name"] for row in told["signals"]} == set(SIGNALS)
    assert all(row["measures"] for row in told["signals"])


def test_a_rank_an_id_and_a_part_of_the_headline_name_the_same_story(drafted):
    recap, issue = drafted
    best = max(stories(issue), key=lambda story: story["score"])
    for name in (
        best["id"],
        "1",
        best["title"].upper(),
        best["title"][3:],
        best["items"][-1]["id"],
    ):
        assert why(recap, name)["id"] == best["id"]


def test_a_story_among_the_short_ones_has_no_theme(drafted):
    recap, issue = drafted
    last = issue["also"][-1]
    assert why(recap, last["id"])["theme"] is None
    assert "none: among the short ones" in recap("why", 1, last["id"]).output


def test_what_was_left_out_says_by_which_rule(drafted):
    recap, issue = drafted
    line = issue["left_out"][0]
    told = why(recap, line["item"])
    assert told["kind"] == "left out"
    assert {name: told[name] for name in line} == line
    assert why(recap, line["title"])["rule"] == line["rule"]
    assert line["rule"] in recap("why", 1, line["item"]).output


def test_a_ranked_story_that_was_left_out_has_its_points(drafted):
    recap, issue = drafted
    ranked = next(line for line in issue["left_out"] if line["rule"].startswith("below the cut"))
    told = why(recap, ranked["item"])
    assert told["score"] == pytest.approx(sum(row["points"] for row in told["signals"]))
    unranked = next(line for line in issue["left_out"] if line["rule"].startswith("too old"))
    told = why(recap, unranked["item"])
    assert (told["score"], told["signals"]) == (None, [])


def test_what_came_next_is_measured_as_it_was_ranked(drafted):
    recap, issue = drafted
    rows = week(recap)["candidates"]
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
    assert {row["rule"] for row in rows} <= {line["rule"] for line in issue["left_out"]}
    assert min(story["score"] for story in stories(issue)) < rows[0]["score"] < 100
    assert why(recap, stories(issue)[0]["id"])["candidates"] == rows[:5]


def test_what_was_left_out_is_counted_by_rule(drafted):
    recap, issue = drafted
    rules = week(recap)["left_out"]
    assert sum(row["count"] for row in rules) == len(issue["left_out"])
    assert [row["count"] for row in rules] == sorted((r["count"] for r in rules), reverse=True)
    assert all(row["examples"] for row in rules)
    for row in rules:
        page = json.loads(recap("why", 1, "--left-out", row["rule"], "--json").output)
        assert (page["count"], page["page"], page["pages"]) == (row["count"], 1, 1)
        assert [item["title"] for item in page["items"]][:3] == row["examples"]


@pytest.mark.parametrize("page", [0, 2])
def test_a_page_that_is_not_there_is_a_clear_error(drafted, page: int):
    recap, _ = drafted
    told = recap("why", 1, "--left-out", "too old", "--page", page, exit_code=1).output
    assert f"no page {page}" in told


def test_the_map_shows_every_printed_story_over_those_that_are_not(drafted):
    recap, issue = drafted
    dots = week(recap)["map"]
    printed = {dot["id"]: dot for dot in dots if dot["printed"]}
    assert set(printed) == {story["id"] for story in stories(issue)}
    assert [dot["printed"] for dot in dots] == sorted(dot["printed"] for dot in dots)
    assert all(0 <= dot[axis] <= 1 for dot in dots for axis in "xy")
    for place, theme in enumerate(issue["themes"]):
        letters = {printed[story["id"]]["letter"] for story in theme["stories"]}
        assert letters == {"ABCDEFGHI"[place]}
    assert {printed[story["id"]]["letter"] for story in issue["also"]} == {"·"}


def test_the_week_is_told_on_the_terminal(drafted):
    recap, _ = drafted
    told = recap("why", 1).output
    for word in ("issue", "theme", "terms:", "weeks:", "next best", "left out", "such as:"):
        assert word in told
    assert "too old: " in recap("why", 1, "--left-out", "too old").output


def test_the_terminal_shows_joined_theme_and_rank(drafted):
    recap, issue = drafted
    told = recap("why", 1, joined(issue)["id"]).output
    for word in ("story", "joined", "share:", "theme", "rank", "coverage:"):
        assert word in told


@pytest.mark.parametrize("name", ["no such story anywhere", "99999", "", "x"])
def test_an_unknown_story_is_told_with_where_the_stories_are(drafted, name):
    recap, _ = drafted
    told = recap("why", 1, name, exit_code=1).output
    assert f"issue 1 holds nothing called `{name}`" in told
    assert "recap scores 1" in told


def test_words_of_several_headlines_ask_for_more(drafted):
    recap, _ = drafted
    told = recap("why", 1, "the", exit_code=1).output
    assert "fits" in told
    assert "give more of the headline" in told


def test_an_unknown_issue_is_told(drafted):
    recap, _ = drafted
    assert "there is no issue 7" in recap("why", 7, "1", exit_code=1).output


def test_scores_print_and_save_the_points_of_every_story(drafted):
    recap, issue = drafted
    recap("scores", 1, "--csv", "scores.csv")
    lines = (recap.folder / "scores.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(stories(issue))
    assert set(SIGNALS) <= set(lines[0].split(","))
    assert stories(issue)[0]["title"][:40] in recap("scores", 1).output
