"""`recap status`: what runs, what comes next, and what waits for a person."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from digest.cli.console import SHOWN, json_option, now_option, open_project, print_json, say
from digest.wording import duration, plural

if TYPE_CHECKING:
    from digest.pipeline.concerns import Concern
    from digest.pipeline.standing import IssueStanding, Standing

_MB = 1_000_000


@click.command()
@json_option
@now_option
def status(as_json: bool, now: datetime) -> None:
    """Say what runs, what comes next and what needs a person; exit 1 if something does.

    Looks at the database and this machine alone, and changes nothing; `recap doctor` asks the
    provider and the DNS.
    """
    from digest.pipeline.concerns import concerns
    from digest.pipeline.standing import look

    with open_project() as (settings, store):
        standing = look(store, settings, now=now, running=store.leadership.is_held())
    found = concerns(standing)
    if as_json:
        print_json(_document({**asdict(standing), "needs": [asdict(one) for one in found]}))
    else:
        _tell(standing, found)
    if found:
        raise click.exceptions.Exit(1)


def _tell(standing: Standing, found: tuple[Concern, ...]) -> None:
    say("running", "yes" if standing.running else "no")
    _tell_steps(standing)
    _tell_sources(standing)
    if standing.present:
        say("issue", _issue(standing.present))
    if standing.last:
        say("last issue", _last(standing.last))
    people = ", ".join(f"{n:,} {name}" for name, n in sorted(standing.subscribers.items()))
    say("people", people or "none yet")
    waits = [
        plural(standing.notices.count, "notice"),
        f"{plural(standing.reports.count, 'report')} of the provider",
    ]
    say("waiting", " and ".join(waits))
    say("disk", f"{standing.free // _MB:,} MB free, the database takes {standing.size // _MB:,} MB")
    last = standing.last_backup
    say("backup", f"the last is of {_when(last)}" if last else "none in this folder")
    for one in found:
        say("needs you", one.what)
        click.echo(f"{'':<11} fix: {one.fix}")
    if not found:
        say("well", "nothing needs a person")


def _tell_steps(standing: Standing) -> None:
    for step in standing.steps:
        last = f"last {_when(step.last_at)}: {step.outcome}" if step.last_at else "never yet"
        coming = _when(step.next_at) if step.next_at else "never"
        say(step.step, f"{last}; next {coming} ({step.schedule})")


def _tell_sources(standing: Standing) -> None:
    counts = standing.sources
    told = f"{counts['ok']} ok, {counts['failing']} failing, {counts['muted']} muted"
    say("sources", f"{told}, {counts['unasked']} not asked yet")
    for one in standing.failing[:SHOWN]:
        since = f"since {_when(one.since)}" if one.since else "never good"
        click.echo(f"  failing: {one.name}, {since}, {plural(one.times, 'time')}: {one.why}")
    if len(standing.failing) > SHOWN:
        click.echo(f"  failing: and {len(standing.failing) - SHOWN} more")


def _issue(issue: IssueStanding) -> str:
    from digest.pipeline.concerns import minutes_left

    told = f"{issue.number} “{issue.title}” is {issue.status.value}"
    if not issue.sent + issue.left + issue.rejected:
        return told
    told += f": {issue.sent:,} sent, {issue.left:,} left, {issue.rejected:,} rejected"
    minutes = minutes_left(issue)
    if issue.left and minutes is not None:
        told += f"; {issue.per_minute:,.0f} a minute, about {duration(minutes * 60)} to go"
    return told


def _last(issue: IssueStanding) -> str:
    fates = f"{issue.bounced:,} bounced, {issue.complained:,} called it spam"
    return f"{issue.number} “{issue.title}”: {issue.sent:,} sent, {fates}"


def _when(at: datetime) -> str:
    return f"{at:%a %Y-%m-%d %H:%M %Z}"


def _document(value: Any) -> Any:
    """The same with moments in UTC, as ISO 8601 says them."""
    if isinstance(value, dict):
        return {key: _document(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_document(inner) for inner in value]
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
