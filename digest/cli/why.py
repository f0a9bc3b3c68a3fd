"""`recap why`: what put a story where it stands, line by line."""

from __future__ import annotations

from typing import Any

import click

from digest.cli.console import SHOWN, json_option, open_project, print_json, say
from digest.wording import plural


@click.command()
@click.argument("number", type=int)
@click.argument("story")
@json_option
def why(number: int, story: str, as_json: bool) -> None:
    """Explain STORY of issue NUMBER: an id, a rank or a part of a headline, left out or not."""
    from digest.pipeline.explaining import explain

    with open_project() as (settings, store):
        told = explain(store, number, story, pins=settings.rules.themes)
    if as_json:
        print_json(told)
    elif told["kind"] == "left out":
        say("left out", told["title"])
        click.echo(f"  {told['rule']}")
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
    for signal in told["signals"]:
        most = f"{signal['points']:5.1f} of {signal['weight']:4.1f}"
        click.echo(f"  {most}  {signal['name']}: {signal['measures']}")


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
    say("theme", theme["label"] + (f" ({theme['trend']})" if theme["trend"] else ""))
    _tell_cues(theme["cues"])
    for row in theme["shared"]:
        click.echo(
            f"  {row['term']}: in {row['here']} of the {theme['others']} others,"
            f" {row['elsewhere']} elsewhere"
        )


def _tell_cues(cues: list[dict[str, Any]]) -> None:
    if cues:
        click.echo("  says so: " + ", ".join(f"{row['cue']} {row['counts']:.1f}" for row in cues))
