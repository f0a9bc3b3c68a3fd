"""Names for groups of texts."""

from __future__ import annotations

import pytest

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
        ((), "More News"),
    ],
)
def test_the_printed_name_is_one_to_four_words(phrases: tuple[str, ...], name: str) -> None:
    assert headline_name(phrases) == name


def test_a_name_fits_the_texts_that_hold_one_of_its_words_in_any_form():
    texts = ["The chip ships", "CHIPS are rare", "A ship", "Memory is dear"]
    assert fitting("Chips and Memory", texts) == 3
