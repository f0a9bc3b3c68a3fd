"""The mails that every check looks at: invented issues, and two real weeks drafted here.

There is no `__init__.py` beside this file: a package named `email` would hide Python's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner

from digest import dressing
from digest.cli import main
from digest.model import (
    Brand,
    Brief,
    Comparison,
    DatedSentence,
    Email,
    Issue,
    Reference,
    Story,
)
from digest.render import personalise, render_issue
from digest.settings import load_settings
from digest.store import open_store
from tests.builders import at, make_issue, make_item, make_story, make_subscriber, make_theme, said
from tests.full_issue import full_issue

BASE = "https://recap.example"
BRAND = Brand(address="Weekly AI Recap, 1 Sample Street, 10115 Berlin")
SECRET = "checks"
WEEKS = ("2026-W22", "2026-W30")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as a reader gets it, the MJML that was compiled for it, and its issue."""

    issue: Issue
    source: str
    email: Email

    @property
    def html(self) -> str:
        """The HTML part."""
        return self.email.html


MARKS = re.compile(
    "@@(?:THEME|READER)_(?:BEGIN|END)@@|@@GREETING_BEGIN@@.*?@@GREETING_END@@", re.DOTALL
)
"""What is cut out of the HTML after compiling; the reader of these mails gives no name."""


def mail_of(issue: Issue, brand: Brand = BRAND) -> Mail:
    """Render an issue and keep what the compiler was given last."""
    sources: list[str] = []
    compiler = dressing.mjml2html

    def kept(source: str, **options: object) -> str:
        sources.append(source)
        return str(compiler(source, **options))

    with mock.patch.object(dressing, "mjml2html", kept):
        email = render_issue(issue, base_url=BASE, brand=brand)
    (personal,) = personalise(email, [make_subscriber()], secret=SECRET)
    return Mail(issue, MARKS.sub("", sources[-1]), personal)


def rich_story(number: int, *, long: bool = False) -> Story:
    """A story with every part that a brief can have; the `number`-th of its kind."""
    item, sources = (
        f"rich-{number}",
        ("Chip Ledger", "Rack & Row", "Tokenwise", "Grid Watch", "Lab"),
    )
    title = f"Corvid & Sons breaks ground for plant {number} in Ohio"
    text = f"Corvid told the state of Ohio that plant {number} needs 300 MW by March 2027."
    more = " and more of it" * 12 if long else ""
    items = [
        make_item(
            f"{item}-{rank}",
            title,
            source=source,
            url=f"https://{source.split()[0].lower()}.example/2026/05/corvid?plant={number}&r={rank}",
            published=at("2026-05-27T09:30") if rank else None,
        )
        for rank, source in enumerate(sources)
    ]
    back = Reference("Corvid plans a plant", (item,), f"{BASE}/issues/3#corvid-{number}", 3)
    brief = Brief(
        insight=said(f"It is the county's largest order so far{more}.", items[0].id),
        what_changed=said(text, items[0].id),
        why_it_matters=said(f"The price of a token follows the price of power{more}.", items[1].id),
        what_to_do_next=said("Teams with a lease should ask for a new quote.", items[0].id),
        who_should_care=(*said("Policy teams", items[0].id), *said("Investors", items[0].id)),
        takeaways=(
            *said(f"Corvid has {number} engineers on the site{more}.", items[0].id),
            *said(f"Corvid has {number + 1} further plants.", items[0].id),
        ),
        comparison=Comparison(
            ("Name", "Price", "Watts"), (("Auk 2", "$4,000", "350"), ("Tern", "$3,000", "700"))
        ),
        deep_dive=said(f"The chip has 80 GB of memory at 3.2 TB/s{more}.", items[0].id),
        implications=said("According to Chip Ledger: the plant opens in 2028.", items[0].id),
        timeline=(
            DatedSentence("2026-05-26", "Corvid filed for a permit.", (items[0].id,)),
            DatedSentence("2025-12", "Corvid bought the land.", (items[0].id,)),
        ),
        related=(back, replace(back, url="")),
        continues=(back,),
        credit=said("Reported by Chip Ledger.", items[0].id),
        writer="tern-2",
    )
    return make_story(*items, brief=brief, score=90.0 - number, late=number % 2 == 0)


def every_part() -> Issue:
    """A small issue with every part that a mail can have, once or twice."""
    arabic = make_item(
        "arabic", "شركة تفتتح مركز بيانات جديدا", summary="قالت الشركة إن السعر ثابت."
    )
    unlinked = make_item("unlinked", "A report without an address", link="javascript:alert(1)")
    return make_issue(
        make_theme("Infra Capex", [rich_story(1), rich_story(2)], trend="new this week"),
        make_theme(
            "Chips",
            [make_story(arabic, score=50.0), make_story(unlinked, score=40.0)],
            trend="growing: 9 reports, 4 a week before",
        ),
        make_theme("Policy", [make_story(make_item("rule", "Brussels sets a rule"), score=30.0)]),
        title="Weekly AI Recap, 2026-W22",
        also=(
            replace(rich_story(3), score=20.0),
            make_story(
                make_item("short", "Court rules that prompts can be trade secrets"), score=9.0
            ),
        ),
    )


def longest() -> Issue:
    """The most that can be in a mail: 30 long stories, 10 short ones, a word that never ends."""
    stories = [rich_story(number, long=True) for number in range(30)]
    endless = make_item("endless", "Kilo" + "meter" * 60 + " is no word", summary="x" * 300)
    themes = [
        make_theme(f"Theme number {n}", stories[n * 5 : n * 5 + 5], trend="steady: 5 reports")
        for n in range(6)
    ]
    also = [make_story(make_item(f"more-{n}", f"A short report, the {n}th")) for n in range(9)]
    return make_issue(*themes, also=(make_story(endless, score=1.0), *also))


def quiet() -> Issue:
    """A week with nearly nothing in it."""
    stories = [make_story(make_item(f"quiet-{n}")) for n in range(2)]
    return make_issue(make_theme(stories=stories), intro=("A quiet week: only 2 stories.",))


def real_week(week: str, shared: Path, folder: Path) -> Issue:
    """A week of real reports, imported and drafted in `folder` as a user would."""
    source = shared / "data" / "ai_weeks" / week / "items.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("RECAP_DATABASE_URL", "RECAP_WRITER_URL"):
            patch.delenv(name, raising=False)
        patch.chdir(folder)
        for command in (["init"], ["import", str(source)], ["draft", "--week", week]):
            done = CliRunner().invoke(main, command)
            assert done.exit_code == 0, done.output
        with open_store(load_settings(folder).database_url) as store:
            return store.content.issue(1)


INVENTED: dict[str, Callable[[], Issue]] = {
    "full": full_issue,
    "every part": every_part,
    "longest": longest,
    "quiet": quiet,
}
