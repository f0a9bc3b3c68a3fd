"""The draft of a week: built, built again, shown, checked and approved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from digest.errors import NotEnoughStories, StateError
from digest.model import (
    Email,
    Issue,
    IssueStatus,
    ReportLine,
    RunReport,
    Subscriber,
    SubscriberStatus,
    Week,
)
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.lint import Finding
    from digest.store import Store

PREVIEW_READER = Subscriber(
    0, "reader@preview.example", "", SubscriberStatus.CONFIRMED, datetime(2026, 1, 1, tzinfo=UTC)
)
Step = Callable[[str], object]


def draft(
    store: Store,
    settings: Settings,
    *,
    week: Week | None = None,
    now: datetime,
    on_step: Step = str,
) -> Issue:
    """Build the draft of a week, or build it again; nothing is stored unless it can be made.

    Args:
        week: None for the week `now` is in, by the first schedule's zone.

    Raises:
        StateError: the week's issue is no longer a draft.
        NotEnoughStories: the week holds no story; a run report says why.
    """
    from digest.issue import Plan, draft_issue, issue_window

    schedule = settings.schedule
    week = week or Week.of(now, schedule.zone)
    earlier = store.content.issue_of_week(str(week))
    if earlier and earlier.status is not IssueStatus.DRAFT:
        raise StateError(
            f"issue {earlier.number} of week {week} is {earlier.status.value}"
            " and cannot be drafted again",
            hint="a correction goes into the next week's issue",
        )
    number = earlier.number if earlier else store.content.next_number()
    week_end = week.window(schedule.zone).end
    previous = store.content.cutoff_before(week_end, excluding=number)
    following = store.content.start_after(week_end, excluding=number)
    window = issue_window(week, schedule.zone, now=now, previous=previous, following=following)
    plan = Plan(
        number=number,
        week=week,
        window=window,
        follows=previous is not None,
        timezone=schedule.timezone,
        name=settings.brand.name,
        language=settings.brand.language,
        max_stories=settings.rules.max_stories,
        focus=tuple(settings.rules.focus),
        revision=earlier.revision + 1 if earlier else 1,
    )
    items = store.content.items(
        before=plan.window.end, since=plan.window.start if plan.follows else None
    )
    try:
        issue = draft_issue(items, plan, now=now, on_step=on_step)
    except NotEnoughStories as error:
        line = ReportLine(str(week), error.problem, "failed")
        store.content.save_report(RunReport("draft", now, {"items": len(items)}, (line,)))
        raise
    render(settings, issue)  # a draft that cannot be printed is not stored
    store.content.save_issue(issue)
    store.content.save_report(_draft_report(issue, len(items), now))
    return issue


def _draft_report(issue: Issue, items: int, now: datetime) -> RunReport:
    counts = {
        "items": items,
        "stories": len(issue.stories),
        "themes": len(issue.themes),
        "left out": len(issue.left_out),
    }
    lines = tuple(ReportLine(line.title, line.rule, "left out") for line in issue.left_out)
    return RunReport("draft", now, counts, lines)


def render(settings: Settings, issue: Issue) -> Email:
    """The issue as a mail that is not personal yet, from the project's templates if it has any."""
    from digest.render import render_issue

    own = settings.folder / "templates"
    return render_issue(
        issue,
        base_url=settings.base_url,
        brand=settings.brand,
        templates=own if own.is_dir() else None,
    )


def preview(settings: Settings, issue: Issue) -> Email:
    """The mail as one made-up reader would get it."""
    from digest.render import personalise

    (mail,) = personalise(render(settings, issue), [PREVIEW_READER], secret=settings.secret_key)
    return mail


def lint(settings: Settings, issue: Issue) -> tuple[Finding, ...]:
    """Check the issue and its mail before they leave."""
    from digest.lint import lint_issue

    return lint_issue(issue, render(settings, issue))


def approve(store: Store, settings: Settings, number: int, *, now: datetime) -> Issue:
    """Freeze a draft by the hash of its content; only a clean one passes.

    Raises:
        StateError: it is no draft, or `lint` finds an error in it.
    """
    from digest.issue import content_hash

    issue = store.content.issue(number)
    errors = [finding for finding in lint(settings, issue) if finding.level == "error"]
    if errors:
        raise StateError(
            f"issue {number} has {len(errors)} errors; the first: {errors[0].message}",
            hint=f"see them all with `recap lint {number}`",
        )
    return store.content.set_status(
        number,
        IssueStatus.APPROVED,
        expected=(IssueStatus.DRAFT,),
        at=now,
        revision=issue.revision,
        content_sha256=content_hash(issue),
    )
