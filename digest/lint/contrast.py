"""Whether every text can be read: the contrast with its ground, in the light and dark scheme."""

from __future__ import annotations

from collections.abc import Iterator

from digest.lint.colours import BLACK, WHITE, Colour, contrast
from digest.lint.findings import Finding, Letter, error, warning
from digest.lint.painting import painted
from digest.lint.styles import Scheme

LEAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, level AA; large letters get no discount here."""
ENOUGH = 5.0
"""With room for mail apps that recolour a little."""


def check_contrast(letter: Letter) -> Iterator[Finding]:
    """One finding for each pair of colours that is too alike, with the first text that has it."""
    runs: dict[tuple[Scheme, Colour, Colour], list[str]] = {}
    for run in painted(letter.document):
        runs.setdefault((run.scheme, run.colour, run.ground), []).append(run.text)
    for (scheme, colour, ground), texts in runs.items():
        ratio = contrast(colour, ground)
        if ratio >= ENOUGH:
            continue
        say, rule = (error, "contrast") if ratio < LEAST else (warning, "contrast-margin")
        more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
        yield say(
            rule,
            f"{scheme} scheme, “{texts[0][:60]}”{more}",
            f"{colour} on {ground} has a contrast of {_shown(ratio)} to 1",
            f"make {colour} {_way(colour, ground)}: {LEAST:g} to 1 or more, {ENOUGH:g} to be safe",
        )


def _way(colour: Colour, ground: Colour) -> str:
    """Where a colour has to move from its ground: away, or to the side with more room."""
    darkens = contrast(colour, WHITE) > contrast(ground, WHITE)
    room = contrast(ground, BLACK if darkens else WHITE)
    return "darker" if darkens == (room >= LEAST) else "lighter"


def _shown(ratio: float) -> str:
    """Rounded down, so that what fails does not look as if it passed."""
    return f"{int(100 * ratio) / 100:.2f}"
