"""An issue in Arabic with every part a mail can have; names, numbers and one story are in English.

Every company, outlet and number in it is invented. In the table a line is a story: source,
headline, what changed, why it matters; those under `*` are the short ones.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from digest.cues import ROLES
from digest.localisation import Catalog
from digest.masthead import intro, preheader
from digest.model import Brand, Brief, Comparison, DatedSentence, Issue, Reference, Story
from tests.builders import at, make_issue, make_item, make_story, make_theme, said

TABLE = Path(__file__).with_name("data") / "arabic_issue.txt"
BRAND = Brand(
    name="نشرة الذكاء",
    sender="نشرة الذكاء <recap@nashra.example>",
    address="نشرة الذكاء، شارع المثال 1، القاهرة",
    language="ar",
    intro="عدد خاص بمناسبة مؤتمر DevDays.",
    footer="تصدر كل اثنين.",
)
OTHERS = ("Tokenwise", "صحيفة الميناء", "Grid Watch", "واحة البيانات", "Signal & Gradient (EU)")


def arabic_issue(words: Catalog) -> Issue:
    """The issue, the lines on top and the trends in the words of the catalogue."""
    themes, also, rank = [], [], 0
    for block in TABLE.read_text(encoding="utf-8").split("# ")[1:]:
        label, *lines = block.strip().splitlines()
        stories = []
        for line in lines:
            stories.append(_story(rank, *line.split("|")))
            rank += 1
        if label == "*":
            also = stories
        else:
            themes.append(make_theme(label, stories, found=rank + 3, history=(rank, 0, 3)))
    stories = [*themes[0].stories]
    themes[0] = replace(themes[0], stories=(_with_all_parts(stories[0]), *stories[1:]))
    count = words.count("%(number)s story", "%(number)s stories", 6)
    earlier = words.say("%(number)s the week before", number=words.number(3))
    grown = words.say("growing: %(stories)s, %(earlier)s", stories=count, earlier=earlier)
    themes[1] = replace(themes[1], trend=grown)
    themes[2] = replace(themes[2], trend=words.say("new"))
    issue = make_issue(*themes, title="نشرة الذكاء، 2026-W22", also=tuple(also))
    ranked = issue.stories
    return replace(
        issue,
        subject=ranked[0].title,
        preheader=preheader(BRAND.name, ranked, words),
        intro=intro(issue, ranked[0], words),
    )


def _story(rank: int, source: str, title: str, changed: str, matters: str) -> Story:
    sources = (source, *OTHERS[: rank * 3 % 6])
    items = [
        make_item(
            f"ar-{rank}-{number}",
            title,
            source=name,
            summary=changed,
            language="en" if title.isascii() else "ar",
            url=f"https://outlet-{rank}-{number}.example/2026/05/khabar-{rank}",
            published=None if rank == 5 else at(f"2026-05-{25 + rank % 7}T09:15"),
        )
        for number, name in enumerate(dict.fromkeys(sources))
    ]
    id = items[0].id
    brief = Brief(what_changed=said(changed, id), why_it_matters=said(matters, id))
    return make_story(*items, score=90.0 - rank, late=rank == 6, brief=brief)


def _with_all_parts(story: Story) -> Story:
    id, old = story.items[0].id, "https://nashra.example/issues/3"
    return replace(
        story,
        brief=replace(
            story.brief,
            takeaways=said("ثلث الميزانية مخصص لرقائق تصممها الشركة بنفسها.", id),
            what_to_do_next=said("يمكن للعملاء طلب السعة الجديدة ابتداءً من 1 يوليو.", id),
            who_should_care=(*said(ROLES[0][0], id), *said(ROLES[3][0], id)),
            comparison=Comparison(
                ("الشركة", "ميزانية 2025", "ميزانية 2026"),
                (("Northwind", "71 مليار", "84 مليار"), ("هيليو كلاود", "40 مليار", "52 مليار")),
            ),
            deep_dive=said("GPU أو TPU: تقول الشركة إن نصف الأحمال سينتقل إلى رقائقها.", id),
            implications=said("تتوقع Northwind أن تتضاعف الطلبات بحلول 2028.", id),
            timeline=(
                DatedSentence("2025-12", "أعلنت الشركة ميزانيتها الأولى.", (id,)),
                DatedSentence("2026-07-16", "يبدأ العمل في الموقع الثالث.", (id,)),
            ),
            related=(Reference("Corvid تجمع مليار دولار", (id,), url=old, issue=2),),
            continues=(Reference("ميزانية Northwind", (id,), url=old, issue=3),),
            writer="northwind-small-2",
        ),
    )
