"""Numbers are read by what they denote."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.quantities import folded, quantities


def read(text):
    return [(one.value, one.unit) for one in quantities(folded(text))]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("$1.2 billion", 1_200_000_000, "dollar"),
        ("US$1,200 million", 1_200_000_000, "dollar"),
        ("1.2bn dollars", 1_200_000_000, "dollar"),
        ("USD 5", 5, "dollar"),
        ("C$5", 5, "c$"),
        ("€75 billion", 75_000_000_000, "euro"),
        ("5 pounds", 5, "pound"),
        ("4K", 4_000, ""),
        ("306M-parameter", 306_000_000, "parameter"),
        ("80GB", 80, "gb"),
        ("3 gigawatts", 3, "gw"),
        ("14 per cent", 14, "%"),
        ("2 percentage points", 2, "point"),
        ("25 basis points", 25, "basis point"),
        ("2.5×", Decimal("2.5"), "x"),
        ("21st", 21, "ordinal"),
        ("the third", 3, "ordinal"),
        ("three billion", 3_000_000_000, ""),
        ("twenty-one", 21, ""),
        ("one hundred and five", 105, ""),
        ("two hundred thousand", 200_000, ""),
        ("a million", 1_000_000, ""),
        ("one percent", 1, "%"),
        ("\u0663", 3, ""),
        ("1,000", 1_000, ""),
    ],
)
def test_a_number_is_its_value_and_unit(text, value, unit):
    assert read(text) == [(Decimal(value), unit)]


@pytest.mark.parametrize(
    "text", ["one of them", "the first and the second", "GPT-5.5", "H100", "2.3.1015", "v0.1", ""]
)
def test_words_and_names_are_no_numbers(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8–13%", [(8, "%"), (13, "%")]),
        ("$20 to 25 million", [(20_000_000, "dollar"), (25_000_000, "dollar")]),
        ("5 trillion to 25 trillion tokens", [(5 * 10**12, "token"), (25 * 10**12, "token")]),
        ("between 5 and 25 million", [(5_000_000, ""), (25_000_000, "")]),
        ("5 and 25 million", [(5, ""), (25_000_000, "")]),
        ("5, 6", [(5, ""), (6, "")]),
    ],
)
def test_both_ends_of_a_range_have_its_scale_and_unit(text, expected):
    assert read(text) == [(Decimal(value), unit) for value, unit in expected]


def test_currency_and_share_are_part_of_a_number():
    distinct = {read(text)[0] for text in ("65", "$65", "€65", "65%", "65 points", "65x")}
    assert len(distinct) == 6


def test_folding_makes_one_form_of_dashes_quotes_and_digits():
    assert folded("“GPT‑5”  –  ‘x’ 10²") == "\"GPT-5\" - 'x' 10^2"


@given(st.text(max_size=80))
def test_any_text_can_be_read(text):
    for one in quantities(folded(text)):
        assert one.start < one.end


@given(st.integers(1, 10**7))
def test_a_number_with_and_without_separators_is_the_same(number):
    assert read(f"{number:,}") == read(str(number)) == [(Decimal(number), "")]
