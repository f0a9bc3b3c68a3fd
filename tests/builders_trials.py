"""Weeks of reports that are drafted and approved one after the other, to be tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from digest.model import Issue, IssueStatus, Item, Week
from digest.pipeline import drafting
from digest.settings import Settings
from digest.store import Store
from tests.builders import make_item

TITLES = (
    "Wingtip robotaxi fleet grows to {n}00 cars in Lisbon",
    "City council lets robotaxis of Litware drive at night on {n} roads",
    "Insurer counts {n} robotaxi crashes in autonomous driving tests",
    "Senate passes chatbot law number {n} after a long night",
    "Regulator fines a chatbot company ${n} million over its rules for minors",
    "Court reads the AI law of the state in full, page {n}",
    "AI start-up Tailspin raises ${n}0 million in funding led by Fourth Coffee",
    "Investors value AI lab Adatum at ${n} billion in a funding round",
    "AI agent start-up Relecloud raises ${n} million from two funds",
)
WEEKS = (Week(2026, 20), Week(2026, 21), Week(2026, 22))


def reports(week: Week, titles: tuple[str, ...] = TITLES) -> list[Item]:
    """One report a title, of the Wednesday of a week."""
    wednesday = week.window(ZoneInfo("UTC")).start + timedelta(days=2, hours=9)
    return [
        make_item(
            f"{week}-{at}",
            title.format(n=week.number),
            summary=f"The report of week {week.number} names those who decided it.",
            published=wednesday,
            source=f"Outlet {at}",
        )
        for at, title in enumerate(titles)
    ]


def drafted_week(store: Store, settings: Settings, week: Week, *, approve: bool = True) -> Issue:
    """Store the reports of a week and draft it an hour after its end; an editor changes nothing."""
    end = week.window(ZoneInfo("UTC")).end
    store.content.add_items(reports(week), at=end)
    issue = drafting.draft(store, settings, week=week, now=end + timedelta(hours=1))
    if approve:
        store.content.save_issue(replace(issue, status=IssueStatus.SENT))
    return issue
