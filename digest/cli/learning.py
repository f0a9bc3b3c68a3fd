"""`recap learn`: what editors' choices say of the ranking weights, before and after."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from digest.cli.console import json_option, now_option, open_project, print_json, progress, say
from digest.wording import plural

if TYPE_CHECKING:
    from digest.learning import Lesson
    from digest.settings import Settings
    from digest.store import Store


@click.command()
@click.option("--apply", "mode", flag_value="apply", help="Put what is learned in force.")
@click.option("--revert", "mode", flag_value="revert", help="Take back what was applied last.")
@click.option("--history", "mode", flag_value="history", help="List what was ever applied.")
@now_option
@json_option
def learn(mode: str | None, now: datetime, as_json: bool) -> None:
    """Learn ranking weights from what was kept and left out; nothing changes without --apply."""
    with open_project() as (settings, store):
        if mode == "revert":
            _revert(store, now, as_json)
        elif mode == "history":
            _history(store, as_json)
        else:
            _learn(store, settings, now, as_json, apply=mode == "apply")


def _learn(store: Store, settings: Settings, now: datetime, as_json: bool, *, apply: bool) -> None:
    from digest.pipeline import learning
    from digest.ranking import WEIGHTS

    with progress(learning.taught(store), "issues") as advance:
        lesson = learning.learn(store, settings, on_read=lambda: advance(1))
    if apply:
        learning.apply(store, lesson, at=now)
    if as_json:
        print_json({**asdict(lesson), "shipped": WEIGHTS, "applied": apply})
        return
    _tell(lesson, WEIGHTS)
    if apply:
        say("applied", "drafts are ranked by these weights from here on")
        click.echo("next: recap draft; recap learn --revert goes back")
    elif lesson.weights != WEIGHTS:
        click.echo("next: recap learn --apply puts them in force")


def _tell(lesson: Lesson, shipped: dict[str, float]) -> None:
    say(
        "learned",
        f"from {plural(lesson.issues, 'issue')}: {lesson.kept} of"
        f" {plural(lesson.choices, 'story')} kept",
    )
    for name, points in lesson.weights.items():
        change = points - shipped[name]
        click.echo(
            f"  {name:<11} {shipped[name]:5.1f} -> {points:5.1f}"
            + (f"  ({change:+.1f})" if round(change, 1) else "")
        )
    before, after, (mean, low, high) = lesson.before, lesson.after, lesson.gain
    say("measured", "each issue by weights learned from the others")
    click.echo(f"  average precision  {before.precision:.3f} -> {after.precision:.3f}")
    click.echo(f"                     {mean:+.3f}, 95 % of draws {low:+.3f} to {high:+.3f}")
    click.echo(f"  kept among the top {before.found} -> {after.found} of {lesson.kept}")
    if lesson.weights == shipped:
        say("unchanged", "no other weights rank these issues surely better; the shipped ones stay")


def _revert(store: Store, now: datetime, as_json: bool) -> None:
    from digest.pipeline import learning

    taken = learning.revert(store, at=now)
    holds = learning.weights_in_force(store)
    if as_json:
        print_json({"reverted": taken.id, "weights": holds})
        return
    say("reverted", f"the weights of {taken.applied_at:%Y-%m-%d %H:%M} UTC")
    click.echo("in force: " + ("those applied before" if holds else "the shipped ones"))


def _history(store: Store, as_json: bool) -> None:
    from digest.ranking import WEIGHTS

    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "applied_at": one.applied_at.isoformat(),
            "reverted_at": one.reverted_at.isoformat() if one.reverted_at else None,
            **asdict(one.lesson),
        }
        for one in store.weights.history()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        until = f", taken back {row['reverted_at'][:16]}" if row["reverted_at"] else ""
        say(row["applied_at"][:10], f"from {plural(row['issues'], 'issue')}{until}")
        changed = [
            f"{name} {WEIGHTS.get(name, 0.0):.1f} -> {points:.1f}"
            for name, points in row["weights"].items()
            if points != WEIGHTS.get(name)
        ]
        click.echo("  " + ", ".join(changed))
    if not rows:
        click.echo("nothing was ever applied: the shipped weights hold")
