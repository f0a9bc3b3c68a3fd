"""An editor's afternoon at the command line: moves on the sample week, a late report, a rebuild."""

from __future__ import annotations

import json
from importlib.resources import as_file, files

import pytest

from tests.acceptance.conftest import Terminal

COLLECTED, DRAFTED = "2026-05-10T18:00:00Z", "2026-05-11T06:00:00Z"
LATE = {
    "title": "Kestrel-4 open weights come within two points of the best closed models",
    "summary": "Kestrel-4 is a mixture of experts with 410 billion parameters, and its weights are"
    " open to everyone from today.",
    "url": "https://late-wire.example/kestrel-4-open-weights",
    "published": "2026-05-08T12:00:00Z",
    "first_seen": "2026-05-10T20:00:00Z",
    "source": "Late Wire",
}


@pytest.fixture
def drafted(project: Terminal) -> Terminal:
    with as_file(files("digest") / "sample" / "week.jsonl") as path:
        project("import", str(path), "--now", COLLECTED)
    project("draft", "--week", "2026-W19", "--now", DRAFTED)
    return project


def shown(recap: Terminal) -> dict:
    return json.loads(recap("show", "1", "--format", "json").output)


def find(issue: dict, title: str) -> tuple[str, dict]:
    """The place and the story of a headline."""
    places = [*((t["label"], t["stories"]) for t in issue["themes"]), ("", issue["also"])]
    return next((label, s) for label, told in places for s in told if s["title"] == title)


def edit(recap: Terminal, *words, exit_code: int = 0) -> str:
    by = () if words[0] in ("diff", "history") else ("--by", "anna")
    return recap("edit", 1, *words, *by, exit_code=exit_code).output


def test_moves_hold_when_a_late_report_comes_and_the_week_is_drafted_again(drafted):
    before = shown(drafted)
    kestrel = next(s for t in before["themes"] for s in t["stories"] if "Kestrel-4" in s["title"])
    first, second = (theme["label"] for theme in before["themes"][:2])
    dropped = before["themes"][2]["stories"][0]
    back = next(line for line in before["left_out"] if line["rule"].startswith("below the cut"))
    edit(drafted, "headline", kestrel["id"], "Kestrel-4 is open and nearly the best")
    edit(drafted, "brief", kestrel["id"], "insight", "Our own words on Kestrel-4.")
    edit(drafted, "place", kestrel["id"], "--theme", "1", "--before", "1")
    edit(drafted, "drop", dropped["title"])
    edit(drafted, "rename-theme", second, "Rules of the game")
    edit(drafted, "bring-back", back["item"], "--theme", "Rules of the game")
    edit(drafted, "write", "intro", "A week of open weights.", "And of money.")
    (drafted.folder / "late.jsonl").write_text(json.dumps(LATE), encoding="utf-8")
    drafted("import", "late.jsonl", "--now", "2026-05-10T20:00:00Z")
    told = drafted("draft", "--week", "2026-W19", "--now", DRAFTED).output
    assert "7 moves made again" in told
    assert "“Kestrel-4 is open and nearly the best” got 1 report: Late Wire" in told
    after = shown(drafted)
    place, story = find(after, "Kestrel-4 is open and nearly the best")
    assert place == first
    assert story["brief"]["insight"] == [{"text": "Our own words on Kestrel-4.", "items": []}]
    assert LATE["url"] in [item["url"] for item in story["items"]]
    assert after["subject"] == "Kestrel-4 is open and nearly the best"
    assert after["intro"] == ["A week of open weights.", "And of money."]
    rules = {line["item"]: line["rule"] for line in after["left_out"]}
    assert {rules[item["id"]] for item in dropped["items"]} == {"dropped by the editor"}
    theme = next(t for t in after["themes"] if t["label"] == "Rules of the game")
    assert back["item"] in [item["id"] for s in theme["stories"] for item in s["items"]]
    drafted("lint", "1")
    assert "Our own words on Kestrel-4." in " ".join(drafted("show", "1").output.split())


def test_every_command_makes_its_move(drafted):
    issue = shown(drafted)
    theme = issue["themes"][0]["label"]
    one = next(s for t in issue["themes"] for s in t["stories"] if len(s["items"]) > 1)
    items = [item["id"] for item in one["items"]]
    for words, said in [
        (("pin", "1"), "pinned"),
        (("unpin", "1"), "unpinned"),
        (("lead", one["id"], items[1]), "let"),
        (("split", one["id"], items[1]), "parted 1 report"),
        (("merge", one["id"], items[1]), "merged"),
        (("place", "7"), "to “Also this week”"),
        (("write", "subject"), "gave back the subject"),
        (("brief", "1", "takeaways", "--empty"), "emptied “takeaways”"),
        (("place-theme", theme), f"moved theme “{theme}” to the end"),
        (("place-theme", "1", "--before", "2"), "before"),
        (("split-theme", "Our pick", "1", "2"), "made theme “Our pick” of 2 stories"),
        (("merge-themes", "Our pick", theme), f"merged theme “{theme}” into “Our pick”"),
        (("undo",), "undid: merged theme"),
        (("redo",), "did again: merged theme"),
        (("back", "3"), "returned to revision 3"),
    ]:
        assert "edited" in edit(drafted, *words)
        newest = json.loads(edit(drafted, "history", "--json"))[0]
        assert said in newest["text"]
        assert newest["by"] == "anna"
    assert "returned to revision 3" in edit(drafted, "history").splitlines()[0]


def test_a_change_is_told_as_text_and_as_json(drafted):
    told = json.loads(edit(drafted, "headline", "1", "Ours", "--json"))
    assert told["revision"] == 2
    assert told["notes"] == []
    assert {"reworded"} == {line["kind"] for line in told["changed"]}
    assert "{+Ours+}" in edit(drafted, "diff")
    assert edit(drafted, "diff", "2", "2") == "nothing an editor would see\n"
    assert json.loads(edit(drafted, "diff", "1", "--json"))
    assert "more: recap edit 1 diff" in edit(drafted, "split-theme", "All", *map(str, range(1, 25)))
    emptied = edit(drafted, "place-theme", "All")
    assert emptied.startswith("edited")


def test_a_theme_emptied_by_a_move_is_noted(drafted):
    stories = [str(story["id"]) for story in shown(drafted)["themes"][3]["stories"]]
    assert "has no story any more and is gone" in edit(drafted, "split-theme", "New", *stories)


def test_what_cannot_be_done_is_said_and_changes_nothing(drafted):
    for words, said in [
        (("drop", "nonsense"), "holds nothing called `nonsense`"),
        (("rename-theme", "Nowhere", "X"), "theme “Nowhere” is no longer in the draft"),
        (("headline", "1", "x" * 400), "the headline has 400 characters"),
        (("undo",), "there is nothing to undo"),
        (("add", "ftp://files.example/x"), "is not an http or https address"),
        (("drop", "1", "--revision", "9"), "issue 1 was changed meanwhile"),
    ]:
        assert said in edit(drafted, *words, exit_code=1)
    assert shown(drafted)["revision"] == 1


def test_moves_that_hold_no_longer_are_named_by_the_draft(drafted):
    left = shown(drafted)["left_out"]
    sponsored = next(line for line in left if line["rule"].startswith("sponsored"))
    edit(drafted, "bring-back", sponsored["item"])
    edit(drafted, "rename-theme", "1", "Money")
    pins = "  themes: [{name: Money, words: [raises, funding, valuation, billion]}]"
    settings = drafted.folder / "schedules.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("  themes: []", pins), encoding="utf-8")
    told = drafted("draft", "--week", "2026-W19", "--now", DRAFTED).output
    assert "1 move made again, 1 not" in told
    assert "edit: renamed theme" in told
    assert "another theme is called “Money” already" in told
    assert "another theme is called “Money” already" in edit(drafted, "history")
