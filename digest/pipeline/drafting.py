"""The draft of a week: built, built again, shown and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
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
from digest.pipeline.underway import under_way
from digest.settings import Settings
from digest.wording import plural

if TYPE_CHECKING:
    from digest.lint import Finding, LinkAnswer
    from digest.localisation import Catalog
    from digest.pipeline.articles import ArticleReader
    from digest.pipeline.rebuilding import Kept
    from digest.pipeline.writing import Rewritten
    from digest.plan import Plan
    from digest.sources.fetched import Manners
    from digest.sources.hosts import Clock
    from digest.store import Store

PREVIEW_READER = Subscriber(
    0, "reader@preview.example", "", SubscriberStatus.CONFIRMED, datetime(2026, 1, 1, tzinfo=UTC)
)
Step = Callable[[str], object]
OUTBOX = "outbox"
NAMED = 3
"""Errors that a refused approval names; the rest is counted."""
_NO_WORDS = (
    "no catalogue has the words of this language: the mail's own words are English; see"
    " docs/howto/change-the-design.md"
)
_MOMENT = timedelta(microseconds=1)
"""A window is half-open: with it, what was collected at the very moment of drafting counts in."""


def draft(
    store: Store,
    settings: Settings,
    *,
    week: Week | None = None,
    now: datetime,
    on_step: Step = str,
    on_report: Callable[[RunReport], object] = id,
    manners: Manners | None = None,
    clock: Clock | None = None,
) -> Issue:
    """Build the draft of a week, or build it again; nothing is stored unless it can be made.

    The editor's moves are made again on the new build; the report says which do not hold any more,
    and what an editor sees change.

    Args:
        week: None for the week `now` is in, by the first schedule's zone.
        on_report: given the run's report as it is stored.
        manners: with which articles are read, if the project wants that; by default as `settings`
            say, with the limits of `digest.sources.article`.
        clock: for the same; by default one that starts at `now` and really waits.

    Raises:
        StateError: the week's issue is no longer a draft.
        NotEnoughStories: the week holds no story; a run report says why.
    """
    from digest.catalogs import catalog
    from digest.issue import draft_issue, nothing_further
    from digest.pipeline.rebuilding import Build, keep
    from digest.recall import vocabulary
    from digest.sieve import sift

    plan = _plan(store, settings, week or Week.of(now, settings.schedule.zone), now)
    items = store.content.items(
        before=plan.window.end, since=plan.window.start if plan.follows else None
    )
    past = store.content.past(plan.window.start)
    reader = _reader(store, settings, now, on_step, manners, clock)
    words = catalog(settings.brand.language, own_templates(settings))
    with under_way("drafting"), _failure_kept(store, plan, items=len(items), now=now):
        drafted = draft_issue(
            items,
            plan,
            now=now,
            past=past,
            on_step=on_step,
            further=reader.texts if reader else nothing_further,
            words=words,
        )
    rewritten = _rewritten(drafted.issue, store, settings, now=now, on_step=on_step)
    build = Build(rewritten.issue, drafted.others, vocabulary(sift(items, plan)[0]))
    kept = keep(store, settings, build, words, now=now, check=partial(render, settings))
    report = _draft_report(rewritten, kept, len(items), now, reader, words)
    store.content.save_report(report)
    on_report(report)
    return kept.issue


@contextmanager
def _failure_kept(store: Store, plan: Plan, *, items: int, now: datetime) -> Iterator[None]:
    """Keep a report of a week that holds no story, before the error goes on."""
    try:
        yield
    except NotEnoughStories as error:
        line = ReportLine(str(plan.week), error.problem, "failed")
        store.content.save_report(RunReport("draft", now, {"items": items}, (line,)))
        raise


def _plan(store: Store, settings: Settings, week: Week, now: datetime) -> Plan:
    """What the week's draft is made by; `StateError` if its issue is no longer one."""
    from digest.pipeline.learning import weights_in_force
    from digest.pipeline.planning import planned
    from digest.plan import issue_window

    earlier = store.content.issue_of_week(str(week))
    if earlier and not may_be_edited(store, earlier):
        again = f"make a draft of it again with `recap resume {earlier.number}`"
        back = f"take the approval back with `recap hold {earlier.number}`; once mails have left,"
        raise StateError(
            f"issue {earlier.number} of week {week} is {earlier.status.value}"
            " and cannot be drafted again",
            hint=again
            if earlier.status is IssueStatus.SKIPPED
            else f"{back} a correction goes into a new issue",
        )
    zone = settings.schedule.zone
    number = earlier.number if earlier else store.content.next_number()
    week_end = week.window(zone).end
    previous = store.content.cutoff_before(week_end, excluding=number)
    following = store.content.start_after(week_end, excluding=number)
    window = issue_window(week, zone, now=now + _MOMENT, previous=previous, following=following)
    return planned(
        settings,
        week,
        window,
        number=number,
        follows=previous is not None,
        weights=weights_in_force(store),
        revision=earlier.revision + 1 if earlier else 1,
    )


def may_be_edited(store: Store, issue: Issue) -> bool:
    """A draft, or one that is held before anything of it was claimed."""
    if issue.status is IssueStatus.HELD:
        return not any(store.ledger.counts(issue.number).values())
    return issue.status is IssueStatus.DRAFT


def _rewritten(
    issue: Issue, store: Store, settings: Settings, *, now: datetime, on_step: Step
) -> Rewritten:
    """The issue in the words of the project's writer, wherever they hold."""
    from digest.pipeline.writing import rewrite
    from digest.writers import open_writer

    return rewrite(issue, open_writer(settings), cache=store.content, now=now, on_step=on_step)


def _reader(
    store: Store,
    settings: Settings,
    now: datetime,
    on_step: Step,
    manners: Manners | None,
    clock: Clock | None,
) -> ArticleReader | None:
    """What reads the articles of this draft; None where the project wants none read."""
    if not settings.rules.articles:
        return None
    from digest.pipeline.articles import ArticleReader, article_manners
    from digest.pipeline.collecting import manners_of
    from digest.sources.hosts import SteadyClock

    return ArticleReader(
        store,
        manners=manners or article_manners(manners_of(settings)),
        clock=clock or SteadyClock(now),
        on_step=on_step,
    )


def _draft_report(
    rewritten: Rewritten,
    kept: Kept,
    items: int,
    now: datetime,
    reader: ArticleReader | None,
    words: Catalog,
) -> RunReport:
    issue = kept.issue
    counts = {
        "items": items,
        "stories": len(issue.stories),
        "themes": len(issue.themes),
        "left out": len(issue.left_out),
        **(reader.counts if reader else {}),
        **rewritten.counts,
        **kept.counts,
    }
    read = reader.lines if reader else ()
    lines = tuple(ReportLine(line.title, line.rule, "left out") for line in issue.left_out)
    untold = ReportLine(f"language {words.language}", _NO_WORDS, "noted")
    said = () if words.translated else (untold,)
    return RunReport("draft", now, counts, (*said, *kept.lines, *rewritten.lines, *read, *lines))


def render(settings: Settings, issue: Issue) -> Email:
    """The issue as a mail that is not personal yet, from the project's templates if it has any."""
    from digest.render import render_issue

    return render_issue(
        issue,
        base_url=settings.base_url,
        brand=settings.brand,
        templates=own_templates(settings),
        pages=settings.pages,
    )


def own_templates(settings: Settings) -> Path | None:
    """The project's folder of templates, if it has one."""
    own = settings.folder / "templates"
    return own if own.is_dir() else None


def preview(settings: Settings, issue: Issue) -> Email:
    """The mail as one made-up reader would get it."""
    from digest.render import personalise

    (mail,) = personalise(render(settings, issue), [PREVIEW_READER], secret=settings.secret_key)
    return mail


def lint(
    store: Store,
    settings: Settings,
    issue: Issue,
    *,
    mail: Email | None = None,
    answers: Mapping[str, LinkAnswer] = MappingProxyType({}),
) -> tuple[Finding, ...]:
    """Check the issue and its mail before they leave.

    Args:
        mail: the one that leaves; by default it is rendered.
        answers: what the web said of links, as `digest.pipeline.links` asks; nothing is asked here.
    """
    from digest.lint import lint_issue

    return lint_issue(
        issue,
        mail or render(settings, issue),
        printed=store.content.printed(issue.window.start),
        goes_out=settings.provider != OUTBOX,
        answers=answers,
    )


def check_clean(store: Store, settings: Settings, issue: Issue, mail: Email) -> None:
    """Refuse an issue that `lint` finds an error in, with the mail that leaves.

    Raises:
        StateError: it names the first errors.
    """
    errors = [one for one in lint(store, settings, issue, mail=mail) if one.level == "error"]
    if errors:
        named = [f"{one.place}: {one.message}" for one in errors[:NAMED]]
        if len(errors) > NAMED:
            named.append(f"and {len(errors) - NAMED} more")
        raise StateError(
            f"issue {issue.number} has {plural(len(errors), 'error')}: {'; '.join(named)}",
            hint=f"see what to do with `recap lint {issue.number}`",
        )
