"""The mails of three invented issues are, byte for byte, those that somebody looked at and kept."""

from __future__ import annotations

import pytest

from tests.email.golden import FOLDER, UPDATE, difference, folded, golden, unfolded
from tests.email.mails import mail_of
from tests.full_issue import full_issue

KEPT = sorted(path.name for path in FOLDER.iterdir())


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return dict(golden())


@pytest.mark.parametrize("name", KEPT)
def test_a_mail_is_the_golden_one(made, name):
    kept = (FOLDER / name).read_bytes().decode("utf-8")
    changed = difference(name, kept, made[name])
    assert not changed, f"{name} changed. If it is meant to: {UPDATE}\n{changed}"


def test_every_golden_mail_is_kept(made):
    assert sorted(made) == KEPT


def test_a_golden_mail_unfolds_to_the_bytes_that_are_sent(made):
    sent = mail_of(full_issue()).html
    assert unfolded(made["full.html"]) == sent


def test_folding_loses_no_byte():
    html = "<!--[if !mso]><!--><table><tr><td>a</td></tr></table>\n<p>b</p><!--<![endif]-->"
    assert "<!--[if !mso]><!--><table\n><tr\n><td" in folded(html)
    assert unfolded(folded(html)) == html


def test_a_difference_shows_the_lines_that_changed_and_little_else():
    kept = "".join(f"<p>line {n}</p>" for n in range(100))
    shown = difference("a.html", folded(kept), folded(kept.replace("line 50", "row 50")))
    assert "-><p>line 50</p" in shown
    assert "+><p>row 50</p" in shown
    assert shown.count("\n") < 10
    assert "and 4 more lines" in difference("a.txt", "a\n" * 3, "b\n" * 3, most=6)
