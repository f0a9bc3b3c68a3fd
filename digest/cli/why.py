"""`recap why`: what put a story where it stands, and what made a week, line by line."""

from __future__ import annotations

from typing import Any

import click

from digest.cli.console import SHOWN, json_option, open_project, print_json, say
from digest.wording import plural


@click.command()
@click.argument("number", type=int)
@click.argument("story", required=False)
@click.option("--left-out", "rule", help="List what one rule left out, such as `off topic`.")
@click.option("--page", type=int, default=1, show_default=True, help="Of that list.")
@json_option
def why(number: int, story: str | None, rule: str | None, page: int, as_json: bool) -> None:
    """Explain STORY of issue NUMBER: an id, a rank or a part of a headline, left out or not.

    Without STORY the week is explained: its themes, what came next, and what was left out.
    """
    from digest.pipeline.explaining import explain
    from digest.pipeline.reasons import explain_week, left_out_page

    with open_project() as (settings, store):
        pins, focus = settings.rules.themes, settings.rules.focus
        if rule is not None:
            told = left_out_page(store.content.issue(number), rule, page)
        elif story is None:
            told = explain_week(store, number, pins=pins, focus=focus)
        else:
            told = explain(store, number, story, pins=pins, focus=focus)
    if as_json:
        print_json(told)
    elif rule is not None:
        _tell_page(told)
    elif story is None:
        _tell_week(told)
    elif told["kind"] == "left out":
        say("left out", told["title"])
        click.echo(f"  {told['rule']}")
        _tell_signals(told["signals"])
    else:
        _tell(told)


def _tell(told: dict[str, Any]) -> None:
    say("story", f"{told['title']} ({told['id']})")
    for part in ("continues", "related"):
        for line in told[part]:
            click.echo(f"  {part}: {line['text']} {line['url']}")
    _tell_joined(told["joined"])
    _tell_theme(told["theme"], told["nearest"])
    say("rank", f"{told['rank']} of {told['stories']}, with {told['score']:.1f} of 100 points")
    _tell_signals(told["signals"])
    _tell_candidates(told["candidates"])


def _tell_signals(signals: list[dict[str, Any]]) -> None:
    for signal in signals:
        most = f"{signal['value']:4.2f} x {signal['weight']:4.1f} = {signal['points']:4.1f}"
        learned = signal["weight"] != signal["shipped"]
        was = f" (learned; shipped with {signal['shipped']:.1f})" if learned else ""
        click.echo(f"  {most}  {signal['name']}: {signal['measures']}{was}")


def _tell_joined(pairs: list[dict[str, Any]]) -> None:
    say("joined", plural(len(pairs), "pair") + " of reports" if pairs else "one report alone")
    for pair in pairs[:SHOWN]:
        one, other = (f"{report['source']}: {report['title']}" for report in pair["reports"])
        terms = ", ".join(f"{term['term']} {term['weight']:.2f}" for term in pair["terms"])
        click.echo(f"  {pair['likeness']:.2f}  {one}\n        {other}\n        share: {terms}")
    if len(pairs) > SHOWN:
        click.echo(f"  and {plural(len(pairs) - SHOWN, 'pair')} more: see them with --json")


def _tell_theme(theme: dict[str, Any] | None, nearest: dict[str, Any] | None) -> None:
    if theme is None:
        say("theme", "none: among the short ones, also this week")
        if nearest:
            click.echo(f"  nearest: {nearest['subject']} ({nearest['strength']:.1f}; 1 is sure)")
            _tell_cues(nearest["cues"])
        else:
            click.echo("  it holds no word of a standing subject")
        return
    say("theme", _with_trend(theme))
    click.echo("  terms: " + ", ".join(theme["terms"]))
    _tell_cues(theme["cues"])
    for row in theme["shared"]:
        click.echo(
            f"  {row['term']}: in {row['here']} of the {theme['others']} others,"
            f" {row['elsewhere']} elsewhere"
        )


def _tell_cues(cues: list[dict[str, Any]]) -> None:
    if cues:
        click.echo("  says so: " + ", ".join(f"{row['cue']} {row['counts']:.1f}" for row in cues))


def _with_trend(theme: dict[str, Any]) -> str:
    return str(theme["label"]) + (f" ({theme['trend']})" if theme["trend"] else "")


def _tell_week(told: dict[str, Any]) -> None:
    say("issue", f"{told['number']} of {told['week']}: {plural(told['stories'], 'story')}")
    if told["weights"]["learned"]:
        say("weights", "learned from editors: see them with `recap learn --history`")
    sizes = {course["label"]: course["sizes"] for course in told["trends"]["themes"]}
    for theme in told["themes"]:
        say("theme", _with_trend(theme))
        click.echo(f"  {theme['stories']} of {theme['found']} printed; weeks: "
                   + " ".join(map(str, sizes[theme["label"]])))  # fmt: skip
        click.echo("  terms: " + ", ".join(theme["terms"]))
    _tell_candidates(told["candidates"])
    say("left out", plural(sum(row["count"] for row in told["left_out"]), "item"))
    for row in told["left_out"]:
        click.echo(f"  {row['count']:>5}  {row['rule']}")
        click.echo("         such as: " + "; ".join(title[:60] for title in row["examples"]))
    click.echo(f"next: recap why {told['number']} --left-out RULE, or recap why {told['number']} 1")


def _tell_candidates(rows: list[dict[str, Any]]) -> None:
    if rows:
        say("next best", "not printed, with their points, rank and the rule")
    for row in rows:
        click.echo(f"  {row['score']:5.1f}  {row['title'][:70]}\n         {row['rule']}")


def _tell_page(told: dict[str, Any]) -> None:
    say(
        "left out",
        f"{plural(told['count'], 'item')}: {told['rule']} (page {told['page']} of {told['pages']})",
    )
    for row in told["items"]:
        click.echo(f"  {row['item']}  {row['title'][:70]}\n      {row['rule']}")
