"""Who says a report, and where its text begins."""

from __future__ import annotations

import pytest

from digest.reports import opened, outlet_of, readable
from tests.builders import make_item

TEXT = "Corvid sells chips to Heron."


@pytest.mark.parametrize(
    "before",
    [
        "LONDON, May 27 (Reuters) - ",
        "LONDON (AP) — ",
        "NEW YORK — ",
        "Corvid to sell chips BARCELONA; March 3, 2026 – ",
        "By Ada Lindqvist · July 19, 2026 · 5 min read ",
        "By Ada Lindqvist - ",
        "Published on 27 May 2026. ",
        "July 24, 2026 ",
        "Abstract: ",
        "**Abstract:** ",
        "Summary — ",
        "New features ",
        "Bug fixes and improvements General ",
        "🚀 ",
        "Corvid sells. ",
        "",
    ],
)
def test_a_text_begins_after_dateline_byline_label_and_repeated_title(before):
    assert opened(make_item(title="Corvid sells", summary=before + TEXT)) == TEXT


def test_a_summary_that_is_only_the_title_is_empty():
    assert opened(make_item(title="Corvid sells", summary="Corvid sells")) == ""


def test_a_word_that_only_looks_like_a_label_stays():
    text = "Updates to the chip are free."
    assert opened(make_item(title="Corvid sells", summary=text)) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"We propose \textbf{Heron}: 5\% at 2$\times$ less.", "We propose Heron: 5% at 2× less."),
        ("The $E^3$-Agent costs $5 and $6.", "The E^3-Agent costs $5 and $6."),
        ("It is **new** and *good*[1].", "It is new and good."),
    ],
)  # fmt: skip
def test_marks_of_tex_and_emphasis_go(text, plain):
    assert readable(text) == plain


@pytest.mark.parametrize(
    ("source", "url", "expected"),
    [
        ("Chip Ledger", "https://chip-ledger.example/a", ("Chip Ledger", False, False)),
        ("Corvid News", "https://www.corvid.example/news/a", ("Corvid", True, False)),
        ("Corvid Blog", "https://other.example/a", ("Corvid", False, False)),
        ("Hacker News", "https://www.corvid.example/a", ("corvid.example", False, False)),
        ("arXiv cs.AI", "https://arxiv.org/abs/1", ("the authors", True, True)),
        ("Blog", "https://x.example/a", ("Blog", False, False)),
    ],
)
def test_who_says_what_a_report_says(source, url, expected):
    assert outlet_of(make_item(source=source, url=url)) == expected
