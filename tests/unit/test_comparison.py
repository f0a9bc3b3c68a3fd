"""Names side by side, by what the reports state of each."""

from __future__ import annotations

import pytest

from digest.comparison import compared


def table(*sentences):
    found = compared(sentences)
    return [found.columns, *found.rows] if found.rows else []


def test_values_in_brackets_belong_to_the_names_before_them():
    assert table("Kestrel Plus ($3.99/mo), Heron Plus ($4/mo), or Egret Plus ($5/mo) is new.") == [
        ("Name", "Price"),
        ("Kestrel Plus", "$3.99/mo"),
        ("Heron Plus", "$4/mo"),
        ("Egret Plus", "$5/mo"),
    ]  # fmt: skip


def test_a_clause_with_one_value_states_it_of_its_subjects():
    assert table("Kestrel Plus and Heronry will cost $4 per month, while Egret costs $3.") == [
        ("Name", "Price"),
        ("Kestrel Plus", "$4 per month"),
        ("Heronry", "$4 per month"),
        ("Egret", "$3"),
    ]  # fmt: skip


def test_funding_and_valuation_of_several_firms():
    assert table(
        "Corvid raised $1 billion at a $25 billion valuation.",
        "Heron Labs raised $650 million at a $7 billion valuation.",
    ) == [
        ("Name", "Funding", "Valuation"),
        ("Corvid", "$1 billion", "$25 billion"),
        ("Heron Labs", "$650 million", "$7 billion"),
    ]


@pytest.mark.parametrize(
    ("sentence", "column"),
    [
        ("Kestrel 3 scored 61% on Fly, while Egret 2 scored 59% on Fly.", "Score on Fly"),
        ("Kestrel has 70 billion parameters, while Heron has 7 billion parameters.", "Parameters"),
        ("Corvid has 400 employees, while Heronry has 90 employees.", "Workforce"),
        ("Corvid plans 3 gigawatts, while Heronry plans 2 gigawatts.", "Power"),
    ],
)  # fmt: skip
def test_an_attribute_is_told_by_unit_and_words(sentence, column):
    assert table(sentence)[0] == ("Name", column)


def test_a_missing_value_is_an_empty_cell():
    found = table(
        "Corvid raised $1 billion at a $25 billion valuation.",
        "Heronry raised $2 billion.",
        "Egretta raised $3 billion at a $9 billion valuation.",
    )
    assert found[2] == ("Heronry", "$2 billion", "")


@pytest.mark.parametrize(
    "sentence",
    [
        "Corvid raised $5 million.",
        "The price of Kestrel rose to $4, and Heron fell.",
        "Corvid raised $5 million, while the others raised $6 million.",
        "Corvid raised $5 million and spent $6 million, while Heronry raised $2 million.",
        "Corvid has a plan for 3 (or more), while Heronry has 4.",
        "Corvid met Heronry (founded 2020) and Egretta (founded 2021).",
        "Corvid met Heronry (some $5), while a chip ($6) was sold.",
        "Corvid has 3 sites, while Heronry has 4 sites.",
        "when Corvid raised $5 million, it was late",
        "",
    ],
)
def test_no_table_without_two_names_and_a_shared_attribute(sentence):
    assert table(sentence) == []


def test_prices_in_brackets_need_no_word_for_them():
    table = compared(["Galley Z Flip 8 ($1,200) | Galley Z Fold 8 ($1,900) |"])
    assert table.columns == ("Name", "Price")
    assert table.rows == (("Galley Z Flip 8", "$1,200"), ("Galley Z Fold 8", "$1,900"))


def test_large_sums_in_brackets_are_no_prices():
    assert compared(["Fines hit Auklet ($522 million) and Ternhill ($488 million)."]).rows == ()


def test_a_list_of_prices_after_colons_is_a_table():
    table = compared(["New: Ternhill Stick 4K: $80 (formerly $50) Ternhill Ultra: $150."])
    assert table.rows == (("Ternhill Stick 4K", "$80"), ("Ternhill Ultra", "$150"))


def test_one_price_after_a_colon_is_none():
    assert compared(["Ternhill Ultra: $150 a month."]).rows == ()


def test_scores_of_one_test_are_set_side_by_side():
    table = compared(
        ["“Auklet 5 (max) scores 61 on the Plank Index, ahead of Ternhill 5 (max, 60) and X (3).”"]
    )
    assert table.columns == ("Name", "Score on Plank Index")
    assert table.rows == (("Auklet 5", "61"), ("Ternhill 5", "60"))


def test_a_score_of_nobody_named_is_none():
    assert compared(["The model scores 61 on the Plank Index, ahead of Ternhill (60)."]).rows == ()
