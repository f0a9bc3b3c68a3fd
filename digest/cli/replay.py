"""`recap replay`: past weeks with other settings, beside what was drafted and printed then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.console import SHOWN, json_option, open_project, print_json, progress, say
from digest.errors import InputError
from digest.model import Week
from digest.wording import plural

if TYPE_CHECKING:
    from digest.settings import Settings
    from digest.store import Store
    from digest.trials import Found, Lone, Printed, Summary, Trial

FAR = 5
"""Ranks by which a story has to move to be named."""
LEAST = 0.05
"""Points by which a weight has to differ to be told."""
NAMED = 4
"""Weights that are named, the farthest moved first."""
_DRAFT = {"then": "now than then", "now": "then than now"}
_THEMES = {
    "renamed": "“{before}” is called “{after}”",
    "merged": "“{before}” goes into “{after}”",
    "gone": "“{before}” is gone",
    "new": "“{after}” is new",
}


def _weeks(text: str) -> int | tuple[Week, Week]:
    """A number of last weeks, one week, or the first and the last of several."""
    if text.isdecimal() and int(text[:4]) > 0:
        return int(text[:4])
    first, _, last = text.partition("..")
    try:
        return Week.parse(first), Week.parse(last or first)
    except InputError as error:
        raise click.BadParameter(
            f"{error.problem}; write 2026-W22, 2026-W20..2026-W24, or 8 for the last eight"
        ) from None


def _points(text: str) -> dict[str, float]:
    """`popularity=10,coverage=5` as points of signals; a usage error if it is not that."""
    from digest.ranking import WEIGHTS

    given = {}
    for part in text.split(","):
        name, _, points = part.partition("=")
        try:
            value = float(points)
        except ValueError:
            value = -1.0
        if name.strip() not in WEIGHTS or not 0 <= value <= 100:
            raise click.BadParameter(
                f"`{part}` is no signal with points from 0 to 100; write coverage=20,speed=0;"
                f" signals are {', '.join(WEIGHTS)}"
            )
        given[name.strip()] = value
    return given


@click.command()
@click.option(
    "--weeks",
    type=_weeks,
    required=True,
    metavar="WEEKS",
    help="2026-W22, 2026-W20..2026-W24, or 8 for the last eight that have an issue.",
)
@click.option(
    "--with",
    "path",
    type=click.Path(path_type=Path),
    help="Another schedules.yaml: its `issue`, `newsletter` and `schedules` are tried.",
)
@click.option(
    "--weights",
    "given",
    type=_points,
    metavar="SIGNAL=POINTS,…",
    help="Ranking weights to try; signals that are not named share the rest of 100.",
)
@click.option("--learned", is_flag=True, help="Try what `recap learn --apply` would put in force.")
@json_option
def replay(
    weeks: int | tuple[Week, Week],
    path: Path | None,
    given: dict[str, float] | None,
    learned: bool,
    as_json: bool,
) -> None:
    """Draft past weeks again with other settings and tell what would differ; nothing is stored.

    Without further options the settings and weights of today are tried.
    """
    from digest.pipeline import learning, trying
    from digest.ranking import WEIGHTS
    from digest.settings import FILE
    from digest.trials import summed

    if given is not None and learned:
        raise click.UsageError("--weights and --learned exclude each other")
    with open_project() as (settings, store):
        in_force = learning.weights_in_force(store) or WEIGHTS
        weights = _weights(store, settings, in_force, given, learned=learned)
        settings = trying.settings_with(settings, path) if path else settings
        if isinstance(weeks, int):
            asked = trying.last_weeks(store, weeks)
        else:
            asked = trying.weeks_between(*weeks)
        with progress(len(asked), "weeks") as advance:
            trials, untried = trying.try_weeks(
                store, settings, asked, weights=weights, on_week=lambda: advance(1)
            )
    summary = summed(trials)
    if as_json:
        print_json(
            {
                "settings": str(path or FILE),
                "weights": weights,
                "weeks": [asdict(trial) for trial in trials],
                "untried": [asdict(one) for one in untried],
                "summary": asdict(summary),
            }
        )
        return
    _tell_tried(path, weights, in_force)
    for trial in trials:
        _tell(trial)
    for one in untried:
        say(one.week, f"not tried: {one.reason}")
    if summary.weeks != 1:
        _tell_all(summary)
    if summary.issues:
        click.echo("An editor starts from what was drafted: what was brought back and dropped says")
        click.echo("more of other settings than what was left as it was.")
    if learned:
        click.echo(
            "Weights that were learned from these very issues look better here than on others;"
        )
        click.echo("`recap learn` measures them on issues that did not teach.")


def _weights(
    store: Store,
    settings: Settings,
    in_force: Mapping[str, float],
    given: Mapping[str, float] | None,
    *,
    learned: bool,
) -> dict[str, float]:
    """The points of every signal that are tried."""
    from digest.pipeline import learning
    from digest.trials import with_points

    if learned:
        with progress(learning.taught(store), "issues") as advance:
            return dict(learning.learn(store, settings, on_read=lambda: advance(1)).weights)
    return with_points(in_force, given or {})


def _tell_tried(
    path: Path | None, weights: Mapping[str, float], in_force: Mapping[str, float]
) -> None:
    """What is tried: which file, and how the weights differ from those in force."""
    from digest.settings import FILE

    moved = {name: points - in_force[name] for name, points in weights.items()}
    names = [name for name, by in moved.items() if abs(by) >= LEAST]
    names.sort(key=lambda name: (-abs(moved[name]), name))
    changes = [f"{name} {in_force[name]:.1f} -> {weights[name]:.1f}" for name in names[:NAMED]]
    if len(names) > NAMED:
        changes.append(f"{len(names) - NAMED} more")
    say("tried", f"{path or FILE}, by " + (", ".join(changes) or "the weights in force"))


def _tell(trial: Trial) -> None:
    what = f"issue {trial.number}" if trial.number else "no issue was made; it"
    if trial.number and not (trial.came or trial.left or trial.themes):
        moved = f", {len(trial.shifts)} of them at another rank" if trial.shifts else ""
        say(trial.week, f"{what}: the same {plural(trial.kept, 'story')}{moved}")
        _tell_shifts(trial)
    else:
        after = plural(trial.after.stories + trial.after.short, "story")
        say(trial.week, f"{what} would have {after} in {plural(trial.after.themes, 'theme')}")
        _tell_changes(trial)
    if trial.printed:
        _tell_printed(trial.printed)


def _tell_changes(trial: Trial) -> None:
    before, after = trial.lead
    if trial.number is None:
        _line("lead", f"“{after}”")
        return
    _line(
        "stories",
        f"{trial.kept} stay, {len(trial.came)} come in, {len(trial.left)} go;"
        f" {trial.top.tried} of the first {trial.top.of} are the same",
    )
    _line("lead", f"“{after}”" + ("" if before == after else f", not “{before}”"))
    _tell_lone("in", trial.came)
    _tell_lone("out", trial.left)
    _tell_shifts(trial)
    for change in trial.themes:
        _line("theme", _THEMES[change.kind].format(before=change.before, after=change.after))


def _tell_shifts(trial: Trial) -> None:
    far = [one for one in trial.shifts if abs(one.before - one.after) >= FAR]
    for shift in far[:SHOWN]:
        _line("rank", f"{shift.before:>2} -> {shift.after:>2}  {shift.title[:70]}")


def _line(word: str, text: str) -> None:
    click.echo(f"  {word:<10}{text}")


def _tell_lone(word: str, stories: tuple[Lone, ...]) -> None:
    """The stories that one draft alone prints, with what keeps them out of the other."""
    when, verdicts = "then", {True: "the editor brought it back", None: "", False: ""}
    if word == "out":
        when = "now"
        verdicts = {True: "the editor printed it", None: "", False: "the editor dropped it too"}
    for story in stories[:SHOWN]:
        _line(word, f"{story.rank:>2}  {story.title[:70]} ({story.theme})")
        pulls = ", ".join(f"{name} {points:.1f}" for name, points in story.pulls)
        for why in (
            verdicts[story.printed],
            story.rule and f"{when} {story.rule}",
            pulls and f"points more {_DRAFT[when]}: {pulls}",
        ):
            if why:
                click.echo(f"{'':<16}{why}")
    if len(stories) > SHOWN:
        click.echo(f"{'':<16}and {len(stories) - SHOWN} more: see them with --json")


def _tell_printed(printed: Printed) -> None:
    """What the editor printed, and how much of it each draft has."""
    every = printed.recall[0]
    _line(
        "printed",
        f"{plural(every.of, 'story')} by the editor: {_then_now(every)} of them drafted, "
        + ", ".join(
            f"{_then_now(found)} in the first {depth}"
            for depth, found in printed.recall.items()
            if depth
        ),
    )
    for found, what, right in (
        (printed.brought_back, "brought back", "in"),
        (printed.dropped, "dropped", "out"),
    ):
        if found.of:
            _line("", f"{what} {plural(found.of, 'story')}: {found.tried} of them {right} now")


def _then_now(found: Found) -> str:
    return f"{found.drafted} -> {found.tried}"


def _tell_all(summary: Summary) -> None:
    if not summary.weeks:
        say("in all", "no week was tried that has an issue")
        return
    say(
        "in all",
        f"{plural(summary.weeks, 'week')}, {summary.same} unchanged;"
        f" {summary.kept} of {plural(summary.stories, 'story')} stay"
        f" ({summary.kept / max(1, summary.stories):.0%}), {summary.came} come in",
    )
    _line("first ten", f"{summary.top:.0%} the same; the same lead in {summary.leads}")
    if summary.issues:
        _tell_printed(summary.printed)
        lead = summary.printed.lead
        _line("", f"the editor's lead on top in {_then_now(lead)} of {plural(lead.of, 'issue')}")
