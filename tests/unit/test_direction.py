"""Which way a text is read, and the marks that keep it in order among texts of the other way."""

from __future__ import annotations

import pytest

from digest.direction import direction_of, isolated, led

LRM, RLM = "\u200e", "\u200f"


@pytest.mark.parametrize(
    ("text", "around", "direction"),
    [
        ("Corvid opens a plant", "ltr", "ltr"),
        ("Corvid opens a plant", "rtl", "ltr"),
        ("مصنع جديد في طنجة", "ltr", "rtl"),
        ("OpenAI تشتري Windsurf", "rtl", "rtl"),
        ("OpenAI تشتري Windsurf", "ltr", "rtl"),
        ("The word كتاب stands for what a reader holds in the hand", "rtl", "ltr"),
        ("2026 · 71%", "rtl", "rtl"),
        ("2026-W22", "rtl", "ltr"),
        ("15 – 31", "ltr", "ltr"),
        ("מפעל חדש", "ltr", "rtl"),
        ("チップ", "rtl", "ltr"),
    ],
)
def test_a_text_is_read_as_most_of_it_not_as_its_first_letter(text, around, direction):
    assert direction_of(text, around) == direction


def test_a_name_of_the_same_script_needs_no_marks():
    assert isolated("Chip Ledger", "ltr") == "Chip Ledger"
    assert isolated("دفتر الرقائق", "rtl") == "دفتر الرقائق"


def test_a_name_of_the_other_script_is_marked_inside_and_outside():
    assert isolated("4-Bit (EU)", "rtl") == f"{RLM}{LRM}4-Bit (EU){LRM}{RLM}"
    assert isolated("دفتر 24", "ltr") == f"{LRM}{RLM}دفتر 24{RLM}{LRM}"


def test_a_name_with_a_word_of_the_other_script_keeps_what_follows_from_joining_it():
    assert isolated("أخبار AI", "rtl") == f"{RLM}أخبار AI{RLM}"


def test_lines_of_the_left_need_no_marks():
    assert led("Corvid\n====", "ltr") == "Corvid\n===="


def test_a_line_that_a_program_would_turn_stands_behind_a_mark():
    lines = "رفعت شركة\nNorthwind ميزانيتها\n\n2027.\n  - قال"
    assert led(lines, "rtl") == f"رفعت شركة\n{RLM}Northwind ميزانيتها\n\n{RLM}2027.\n  - قال"
    assert led("It is called\nدفتر in Arabic", "ltr") == f"It is called\n{LRM}دفتر in Arabic"


def test_a_line_that_opens_with_a_mark_gets_no_second_one():
    line = f"  {isolated('Chip Ledger', 'rtl')} · مايو"
    assert led(line, "rtl") == line
