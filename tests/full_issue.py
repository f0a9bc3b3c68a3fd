"""A whole issue as a busy week makes it: 30 briefed stories in 7 themes, 6 more in one line each.

Every company, outlet and number in it is invented. In the table a line is a story: headline, what
changed, why it matters.
"""

from __future__ import annotations

from pathlib import Path

from digest.model import Brief, Issue, Story
from tests.builders import at, make_issue, make_item, make_story, make_theme, said

SOURCES = (
    "Chip Ledger", "The Inference Post", "Rack & Row", "Tokenwise", "Policy Wire",
    "Open Weights Weekly", "Harbour Business", "Lab Notes", "Signal & Gradient",
    "Developer Dispatch", "Grid Watch", "Meridian News",
)  # fmt: skip

TABLE = Path(__file__).with_name("data") / "full_issue.txt"

ALSO = (
    "University library opens 240,000 scanned theses for research",
    "Weather service doubles the resolution of its learned forecast",
    "Startup offers insurance against wrong answers of support agents",
    "Court rules that prompts can be trade secrets",
    "Maintainers of a popular tokenizer call for funding",
    "Hospital group publishes the results of a year with ambient notes",
)


def full_issue() -> Issue:
    """The issue; the same every time."""
    themes, rank = [], 0
    for block in TABLE.read_text(encoding="utf-8").split("# ")[1:]:
        label, *lines = block.strip().splitlines()
        stories = []
        for line in lines:
            stories.append(_story(rank, *line.split("|")))
            rank += 1
        themes.append(make_theme(label, stories))
    also = tuple(_brief_report(number, title) for number, title in enumerate(ALSO, start=40))
    best = themes[0].stories[0].title
    return make_issue(
        *themes,
        title="Weekly AI Recap, 2026-W22",
        subject=best,
        preheader="Also: Corvid tapes out a second inference chip; Kestrel 3 matches closed models",
        intro=(
            "36 stories from 61 reports by 12 sources.",
            "Budgets rose again while rental prices fell, and lenders noticed.",
            "An open model caught up on code, and Brussels set its first fines.",
        ),
        also=also,
    )


def _story(rank: int, title: str, changed: str, matters: str) -> Story:
    day = f"2026-05-{25 + rank % 7}T0{rank % 9}:15"
    items = []
    for number in range(1 + (rank * 7 % 5)):
        id, source = f"full-{rank}-{number}", SOURCES[(rank * 5 + number) % len(SOURCES)]
        slug = "-".join(title.lower().split()[:6]).replace("$", "").replace("%", "")
        host = source.lower().replace(" & ", "-").replace(" ", "-")
        url = f"https://{host}.example/2026/05/{slug}-{rank}{number}"
        items.append(
            make_item(
                id,
                title,
                url=url,
                source=source,
                summary=changed,
                published=None if rank == 7 else at(day),
            )
        )
    return make_story(
        *items,
        score=90.0 - rank,
        late=rank == 12,
        brief=_brief(items[0].id, changed, matters),
    )


def _brief(id: str, changed: str, matters: str) -> Brief:
    return Brief(
        insight=said(changed.split("; ")[0].rstrip(".") + ".", id),
        what_changed=said(changed, id),
        why_it_matters=said(matters, id),
    )


def _brief_report(number: int, title: str) -> Story:
    source = SOURCES[number % len(SOURCES)]
    item = make_item(f"full-{number}", title, source=source, published=at("2026-05-28"))
    return make_story(item, score=20.0)
