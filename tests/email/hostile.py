"""Issues that mean harm: every text of them is one that has broken a template, parser or mail.

An issue is a list of texts and a number, from which the same issue is made every time.
"""

from __future__ import annotations

import hashlib
import random
from datetime import datetime, timedelta

from hypothesis import strategies as st

from digest.model import (
    Brand,
    Brief,
    Comparison,
    DatedSentence,
    Issue,
    Reference,
    Sentence,
    Story,
    Theme,
)
from tests.builders import NOW, make_issue, make_item, make_story, make_theme
from tests.email.mails import mail_of

ATOMS = (
    "plain words", "He said \"no\" and 'yes'", r"C:\new\table \u{200d} \" \n", "back\\", "a`b`c",
    "two\nlines\r\nand\ttabs\x0b\x0c", "null\x00 bell\x07 escape\x1b[31m", "c1 \x80\x85\x92\x9f",
    "{{ 7 * 7 }}", "{% raw %}", "{# gone #}", "{{", "%}", "${x} $& \\1 %s %(x)s", "#{x} <%= x %>",
    "<mj-text>hi</mj-text></mj-column>", "</mjml>", "<mj-include path=\"/etc/passwd\" />",
    "<script>alert(1)</script>", "</style></html>", "<img src=x onerror=alert(1)>", "<b", "a<b>c",
    "<!-- a", "-->", "<!--[if mso]>", "<![endif]-->", "<![CDATA[", "]]>", "<?xml ?>",
    "a < b && c > d; &amp; &nbsp; &#0; &#x80; &lt;b&gt; &notit;", "&", "&amp;amp;",
    "@@UNSUBSCRIBE@@", "@@OTHER@@", "@@@@A@@", "http://", "javascript:alert(1)", "=?utf-8?q?a?=",
    "bidi \u202eabc\u202c \u2066a\u2069 \u200f \u061c", "مرحبا بالعالم 2026", "שלום עולם",
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467 flag \U0001f1eb\U0001f1f7 1\ufe0f\u20e3",
    "\u200d\u200d", "\U0001f3fd", "z\u0351\u0352\u0357" + "\u0336" * 30, "e\u0301 \u0301", "ﷺ" * 40,
    "soft\u00adhyphen no\u00a0break thin\u2009space zero\u200bwidth\ufeff word\u2060joiner",
    "line\u2028separator paragraph\u2029separator ogham\u1680space", "\x1c\x1d\x1e\x1f",
    "\ud800 lone \udfff", "\ufdd0 \ufffe \uffff \U0001fffe \U0010ffff", "\ufffd",
    "日本語の見出し" * 20, "x" * 2_000, "W" * 73, "a-" * 60, "/" * 80, "ß" * 70, "ŉ ﬃ İ ı",
    "https://a.example/" + "b" * 200, "\t", " ", "", ".", "\U000e0041\U000e007f", "𝔘𝔫𝔦 \U0001d173",
)  # fmt: skip
"""Each has a story: an escape, a marker of another language, a sign without width or of two."""

LINKS = (
    "https://a.example/{}", "https://a.example/?q={}&r=1#{}", "http://a.example:8080/{}",
    "https://{}.example/", "javascript:{}", "{}", "https://user:{}@a.example/", "HTTPS://A.example/{}",
    "https://a.example/\"onclick=\"{}", "https://a.example/?a=1&amp;b=&lt;{}", "//a.example/{}", "",
)  # fmt: skip

texts = st.lists(
    st.one_of(
        st.sampled_from(ATOMS),
        st.lists(st.sampled_from(ATOMS), min_size=2, max_size=4).map(" ".join),
        st.lists(st.sampled_from(ATOMS), min_size=2, max_size=3).map("".join),
        st.text(max_size=60),
    ),
    min_size=3,
    max_size=14,
)
seeds = st.integers(0, 2**32 - 1)


def hostile_issue(given: list[str], seed: int) -> tuple[Issue, Brand]:
    """An issue of up to nine stories and a brand whose every text is one of those given."""
    dice = random.Random(seed)
    stories = [_story(dice, given, f"h{number}") for number in range(dice.randint(0, 9))]
    themes: list[Theme] = []
    while len(stories) > 2 and dice.random() < 0.8:
        count = dice.randint(1, 3)
        trend = dice.choice(["", dice.choice(given)])
        themes.append(make_theme(dice.choice(given), stories[:count], trend=trend))
        stories = stories[count:]
    issue = make_issue(
        *(themes or [make_theme(dice.choice(given), [_story(dice, given, "lone")])]),
        also=tuple(stories),
        title=dice.choice([*given, "Weekly AI Recap"]),
        subject=dice.choice(given),
        preheader=dice.choice(given),
        intro=tuple(dice.choices(given, k=dice.randint(0, 3))),
    )
    brand = Brand(name=dice.choice(given), tagline=dice.choice(given), address=dice.choice(given))
    return issue, brand


def digest() -> str:
    """A hash of forty hostile mails, the same in every process."""
    told = hashlib.sha256()
    for seed in range(40):
        made = mail_of(*hostile_issue(list(ATOMS[seed % 7 :: 7]), seed)).email
        told.update(f"{made.subject}\n{made.html}\n{made.text}\n{made.headers}".encode())
    return told.hexdigest()


def _story(dice: random.Random, given: list[str], id: str) -> Story:
    def text() -> str:
        return dice.choice(given)

    def link() -> str:
        return dice.choice(LINKS).replace("{}", "".join(text().split())[:80])

    def sentences(most: int) -> tuple[Sentence, ...]:
        return tuple(Sentence(text(), (id,)) for _ in range(dice.randint(0, most)))

    def references(most: int) -> tuple[Reference, ...]:
        return tuple(
            Reference(text(), (id,), link(), dice.randint(1, 99))
            for _ in range(dice.randint(0, most))
        )

    when = NOW - timedelta(hours=dice.randint(0, 20_000))
    published: datetime | None = dice.choice([None, when])
    items = [
        make_item(
            id if number == 0 else f"{id}-{number}",
            text() or "t",
            url=f"https://a.example/{id}/{number}",
            link=link(),
            source=text(),
            summary=text(),
            published=published,
        )
        for number in range(dice.randint(1, 5))
    ]
    columns = tuple(text() for _ in range(dice.randint(0, 3)))
    brief = Brief(
        insight=sentences(1),
        what_changed=sentences(2),
        why_it_matters=sentences(1),
        what_to_do_next=sentences(1),
        who_should_care=sentences(2),
        takeaways=sentences(3),
        comparison=Comparison(columns, tuple(columns for _ in range(2)) if columns else ()),
        deep_dive=sentences(2),
        implications=sentences(2),
        timeline=tuple(
            DatedSentence(dice.choice(["2026-05-26", "2025-12", "2024"]), text(), (id,))
            for _ in range(dice.randint(0, 2))
        ),
        related=references(2),
        continues=references(1),
        credit=sentences(1),
        writer=dice.choice(["", text()]),
    )
    headline = dice.choice(["", text()])
    return make_story(
        *items, brief=brief, headline=headline, score=dice.random() * 100, late=dice.random() < 0.3
    )
