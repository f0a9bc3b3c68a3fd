"""Text in the columns of a terminal: lines, rules, tables, bars."""

from __future__ import annotations

from digest.columns import bar_line, grid, rule, wrap


def test_wrapping_never_breaks_a_joined_emoji_or_a_letter_with_its_accent():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    lines = wrap(family * 40 + "e\u0301" * 100).splitlines()
    assert len(lines) > 2
    assert not any(line.startswith(("\u200d", "\u0301")) for line in lines)


def test_wrapping_counts_wide_letters_twice():
    assert max(len(line) for line in wrap("語" * 100).splitlines()) == 36


def test_an_address_is_never_broken():
    url = "https://chip-ledger.example/" + "long-" * 30
    assert url in wrap(f"Read {url} first").splitlines()


def test_a_rule_is_as_long_as_its_heading_is_wide():
    assert rule("Chips", "-") == "-----"
    assert rule("語語", "-") == "----"
    assert rule("word " * 40, "=") == "=" * 72


def test_a_narrow_table_stands_in_columns():
    assert grid([("Name", "Price"), ("Auk 語", "$4"), ("Tern", "$13")]) == (
        "Name    Price\nAuk 語  $4\nTern    $13"
    )


def test_a_wide_table_is_a_line_a_cell():
    told = grid([("Name", "What it says"), ("Auk", "word " * 20), ("Tern", "short")])
    lines = told.splitlines()
    assert lines[0] == "- Auk"
    assert lines[1].startswith("  - What it says: word")
    assert lines[-2:] == ["- Tern", "  - What it says: short"]
    assert max(map(len, lines)) <= 72


def test_a_bar_is_as_long_as_its_share():
    assert bar_line("Chips", 100, "12").split() == ["Chips", "#" * 24, "12"]
    assert bar_line("Law", 1, "1 (before: 3)").split(maxsplit=2) == ["Law", "#", "1 (before: 3)"]


def test_bars_start_in_one_column():
    starts = {bar_line(label, 50, "3").index("#") for label in ("A", "Chips and Data Centers")}
    assert len(starts) == 1


def test_a_long_name_has_a_line_of_its_own():
    name, bar = bar_line("A theme with a name that is far too long", 50, "3").splitlines()
    assert name == "A theme with a name that is far too long"
    assert bar.strip() == "############ 3"


def test_the_counts_of_earlier_issues_go_below_where_a_line_has_no_room():
    line = bar_line("Models", 100, "13 (before: 10, 12, 13, 11, 9)")
    bar, counts = line.split("\n")
    assert bar.endswith(f"{'#' * 24} 13")
    assert counts.strip() == "(before: 10, 12, 13, 11, 9)"
    assert counts.index("(") == bar.index("#")
