"""Names for groups of texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.labels import fitting, headline_name, name_groups

CHIPS = [
    "Foundry lifts packaging output for AI accelerators",
    "Why advanced packaging is short of foundry space",
    "Basalt sells advanced packaging lines to a foundry",
]
LAW = [
    "Senate committee backs disclosure bill",
    "Disclosure bill divides the Senate committee",
    "What the disclosure bill asks of developers",
]
TITLES = [*CHIPS, *LAW]
EMPTY = [""] * len(TITLES)
LABELS = [0, 0, 0, 1, 1, 1]


def test_a_group_is_named_by_what_covers_it_and_not_the_others() -> None:
    found = name_groups(TITLES, EMPTY, LABELS)
    assert list(found) == [0, 1]
    assert found[0][:2] == ("advanced packaging", "foundry") or found[0][0] == "foundry"
    assert found[1][0].lower() == "disclosure bill"


def test_there_are_three_phrases_where_the_texts_hold_as_many() -> None:
    assert all(len(phrases) >= 3 for phrases in name_groups(TITLES, EMPTY, LABELS).values())


def test_no_word_is_in_two_phrases_of_a_group_and_no_phrase_in_two_groups() -> None:
    found = name_groups(TITLES, EMPTY, LABELS)
    for phrases in found.values():
        words = [word.lower() for phrase in phrases for word in phrase.split()]
        assert len(words) == len(set(words))
    assert not set(found[0]) & set(found[1])


def test_the_order_of_texts_changes_nothing() -> None:
    turned = name_groups(TITLES[::-1], EMPTY, LABELS[::-1])
    assert turned == name_groups(TITLES, EMPTY, LABELS)


def test_case_is_restored_from_the_running_text() -> None:
    titles = ["HBM4 Sells Out", "Who Gets HBM4"]
    summaries = ["Orders for high-bandwidth HBM4 rose.", "The HBM4 stacks are short."]
    assert name_groups(titles, summaries, [0, 0])[0][0] == "HBM4"


def test_the_plural_is_printed_where_it_is_common() -> None:
    titles = ["Robots fold towels", "A robot stacks shelves", "Warehouse robots"]
    assert name_groups(titles, [""] * 3, [0, 0, 0])[0][0].lower() == "robots"


def test_words_of_time_reporting_and_amount_name_nothing() -> None:
    titles = ["Monday: company announces new million", "The company says it launched in May"]
    assert name_groups(titles, ["", ""], [4, 4]) == {4: ()}


def test_parts_of_a_hyphened_word_never_enter() -> None:
    titles = ["Open-weight releases", "Open-weight licences", "Open-weight racing"]
    words = name_groups(titles, [""] * 3, [0] * 3)[0]
    assert words[0] == "open-weight" or words[0] == "Open-weight"
    assert not {"open", "weight"} & {word.lower() for word in words}


def test_a_phrase_goes_to_the_group_it_names_best() -> None:
    titles = [
        "foundry yield",
        "foundry wafer",
        "foundry court",
        "senate court",
        "senate bill",
        "law",
    ]
    for labels in ([0, 0, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0]):
        found = name_groups(titles, [""] * 6, labels)
        assert any("foundry" in phrase for phrase in found[labels[0]])
        assert "foundry" not in found[labels[-1]]


def test_a_word_in_more_than_half_of_all_texts_names_no_group() -> None:
    titles = ["model foundry", "model wafer", "model senate", "model court"]
    found = name_groups(titles, [""] * 4, [0, 0, 1, 1])
    assert not any("model" in phrases for phrases in found.values())


def test_adverbs_participles_and_gerunds_alone_are_no_names() -> None:
    titles = ["robots quietly delayed, shipping", "robots quietly delayed, shipping"]
    assert name_groups(titles, ["", ""], [0, 0])[0] == ("robots",)


def test_a_possessive_or_a_mark_ends_a_phrase() -> None:
    titles = ["Norvane's campus, grid queue", "Norvane's campus; grid queue"]
    found = name_groups(titles, ["", ""], [0, 0])[0]
    assert not any(phrase.lower() in ("norvane campus", "campus grid") for phrase in found)


def test_three_words_are_a_phrase_only_as_a_name() -> None:
    name = ["Mid Lakes Grid stops", "Mid Lakes Grid queue"]
    plain = ["late grid queue closes", "late grid queue opens"]
    assert name_groups(name, ["", ""], [0, 0])[0][0] == "Mid Lakes Grid"
    assert all(len(p.split()) < 3 for p in name_groups(plain, ["", ""], [0, 0])[0])


def test_chinese_texts_and_no_texts_give_no_phrases() -> None:
    assert name_groups(["青岚开源大模型", "青岚开源大模型"], ["", ""], [0, 0]) == {0: ()}
    assert name_groups([], [], []) == {}


@pytest.mark.parametrize(
    ("phrases", "name"),
    [
        (("custom silicon", "foundry"), "Custom Silicon"),
        (("chips", "HBM4", "yield"), "Chips and HBM4"),
        (("flaw", "prompt injection"), "Prompt Injection"),
        (("iPhone",), "iPhone"),
        (("open-weight models",), "Open-Weight Models"),
        ((), "More News"),
    ],
)
def test_the_printed_name_is_one_to_four_words(phrases: tuple[str, ...], name: str) -> None:
    assert headline_name(phrases) == name


def test_a_name_fits_the_texts_that_hold_one_of_its_words_in_any_form():
    texts = ["The chip ships", "CHIPS are rare", "A ship", "Memory is dear"]
    assert fitting("Chips and Memory", texts) == 3


def test_a_word_in_over_fifteen_percent_of_the_other_texts_names_no_group() -> None:
    chips = [f"foundry, tokens, wafer{n}" for n in range(10)]
    others = [f"ward{n} tokens" for n in range(8)] + [f"court{n} verdict" for n in range(32)]
    found = name_groups([*chips, *others], [""] * 50, [0] * 10 + [1] * 40)
    assert "foundry" in found[0]
    assert "tokens" not in (*found[0], *found[1])


def test_one_event_told_many_times_does_not_name_a_group_of_many() -> None:
    told = [f"Norvane recall widens after audit {word}" for word in "abcdefghij"]
    rest = ["a strike at the port", "strike vote in the north", "pilots strike again",
            "a strike ends", "nurses on strike", "why they strike"]  # fmt: skip
    other = [f"otters return to weir {word}" for word in "abcdefghijklmnop"]
    titles = [*told, *rest, *other]
    found = name_groups(titles, [""] * len(titles), [0] * 16 + [1] * 16)
    assert "strike" in found[0][:3]


def test_a_common_noun_comes_before_a_name_that_is_in_as_many_texts() -> None:
    titles = ["Norvane sells robots", "Robots for Norvane", "Norvane has robots"]
    other = ["court a", "court b", "court c"]
    assert name_groups([*titles, *other], [""] * 6, [0, 0, 0, 1, 1, 1])[0][0].lower() == "robots"


@pytest.mark.parametrize(
    ("one", "other"),
    [("facial-recognition", "recognition"), ("gpt-3", "gpt-4"), ("artist", "artistry")],
)
def test_words_of_one_root_are_not_two_phrases(one: str, other: str) -> None:
    titles = [f"{one} {other} wins", f"{other}, {one}", f"{one}; {other}"]
    words = name_groups(titles, [""] * 3, [0, 0, 0])[0]
    assert not {one, other} <= {word.lower() for word in words}


@given(
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40), st.integers(0, 3)), max_size=20)
)
def test_whatever_the_texts_a_group_gets_eight_phrases_at_most(rows) -> None:
    titles, summaries, labels = ([row[at] for row in rows] for at in range(3))
    found = name_groups(titles, summaries, labels)
    assert list(found) == sorted(set(labels))
    for phrases in found.values():
        assert len(phrases) <= 8
        assert 1 <= len(headline_name(phrases).split()) <= 4


@pytest.mark.shared
def test_the_topics_of_a_labelled_corpus_are_hit(shared: Path) -> None:
    from benchmarks.names import category

    found = category("bbc", shared / "data" / "labelled")
    assert found["classes"]["hit@1"] == 5
    assert found["clusters"]["hit@3"] == 5


def test_a_second_part_that_hardly_a_text_holds_is_left_away() -> None:
    texts = [*["robots fold towels"] * 20, "Fen Bay"]
    assert headline_name(("robots", "Fen Bay"), texts) == "Robots"


def test_a_group_of_which_hardly_a_text_holds_a_phrase_has_a_plain_name() -> None:
    texts = [f"nothing here {n}" for n in range(20)]
    assert headline_name(("robots", "fen"), [*texts, "robots"]) == "More News"
