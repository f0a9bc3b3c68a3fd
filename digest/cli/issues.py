"""`recap draft`, `issues`, `show`, `scores`, `lint`, `test`, `approve`: until it may leave."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.console import (
    SHOWN,
    json_option,
    now_option,
    open_project,
    print_json,
    progress,
    say,
    steps,
    tell,
)
from digest.cli.console import week as read_week
from digest.model import Issue, RunReport, Week
from digest.wording import plural

if TYPE_CHECKING:
    from digest.lint import LinkAnswer
    from digest.settings import Settings
    from digest.store import Store

number_argument = click.argument("number", type=int)


@click.command()
@click.option(
    "--week",
    type=read_week,
    metavar="WEEK",
    help="ISO week, such as 2026-W22 (default: this week).",
)
@now_option
@json_option
def draft(week: Week | None, now: datetime, as_json: bool) -> None:
    """Build the week's draft, or build it again."""
    from digest.pipeline import drafting

    with open_project() as (settings, store), steps() as step:
        reports: list[RunReport] = []
        issue = drafting.draft(
            store, settings, week=week, now=now, on_step=step, on_report=reports.append
        )
    if as_json:
        _print_json(issue)
        return
    say(
        "drafted",
        f"issue {issue.number}, revision {issue.revision}, of {issue.week}:"
        f" {plural(len(issue.stories), 'story')} in {plural(len(issue.themes), 'theme')}",
    )
    for theme in issue.themes:
        click.echo(f"  {theme.label}: {plural(len(theme.stories), 'story')}")
    if issue.also:
        click.echo(f"  Also this week: {plural(len(issue.also), 'story')}")
    rules = Counter(line.rule.partition(":")[0] for line in issue.left_out)
    say("left out", plural(len(issue.left_out), "item"))
    for rule, count in rules.most_common():
        click.echo(f"  {count}: {rule}")
    _tell_editing(reports[0], issue.number)
    if settings.rules.articles:
        _tell_reading(reports[0])
    if settings.writer.url:
        _tell_writing(reports[0], settings.writer.model)
    else:
        tell(reports[0], ("noted",))
    click.echo(
        f"next: recap show {issue.number}, then recap test {issue.number} --to you@your-domain,"
        f" then recap approve {issue.number}"
    )


@click.command()
@json_option
def issues(as_json: bool) -> None:
    """List the issues."""
    with open_project() as (_, store):
        rows = store.content.issues()
    if as_json:
        listed = [
            {"number": r.number, "week": r.week, "status": r.status.value, "title": r.title,
             "revision": r.revision, "stories": r.stories, "held_because": r.held_because}
            for r in rows
        ]  # fmt: skip
        print_json(listed)
        return
    for row in rows:
        stories = plural(row.stories, "story")
        click.echo(f"{row.number:>4}  {row.week}  {row.status.value:<9} {stories:<11} {row.title}")
        if row.held_because:
            click.echo(f"      {row.status.value}: {row.held_because}")
    if not rows:
        click.echo("no issue yet: recap draft")


@click.command()
@number_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "html", "text", "eml"]),
    default="text",
    show_default=True,
)
def show(number: int, form: str) -> None:
    """Print issue NUMBER as a reader would get it, or as JSON."""
    from digest.pipeline import drafting

    with open_project() as (settings, store):
        issue = store.content.issue(number)
        if form == "json":
            _print_json(issue)
            return
        mail = drafting.preview(settings, issue)
    if form == "eml":
        from digest.providers.eml import eml

        message = eml(mail, key=f"preview/{number}", at=issue.drafted_at)
        sys.stdout.buffer.write(message.as_bytes())
        return
    click.echo(mail.html if form == "html" else mail.text)


@click.command()
@number_argument
@click.option(
    "--csv", "path", type=click.Path(path_type=Path), help="Write the table to this file."
)
def scores(number: int, path: Path | None) -> None:
    """Print why the stories of issue NUMBER stand where they stand: points per signal."""
    from digest.ranking import WEIGHTS

    with open_project() as (_, store):
        issue = store.content.issue(number)
    ranked = sorted(issue.stories, key=lambda story: (-story.score, story.id))
    if path:
        import pandas as pd

        from digest.pipeline.project import write_whole

        rows = [
            {"story": s.id, "title": _cell(s.title), "score": s.score}
            | {signal.name: signal.points for signal in s.signals}
            for s in ranked
        ]
        write_whole(path, pd.DataFrame(rows).to_csv(index=False))
        say("wrote", f"{plural(len(rows), 'story')} to {path}")
        return
    if ranked and any(s.weight != WEIGHTS.get(s.name) for s in ranked[0].signals):
        say("weights", "learned from editors: see them with `recap learn --history`")
    for story in ranked:
        points = ", ".join(f"{signal.name} {signal.points:.1f}" for signal in story.signals)
        click.echo(f"{story.score:5.1f}  {story.title[:70]}\n       {points}")


@click.command()
@number_argument
@click.option("--links", is_flag=True, help="Ask the web whether every link is still there.")
@json_option
def lint(number: int, links: bool, as_json: bool) -> None:
    """Check issue NUMBER before it leaves; exit 1 if anything would have to be mended."""
    from digest.pipeline import drafting

    with open_project() as (settings, store):
        issue = store.content.issue(number)
        answers = _ask_links(store, settings, issue) if links else {}
        findings = drafting.lint(store, settings, issue, answers=answers)
    errors = sum(finding.level == "error" for finding in findings)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for found in findings:
            click.echo(f"{found.level}: {found.place}: {found.message} [{found.rule}]")
            click.echo(f"  fix: {found.fix}")
        warnings = len(findings) - errors
        say("checked", f"{plural(errors, 'error')}, {plural(warnings, 'warning')}")
    if errors:
        raise click.exceptions.Exit(1)


@click.command()
@number_argument
@click.option("--to", "address", required=True, help="Who gets the copy, such as yourself.")
@now_option
def test(number: int, address: str, now: datetime) -> None:
    """Send one copy of issue NUMBER, marked as a test, to look at before it is approved."""
    from digest.pipeline.approving import send_test
    from digest.providers import open_provider

    with open_project() as (settings, store):
        provider = open_provider(settings)
        address = send_test(store, settings, number, address, provider, now=now)
    say("tested", f"issue {number}: a copy to {address} through {provider.name}")
    click.echo(f"next: look at it, then recap approve {number}")


@click.command()
@number_argument
@click.option("--without-test", is_flag=True, help="Though nobody saw a test copy of it.")
@now_option
def approve(number: int, without_test: bool, now: datetime) -> None:
    """Freeze the mail of issue NUMBER as it is, so that it may be sent."""
    from digest.pipeline import approving

    with open_project() as (settings, store):
        issue = approving.approve(store, settings, number, now=now, without_test=without_test)
        reach = store.ledger.eligible(number, at=now)
    say("approved", f"issue {number}, revision {issue.revision}; it would reach {reach}")
    if minutes := settings.review.undo(at_desk=False) // timedelta(minutes=1):
        click.echo(f"nothing leaves for {plural(minutes, 'minute')}; recap hold {number} stops it")
    click.echo(f"next: recap send {number} --dry-run, then recap send {number}")


def _tell_editing(report: RunReport, number: int) -> None:
    """What became of the editor's moves, and what changed since the draft before."""
    moves = report.counts.get("moves", 0)
    if moves:
        failed = report.counts["moves not made"]
        kept = f"{plural(moves - failed, 'move')} made again"
        say("edits", kept + (f", {failed} not" if failed else ""))
        tell(report, ("edit",))
    changed = [line for line in report.lines if line.kind == "changed"]
    if changed:
        say("changed", plural(len(changed), "thing"))
        for line in changed[:SHOWN]:
            click.echo(f"  {line.reason}")
        if len(changed) > SHOWN:
            click.echo(f"  and {len(changed) - SHOWN} more: recap edit {number} diff")


def _tell_reading(report: RunReport) -> None:
    """Which articles the briefs were made from, besides the summaries."""
    counts = report.counts
    read = counts["articles read"] + counts["articles read before"]
    say("read", f"{read} of {plural(counts['articles'], 'article')}, {counts['articles read']} now")
    for line in report.lines:
        if line.kind == "unread":
            click.echo(f"  {line.subject}: {line.reason}")


def _tell_writing(report: RunReport, model: str) -> None:
    """What the model worded, what of it was dropped, and why the rest is not its own."""
    counts = report.counts
    say(
        "worded",
        f"{counts['briefs by the writer']} of {plural(counts['briefs'], 'brief')} by {model};"
        f" {plural(counts['sentences dropped'], 'sentence')} dropped",
    )
    tell(report, ("noted", "failed", "refused"))


def _ask_links(store: Store, settings: Settings, issue: Issue) -> dict[str, LinkAnswer]:
    from digest.pipeline import links

    urls = links.addresses_of(settings, issue)
    with progress(len(urls), "asking") as advance:
        return links.ask(store, settings, urls, now=datetime.now(UTC), on_done=lambda _: advance(1))


def _cell(text: str) -> str:
    """A text for a spreadsheet, which must not take a feed's title for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _print_json(issue: Issue) -> None:
    from digest.render import issue_document

    print_json(issue_document(issue))
