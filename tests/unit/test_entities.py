from __future__ import annotations

import pytest

from digest.entities import mentions, names, numbers, on_topic


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spends $200 billion on chips", ("$200 billion",)),
        ("a 32% rise to 1,200 MW", ("32%", "1,200 MW")),
        ("the 3nm part at 4.5 GHz", ("3nm", "4.5")),
        ("€1.2bn and 40 tokens", ("€1.2bn", "40 tokens")),
        ("version v2.1 of GPT-5", ("5",)),
        ("no numbers here", ()),
    ],
)
def test_numbers_keep_currency_and_unit(text, expected):
    assert numbers(text) == expected


def test_names_are_runs_of_capitals_each_once():
    assert names("Larkspur Robotics met Bank of Oslo; Larkspur Robotics won") == (
        "Larkspur Robotics",
        "Bank of Oslo",
    )


def test_topic_words_count_once_each_as_whole_words_in_any_case():
    assert mentions("ai AI chatbots said", ["AI", "chatbots", "bots"]) == 2


def test_a_topic_word_inside_another_word_does_not_count():
    assert mentions("He said the rain in Spain", ["AI"]) == 0


def test_topic_words_are_found_in_chinese_without_spaces():
    assert mentions("新的大模型发布", ["大模型"]) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nvidia ships a card", True),
        ("A benchmark for robots and their prompts is out", True),
        ("A benchmark for robots is out", False),
        ("Rovers reach the cup final", False),
    ],
)
def test_one_focus_word_or_three_hints_put_a_text_on_topic(text, expected):
    assert on_topic(text) is expected


def test_the_newsletters_own_words_replace_the_shipped_ones():
    assert on_topic("Tomato prices rise", ["tomato"])
    assert not on_topic("Nvidia ships a card", ["tomato"])


LONG = "The council met about the weir and the otters in it. " * 20


@pytest.mark.parametrize(
    ("title", "summary", "expected"),
    [
        ("Council meets", "One member asked a chatbot.", True),
        ("Council meets", f"{LONG} One member asked a chatbot.", False),
        ("Council asks a chatbot", LONG, True),
        ("Council meets", f"{LONG} A chatbot and a GPU.", True),
        ("Council meets", f"{LONG} A chatbot, a dataset and a benchmark.", True),
        ("Council meets", LONG, False),
    ],
)
def test_a_long_text_that_names_the_topic_in_passing_is_off_it(title, summary, expected):
    assert on_topic(f"{title}. {summary}", title=title) is expected
