"""The first thing a newcomer types: what it leaves, and that every planted trap is told of."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.acceptance.conftest import Terminal

EXPECT = json.loads(
    (Path(__file__).resolve().parents[1] / "data" / "sample_expect.json").read_text("utf-8")
)
TRAPS = EXPECT["traps"]
EVENT_OF = {item: event for event, items in EXPECT["events"].items() for item in items}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """One demo, its printed words and its issue as a program reads it."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        terminal = Terminal(folder)
        told = terminal("demo").output
        patch.chdir(folder / "recap-demo")
        shown = json.loads(terminal("show", 1, "--format", "json").output)
        rows = json.loads(terminal("deliveries", 1, "--json").output)
    return folder / "recap-demo", told, shown, rows


def stories_of(shown):
    return [*(s for theme in shown["themes"] for s in theme["stories"]), *shown["also"]]


def test_it_leaves_an_issue_in_three_forms_and_prints_their_paths(demo):
    folder, told, _, rows = demo
    mails = sorted((folder / "outbox").glob("*.eml"))
    for path in (folder / "issue.html", folder / "issue.txt", *mails):
        assert path.stat().st_size > 1000
        assert path.name in told
    assert len(mails) == len(rows) == 3


def test_a_mail_program_can_open_the_mails(demo):
    folder, _, shown, _ = demo
    for path in (folder / "outbox").glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert not message.defects
        assert message["Subject"] == shown["subject"]
        assert message["List-Unsubscribe"]
        assert message["Message-ID"]
        assert {part.get_content_type() for part in message.iter_parts()} == {
            "text/plain",
            "text/html",
        }
        assert "@@" not in message.get_body(("html",)).get_content()


def test_it_has_at_least_four_themes_with_distinct_names(demo):
    _, _, shown, _ = demo
    labels = [theme["label"] for theme in shown["themes"]]
    assert 4 <= len(labels) <= 9
    assert len(set(labels)) == len(labels)
    assert all(1 <= len(label.split()) <= 4 for label in labels)
    assert all(2 <= len(theme["stories"]) <= 6 for theme in shown["themes"])


@pytest.mark.parametrize("words", [("capex", "data center"), ("silicon", "accelerator", "chip")])
def test_infra_capex_and_custom_silicon_are_among_the_themes(demo, words):
    _, _, shown, _ = demo
    names = [" ".join([theme["label"], *theme["terms"]]).lower() for theme in shown["themes"]]
    assert any(word in name for name in names for word in words)


def test_three_of_four_events_stand_in_one_story(demo):
    _, _, shown, _ = demo
    told: dict[str, set[str]] = {}
    for story in stories_of(shown):
        for item in story["items"]:
            told.setdefault(EVENT_OF[item["id"]], set()).add(story["id"])
    apart = [event for event, stories in told.items() if len(stories) > 1]
    assert len(apart) <= len(told) / 4  # a commentary that names nothing of the event


def test_no_story_holds_two_events(demo):
    _, _, shown, _ = demo
    for story in stories_of(shown):
        assert len({EVENT_OF[item["id"]] for item in story["items"]}) == 1, story["title"]


def test_the_seeds_event_is_among_the_stories(demo):
    _, _, shown, _ = demo
    (story,) = [s for s in stories_of(shown) if "$200B" in s["title"] and "Amazon" in s["title"]]
    assert len(story["items"]) >= 3


@pytest.mark.parametrize(
    ("trap", "rule"),
    [
        ("sponsored", "sponsored"),
        ("house", "sponsored"),
        ("off_topic", "off topic"),
        ("before_week", "too old"),
    ],
)
def test_what_may_not_be_printed_is_left_out_with_its_rule(demo, trap, rule):
    _, told, shown, _ = demo
    rules = {line["item"]: line["rule"] for line in shown["left_out"]}
    for item in TRAPS[trap]:
        assert rules[item].startswith(rule)
    assert rule in told


def test_the_same_article_under_another_address_is_known(demo):
    _, told, shown, _ = demo
    printed = {item["id"] for story in stories_of(shown) for item in story["items"]}
    assert not printed & set(TRAPS["tracking_copies"])
    assert told.count("its address is stored already") == len(TRAPS["tracking_copies"])


def test_copies_of_a_text_are_in_the_story_of_the_original(demo):
    _, _, shown, _ = demo
    story_of = {i["id"]: s["id"] for s in stories_of(shown) for i in s["items"]}
    for item in TRAPS["near_copies"]:
        originals = [i for i in EXPECT["events"][EVENT_OF[item]] if i != item and i in story_of]
        assert story_of[item] in {story_of[i] for i in originals}


def test_a_missing_or_impossible_date_is_never_printed_as_publication(demo):
    _, _, shown, _ = demo
    dates = {i["id"]: i["published"] for s in stories_of(shown) for i in s["items"]}
    for trap in ("undated", "no_dates", "future_dated"):
        for item in TRAPS[trap]:
            assert dates.get(item) is None


def test_damaged_characters_are_repaired(demo):
    folder, told, _, _ = demo
    html = (folder / "issue.html").read_text("utf-8")
    assert not re.search("โ€|๐Ÿ|â€", html)
    assert told.count("damaged characters repaired") == len(TRAPS["mojibake"])


def test_markup_in_a_feed_is_text_in_the_mail(demo):
    folder, _, _, _ = demo
    html = (folder / "issue.html").read_text("utf-8")
    assert "<script" not in html
    assert "alert(1)" not in html
    assert "<img" not in html


def test_an_instruction_in_an_items_text_is_not_printed(demo):
    folder, _, _, _ = demo
    text = (folder / "issue.txt").read_text("utf-8")
    assert "gnore previous instructions" not in text


def test_what_has_no_address_is_refused_and_listed(demo):
    _, told, _, _ = demo
    assert told.count("no address (url)") == len(TRAPS["no_url"])


def test_what_has_no_title_is_kept_under_the_start_of_its_text(demo):
    _, told, _, _ = demo
    assert "no title: the start of the text stands in for it" in told


def test_every_item_that_was_stored_is_printed_or_left_out(demo):
    _, _, shown, _ = demo
    told = [item["id"] for story in stories_of(shown) for item in story["items"]]
    told += [line["item"] for line in shown["left_out"]]
    assert len(told) == len(set(told)) == 129


def test_the_same_demo_again_gives_the_same_bytes(demo):
    folder, *_ = demo
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder.parent)
        before = fingerprints(folder)
        Terminal(folder.parent)("demo")
        assert fingerprints(folder) == before


def fingerprints(folder: Path) -> dict[str, str]:
    paths = [folder / "issue.html", folder / "issue.txt"]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_a_folder_that_holds_something_else_is_left_alone(recap):
    (recap.folder / "mine").mkdir()
    (recap.folder / "mine" / "thesis.txt").write_text("years of work")
    told = recap("demo", "--out", "mine", exit_code=1).output
    assert "is not empty and no demo made it" in told
    assert (recap.folder / "mine" / "thesis.txt").read_text() == "years of work"
