"""Made-up issues that strain the design: one of the worst texts, and a quiet one.

`recap preview-template` renders them. Every company, outlet and number in them is invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from digest.model import (
    Brief,
    Comparison,
    DatedSentence,
    Issue,
    Item,
    Reference,
    Sentence,
    Story,
    Theme,
    Week,
)

WEEK = Week(2026, 22)
WINDOW = WEEK.window(ZoneInfo("UTC"))
_START = WINDOW.start
_ALSO = 10
_LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
_FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
OUTLETS = (
    "Chip Ledger",
    "The Quarterly Review of Distributed Inference, Memory Bandwidth and Cooling Water",
    "صحيفة الحوسبة",
    "計算日報",
    "{{ outlet }} & <b>Sons</b>",
    _LONG_WORD,
    "AI",
)
_THEMES = (
    "Infrastructure, power contracts, cooling water and whatever else a data centre asks for",
    "سياسات الذكاء الاصطناعي",
    f"{_LONG_WORD} {_FAMILY}",
    "{% if theme %}{{ theme }}{% endif %} <mj-text> & ]]>",
    "オープンモデル",
    "AI",
)
# What a story's headline may be at its worst; the other headlines are plain.
HARD = (
    f"Northwind reads {_LONG_WORD} aloud and raises its budget",
    "نورث ويند ترفع ميزانية مراكز البيانات في عام 2026 إلى 84 مليار دولار",
    f"{_FAMILY}{_FAMILY} Kestrel 3 ships \U0001f1f3\U0001f1f4 1\ufe0f\u20e3 \U0001f44d\U0001f3ff",
    "How {{ braces }}, {% raw %} and {# remarks #} broke @@NAME@@'s templates",
    "コルビッドは推論用の新しい半導体を発表し、来年から量産を始めると述べた",
    "<script>alert(1)</script> </td></table> & \"quotes\", 'apostrophes' \\u{200d} \\n 100%",
    "Tern-Labs/tern-2-instruct-thinking-fp8-dynamic_awq_gptq-int4-gguf-q4_k_m-00001-of-00042",
    "Auk",
    "הממשלה בוחנת כללים חדשים למודלים פתוחים, says Auk Labs",
    "Ze\u0301phyr\u0308 se\u0327 re\u0302ve: \u202eturned\u202c, soft\u00adhyphen, no\u00a0break",
)
_NAMES = ("Corvid", "Kestrel", "Osprey", "Plover", "Heron", "Merlin", "Siskin")
_DEEDS = (
    "opens a plant for accelerators in Ohio",
    "cuts the price of a million tokens again",
    "publishes the weights of its small model",
    "asks a court to stop a rival's benchmark",
    "hires the team behind an open compiler",
    "signs for two gigawatts of wind power",
)
_PROSE = (
    "The company told the regulator that the first halls open in spring and the last in 2029.",
    f"Its filing names {_LONG_WORD} eleven times.",
    "Rental prices fell by 31% in a month, which lenders noticed before anybody else did.",
    "The order is worth $4.2 billion and covers three sites, two of which have no permit yet.",
)


def worst_issue() -> Issue:
    """Forty stories with every block of the mail and every hard text; always the same."""
    stories = tuple(_story(number) for number in range(30 + _ALSO))
    themes = tuple(
        Theme(
            label=label,
            terms=(label,),
            stories=stories[5 * at : 5 * at + 5],
            trend="growing: 5 stories, 2 and 31 in the last two issues" if at % 2 == 0 else "",
            found=1 + 1234 * at,
            history=(1000 * at, 2, 31),
        )
        for at, label in enumerate(_THEMES)
    )
    return _issue(10_482, _SUBJECT, themes, stories[30:], _INTRO)


def quiet_issue() -> Issue:
    """Two stories with no more than a headline."""
    stories = tuple(
        Story(id=f"quiet-{number}", items=(_item(number, 0, f"quiet-{number}"),))
        for number in (7, 11)
    )
    themes = (Theme(label="AI", terms=("ai",), stories=stories),)
    return _issue(1, stories[0].title, themes, (), ("A quiet week: only 2 stories.",))


_SUBJECT = f"{_FAMILY} Northwind raises {{{{ its }}}} budget to $84bn, a filing says"
_INTRO = (
    "40 stories from 54 reports by 7 sources.",
    f"9 told by more than one source, the lead by 7: {_LONG_WORD}.",
    f"Themes: {', '.join(_THEMES)}.",
)


def _issue(
    number: int,
    subject: str,
    themes: tuple[Theme, ...],
    also: tuple[Story, ...],
    intro: tuple[str, ...],
) -> Issue:
    return Issue(
        number=number,
        week=str(WEEK),
        window=WINDOW,
        timezone="UTC",
        title=str(WEEK),
        subject=subject,
        preheader="Also: a plant in Ohio without a permit; a price cut; two courts and a compiler",
        intro=intro,
        themes=themes,
        also=also,
        left_out=(),
        drafted_at=WINDOW.end,
    )


def _story(number: int) -> Story:
    """Story `number` of the worst issue: 0 leads and has all, the others have something each."""
    reports = 7 if number == 0 else 1 + (number % 5 == 1)
    items = tuple(_item(number, report, f"worst-{number}-{report}") for report in range(reports))
    return Story(
        id=items[0].id,
        items=items,
        score=90.0 - number,
        brief=_brief(number, items),
        late=number % 9 == 4,
    )


def _item(number: int, report: int, id: str) -> Item:
    hard = number % 3 == 0 and number // 3 < len(HARD)
    plain = f"{_NAMES[number % 7]} {_DEEDS[number % 6]}"
    url = f"https://outlet-{number % 7}.example/2026/05/{'very-' * (number % 4)}long-path/{id}"
    published = _START + timedelta(hours=3 * number + report)
    return Item(
        id=id,
        url=url,
        link=f"{url}?a=1&b=%22{{{{c}}}}" if number == 3 else url,
        title=HARD[number // 3] if hard else plain,
        summary="",
        source=OUTLETS[(number + report) % 7],
        published=None if number % 10 == 6 and report == 0 else published,
        first_seen=published + timedelta(minutes=20),
    )


def _brief(number: int, items: tuple[Item, ...]) -> Brief:
    """No sentence at all for every sixth story; the lead's story in depth is the second."""
    id = items[0].id
    if number % 6 == 5:
        return Brief()
    brief = Brief(
        what_changed=_said(id, _PROSE[number % 4]),
        why_it_matters=_said(id, _PROSE[(number + 1) % 4]) if number % 4 == 0 else (),
        who_should_care=_said(id, "Developers", "Policy teams") if number % 7 == 0 else (),
        what_to_do_next=_said(id, _ACTIONS[number]) if number < len(_ACTIONS) else (),
        continues=_earlier(id, "Update of an earlier story") if number % 10 == 1 else (),
        related=_earlier(id, HARD[2], HARD[0]) if number % 13 == 1 else (),
        takeaways=_said(id, _PROSE[1], HARD[3], HARD[4]) if number % 8 == 1 else (),
        writer="tern-2-instruct-thinking-fp8-dynamic" if number % 12 == 1 else "",
    )
    return _deep(brief, id) if number == 1 else brief


_ACTIONS = (
    f"Teams that store {_LONG_WORD} should rotate their keys before 1 July.",
    "Developers should pin version 3.1.4 of {{ tern }} until the fix is out.",
    "Buyers should ask Corvid for the date of the permit before they sign.",
)


def _deep(brief: Brief, id: str) -> Brief:
    """The same brief with a table of five columns, a long timeline and what comes next."""
    rows = tuple(
        (
            f"{name}-{HARD[6][:24]}",
            f"{size * 64:,},000 tokens",
            f"${size}.25",
            "Apache-2.0",
            _LONG_WORD,
        )
        for size, name in enumerate(_NAMES[:4], start=1)
    )
    months = tuple(f"2025-{month:02}" for month in range(3, 13))
    return replace(
        brief,
        comparison=Comparison(("Name", "Context window", "Price", "Licence", "Note"), rows),
        deep_dive=_said(id, *_PROSE, HARD[5]),
        implications=_said(id, "According to AI: the plant opens in 2028.", HARD[1]),
        timeline=(
            *(DatedSentence(month, _PROSE[at % 4], (id,)) for at, month in enumerate(months)),
            DatedSentence("2026-05-26", HARD[8], (id,)),
        ),
    )


def _said(id: str, *texts: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(text, (id,)) for text in texts)


def _earlier(id: str, *texts: str) -> tuple[Reference, ...]:
    return tuple(
        Reference(text, (id,), f"https://outlet-{at}.example/2026/04/earlier", 10_480)
        for at, text in enumerate(texts)
    )
