"""Titles as they are compared."""

from __future__ import annotations

import pytest

from digest.titles import named, versions


@pytest.mark.parametrize(
    ("title", "compared"),
    [
        ("Can A.I. write?", "Can AI write?"),
        ("The U.S.A. decides", "The USA decides"),
        ("Opus 4.8 is out", "Opus-4.8 is out"),
        ("Qwen3.8 is out", "Qwen-3.8 is out"),
        ("On May 27 it begins", "On May 27 it begins"),
        ("Aviary\u2019s plan", "Aviary plan"),
        ("A plan for four new plants - The Oslo Times", "A plan for four new plants"),
        ("Short - The Oslo Times", "Short - The Oslo Times"),
        ("融资 650 亿美元", "融资  $65b "),
        ("用户 3 万亿", "用户  3t "),
        ("裁员 5 万", "裁员  50000 "),
    ],
)
def test_one_thing_has_one_form(title: str, compared: str) -> None:
    assert named(title) == compared


def test_a_product_has_its_numbers_and_a_month_has_none() -> None:
    assert versions("Kestrel-4 and Kestrel 5 on May 5") == {"kestrel": {"4", "5"}}


def test_a_level_is_part_of_a_version():
    assert versions("Kestrel 4.1 Swift (Low)") == {"kestrel": {"4.1 low"}}
    assert versions("Kestrel 4.1 Swift (free)") == {"kestrel": {"4.1"}}
