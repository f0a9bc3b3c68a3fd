"""Reports of one event become one story."""

from __future__ import annotations

import json
import random
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.items import RawItem, clean_item
from digest.model import Item, Story, Vocabulary
from digest.stories import join_items, story_labels, why_joined
from tests.builders import at, make_item
from tests.builders_clustering import EVENTS, groups_of, shuffled, week_items

TITLES = [title for reports in EVENTS.values() for title, _ in reports]
SUMMARIES = [summary for reports in EVENTS.values() for _, summary in reports]
NAMES = [f"{event}-{n}" for event, reports in EVENTS.items() for n in range(len(reports))]
TRUTH = {
    frozenset(f"{event}-{n}" for n in range(len(reports))) for event, reports in EVENTS.items()
}


def ids(joined: tuple[Story, ...]) -> set[frozenset[str]]:
    return {frozenset(item.id for item in story.items) for story in joined}


def report(id: str, title: str, **fields: object) -> Item:
    return make_item(id, title, **{"url": f"https://{id}.example/a", "summary": "", **fields})


# --- labels


@pytest.mark.parametrize("known", [True, False])
def test_reports_of_one_event_get_one_label(known: bool) -> None:
    labels = story_labels(TITLES, SUMMARIES, n_stories=len(EVENTS) if known else None)
    assert groups_of(labels.tolist(), NAMES) == TRUTH


def test_labels_count_from_the_largest_story() -> None:
    labels = story_labels(TITLES, SUMMARIES, n_stories=len(EVENTS))
    assert labels.dtype == np.int_
    assert np.all(np.diff(np.bincount(labels)) <= 0)


@pytest.mark.parametrize("seed", range(3))
def test_another_order_gives_the_same_labels(seed: int) -> None:
    order = shuffled(len(TITLES), seed)
    moved = story_labels([TITLES[i] for i in order], [SUMMARIES[i] for i in order])
    assert moved.tolist() == [story_labels(TITLES, SUMMARIES).tolist()[i] for i in order]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_very_small_weeks_are_labelled(count: int) -> None:
    assert len(story_labels(TITLES[:count], SUMMARIES[:count])) == count


def test_equal_texts_are_one_story() -> None:
    assert story_labels(["same words here"] * 40, [""] * 40).tolist() == [0] * 40


def test_texts_without_a_term_are_apart_unless_they_are_equal() -> None:
    labels = story_labels(["", "the", "", "chips", "of"], [""] * 5)
    assert labels[0] == labels[2]
    assert len(set(labels.tolist())) == 4


def test_texts_without_a_term_are_one_story_when_the_number_is_known() -> None:
    labels = story_labels(["", "the", "chips fall", "court rules"], [""] * 4, n_stories=3)
    assert groups_of(labels.tolist(), ["a", "b", "c", "d"]) == {
        frozenset("ab"),
        frozenset("c"),
        frozenset("d"),
    }


def test_only_texts_without_a_term_are_labelled_too() -> None:
    assert story_labels(["", "the"], ["", ""], n_stories=2).tolist() == [0, 0]


def test_titles_and_summaries_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="zip"):
        story_labels(["one"], [])


# --- joining


def test_an_event_is_one_story_and_two_events_are_two() -> None:
    assert ids(join_items(week_items())) == TRUTH


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_items_changes_nothing(seed: int) -> None:
    items = week_items()
    random.Random(seed).shuffle(items)
    assert join_items(items) == join_items(week_items())


@pytest.mark.parametrize("count", [0, 1])
def test_one_item_is_one_story_and_none_is_none(count: int) -> None:
    assert len(join_items(week_items()[:count])) == count


def test_equal_titles_are_one_story_whoever_printed_them() -> None:
    first = report("a", "Corvid tapes out K3!", summary="Short.")
    second = report("b", "CORVID tapes out K3", summary="Quite other words, at more length.")
    assert ids(join_items([first, second])) == {frozenset("ab")}


def test_a_column_under_one_short_title_is_another_event_every_week() -> None:
    texts = (
        "The foundry in the valley raised its yield in the spring quarter.",
        "A tart with almond and orange peel, and a walk along the harbour.",
    )
    days = (at("2026-05-25"), at("2026-05-31"))
    column = [
        report(str(n), "Daily notes", summary=text, published=day, url=f"https://one.example/{n}")
        for n, (text, day) in enumerate(zip(texts, days, strict=True))
    ]
    assert ids(join_items([*column, *week_items()])) == {*TRUTH, frozenset("0"), frozenset("1")}


def test_an_edition_of_a_column_is_joined_with_no_report_of_what_it_tells() -> None:
    told = "Heron Labs opened a plant for chips in Oslo and hired 300 engineers for it."
    other = "A tart with almond and orange peel, and a walk along the harbour."
    column = [
        report(str(n), "What we read today", summary=text, url=f"https://one.example/{n}")
        for n, text in enumerate((told, other, told))
    ]
    news = report("x", "Heron Labs opens a plant for chips in Oslo", summary=told)
    found = ids(join_items([*column, news, *week_items()]))
    assert found == {*TRUTH, frozenset("02"), frozenset("1"), frozenset("x")}


def test_a_title_changed_by_a_word_is_a_copy() -> None:
    one = report("a", "Senate panel backs bill forcing developers to disclose safety plans")
    two = report("b", "Senate panel backs bill forcing developers to disclose their safety plans")
    assert ids(join_items([one, two, *week_items()])) == {*TRUTH, frozenset("ab")}


def test_two_versions_of_a_product_are_two_events() -> None:
    old = report("a", "Anvil launches Hammer 4.7", summary="Anvil brought out its model Hammer.")
    new = report("b", "Anvil launches Hammer 4.8", summary="Anvil brought out the model Hammer.")
    assert len(join_items([old, new, *week_items()])) == len(EVENTS) + 2


def test_one_common_word_in_two_short_titles_joins_nothing() -> None:
    pair = [report("a", "Ava Studio"), report("b", "Ava 2.0")]
    assert len(join_items([*pair, *week_items()])) == len(EVENTS) + 2


def test_reports_in_two_languages_are_joined_by_names_and_numbers_only() -> None:
    english = report("a", "Aviary raises $65B for Kestrel-4 training", language="en")
    same = report("b", "Aviary 完成 650 亿美元融资，用于 Kestrel-4 训练", language="zh")
    other = report("c", "某实验室完成融资，用于 AI 训练", language="zh")
    joined = ids(join_items([english, same, other, *week_items()]))
    assert joined == {*TRUTH, frozenset("ab"), frozenset("c")}


def test_what_an_outlet_prints_under_every_title_joins_nothing() -> None:
    advert = "Hire the finest growers for a garden of your own, wherever you happen to live."
    titles = ("Garden lamps", "Notes on a violin", "Fog over the harbour")
    week = [
        report(str(n), title, url=f"https://one.example/{n}", summary=advert)
        for n, title in enumerate(titles)
    ]
    assert len(join_items([*week, *week_items()])) == len(EVENTS) + 3


def test_words_that_earlier_weeks_were_full_of_join_less() -> None:
    pair = [report("a", "Zephyr quorum opens"), report("b", "Quorum debates zephyr")]
    worn = Vocabulary(5000, {"zephyr": 4000, "quorum": 4000})
    assert len(join_items(pair)) == 1
    assert len(join_items(pair, vocabulary=worn)) == 2


def test_a_story_says_what_joined_its_reports() -> None:
    items = week_items()
    story = next(story for story in join_items(items) if len(story.items) == 3)
    links = why_joined(story, items)
    assert len(links) == 3
    assert [link.likeness for link in links] == sorted(
        (link.likeness for link in links), reverse=True
    )
    assert all(link.terms and link.terms[0][1] >= link.terms[-1][1] for link in links)


def test_copies_are_joined_with_likeness_one() -> None:
    items = [report("a", "Corvid tapes out K3"), report("b", "Corvid tapes out K3")]
    (link,) = why_joined(join_items(items)[0], items)
    assert link.likeness == 1.0


def test_a_translated_summary_does_not_keep_an_english_title_apart() -> None:
    title = "Oakmere buys power from Fennel reactor for its data centers"
    translated = report("z", title, summary="该公司与核电站签订了二十年的供电合同。")
    assert frozenset(["z", "reactor-0", "reactor-1", "reactor-2"]) in ids(
        join_items([translated, *week_items()])
    )


def test_two_chinese_reports_of_one_event_are_joined() -> None:
    one = report(
        "a", "子午晶圆扩建先进封装产能", summary="子午晶圆将在新麓建两座封装厂。", language="zh"
    )
    two = report(
        "b", "子午晶圆新麓封装厂明年投产", summary="子午晶圆的两座封装厂月产能增长。", language="zh"
    )
    assert frozenset("ab") in ids(join_items([one, two, *week_items()]))


def test_the_earliest_dated_report_leads_and_undated_ones_follow() -> None:
    title = "Corvid tapes out K3 chip"
    undated = report("a", title, published=None, first_seen=at("2026-05-25"))
    late = report("b", title, published=at("2026-05-27"))
    early = report("c", title, published=at("2026-05-26"))
    (story,) = join_items([undated, late, early])
    assert [item.id for item in story.items] == ["c", "a", "b"]


def test_of_reports_at_one_time_the_longest_summary_leads() -> None:
    title = "Corvid tapes out K3 chip"
    (story,) = join_items([report("a", title), report("b", title, summary="The chip is done.")])
    assert story.lead.id == "b"


def test_a_story_is_named_after_its_earliest_seen_item() -> None:
    title = "Corvid tapes out K3 chip"
    seen_late = report("a", title, first_seen=at("2026-05-28"))
    seen_early = report("b", title, first_seen=at("2026-05-27"))
    assert join_items([seen_late, seen_early])[0].id == "b"


def test_stories_stand_in_order_of_their_leads_time() -> None:
    late = report("a", "Court rules on pirated books", published=at("2026-05-28"))
    early = report("b", "Rhubarb tart for spring", published=at("2026-05-26"))
    assert [story.id for story in join_items([late, early])] == ["b", "a"]


@given(st.lists(st.text(max_size=40), max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_any_titles_give_each_item_one_story_in_any_order(titles: list[str], rnd: Random) -> None:
    items = [report(str(n), title) for n, title in enumerate(titles)]
    joined = join_items(items)
    placed = [item.id for story in joined for item in story.items]
    assert sorted(placed) == sorted(item.id for item in items)
    rnd.shuffle(items)
    assert join_items(items) == joined


@given(st.lists(st.text(max_size=30), max_size=10))
@settings(max_examples=60, deadline=None)
def test_any_titles_can_be_labelled(titles: list[str]) -> None:
    assert len(story_labels(titles, [""] * len(titles))) == len(titles)


@pytest.mark.shared
def test_the_scores_on_labelled_headlines_hold(shared: Path) -> None:
    from benchmarks.clustering import accuracy, read

    classes, titles, bodies = read(shared / "data" / "labelled" / "uci87.tsv.gz")
    classes, titles, bodies = classes[::4], titles[::4], bodies[::4]
    labels = story_labels(titles, bodies, n_stories=len(set(classes)))
    assert accuracy(classes, labels) >= 77


def test_no_story_of_the_sample_week_holds_two_events(root: Path) -> None:
    lines = (root / "digest" / "sample" / "week.jsonl").read_text("utf-8").splitlines()
    expected = json.loads((root / "tests" / "data" / "sample_expect.json").read_text("utf-8"))
    event = {id: name for name, ids in expected["events"].items() for id in ids}
    raws = (
        RawItem(**{k: r.get(k) for k in RawItem.__dataclass_fields__})
        for r in map(json.loads, lines)
    )
    cleaned = [clean_item(raw, now=at("2026-05-11")) for raw in raws]
    items = {item.url: item for item in cleaned if isinstance(item, Item)}
    joined = join_items([item for item in items.values() if item.language == "en"])
    told = [{event.get(item.id, item.id) for item in story.items} for story in joined]
    assert [names for names in told if len(names) > 1] == []
    events = {name for names in told for name in names} & set(expected["events"])
    apart = [name for name in events if sum(name in names for names in told) > 1]
    assert len(apart) <= len(events) / 4  # a commentary that names nothing of the event
