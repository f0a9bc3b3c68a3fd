"""What trying other settings on past weeks has shown: week by week, and all together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.errors import InputError

DEPTHS = (10, 20)
"""Among the first so many stories the printed ones are looked for, besides among all."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much an issue holds: stories under a theme and short ones, themes, items left out."""

    stories: int = 0
    short: int = 0
    themes: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Lone:
    """A story that only one of the two drafts prints.

    Attributes:
        rank: in the draft that prints it, from 1.
        theme: where it stands there.
        rule: why the other does not print it; "" where nothing is known of it there.
        pulls: signals that speak for it in the weights of that draft more than in those of the
            other, with the points, against the mean story there; the most first, up to three.
        printed: whether the editor printed it; None where no editor has approved the week.
    """

    id: str
    title: str
    rank: int
    theme: str
    rule: str
    pulls: tuple[tuple[str, float], ...] = ()
    printed: bool | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """The rank of a story that both print: then and tried."""

    id: str
    title: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ThemeChange:
    """A theme that is renamed, merged (into `after`, which holds half of its stories), gone, new.

    Attributes:
        before: its name then; "" for a new one.
        after: its name now, or that of the theme it went into; "" for one that is gone.
    """

    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Found:
    """Of `of` stories, how many the draft of then and the tried one have right."""

    of: int = 0
    drafted: int = 0
    tried: int = 0


@dataclass(frozen=True, slots=True)
class Printed:
    """How the two drafts stand beside the issue that the editor approved.

    Attributes:
        recall: the printed stories that are among the first so many; all of them under 0.
        brought_back: stories that the editor printed though the draft had not; right if printed.
        dropped: stories of the draft that the editor did not print; right if not printed.
        lead: whether the story on top is the editor's.
        unknown: printed stories that no report of the week tells, such as one added by hand.
    """

    recall: Mapping[int, Found]
    brought_back: Found
    dropped: Found
    lead: Found
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """One week, tried.

    Attributes:
        number: of the issue that was drafted then; None if there was none.
        lead: the headline on top then and tried; "" for none.
        kept: stories that both print.
        top: how many of the first ten of then are among the first ten tried.
        shifts: the stories whose rank differs, the farthest first.
        printed: None where no editor has approved the week's issue.
    """

    week: str
    number: int | None
    before: Size
    after: Size
    lead: tuple[str, str]
    kept: int
    top: Found
    came: tuple[Lone, ...]
    left: tuple[Lone, ...]
    shifts: tuple[Shift, ...]
    themes: tuple[ThemeChange, ...]
    printed: Printed | None = None

    @property
    def same(self) -> bool:
        """Whether an editor would see no story, rank or theme differ."""
        return not (self.came or self.left or self.shifts or self.themes)


@dataclass(frozen=True, slots=True)
class Summary:
    """All weeks that were drafted then, taken together.

    Attributes:
        weeks: how many; `same` of them would be the same.
        stories: how many were drafted; `kept` of them would still be printed.
        top: overlap of the first ten, in [0, 1], the mean over the weeks.
        leads: weeks whose story on top is the same.
        issues: weeks that an editor has approved, of which `printed` tells, added up.
    """

    weeks: int
    same: int
    stories: int
    kept: int
    came: int
    top: float
    leads: int
    issues: int
    printed: Printed


def summed(trials: Sequence[Trial]) -> Summary:
    """Take the weeks together; those of which nothing was drafted do not count."""
    drafted = [trial for trial in trials if trial.number is not None]
    stories = sum(trial.kept + len(trial.left) for trial in drafted)
    shares = [trial.top.tried / trial.top.of for trial in drafted if trial.top.of]
    judged = [trial.printed for trial in drafted if trial.printed]
    return Summary(
        weeks=len(drafted),
        same=sum(trial.same for trial in drafted),
        stories=stories,
        kept=sum(trial.kept for trial in drafted),
        came=sum(len(trial.came) for trial in drafted),
        top=round(sum(shares) / len(shares), 3) if shares else 0.0,
        leads=sum(trial.lead[0] == trial.lead[1] for trial in drafted),
        issues=len(judged),
        printed=Printed(
            {depth: _sum(one.recall[depth] for one in judged) for depth in (*DEPTHS, 0)},
            _sum(one.brought_back for one in judged),
            _sum(one.dropped for one in judged),
            _sum(one.lead for one in judged),
            sum(one.unknown for one in judged),
        ),
    )


def with_points(weights: Mapping[str, float], given: Mapping[str, float]) -> dict[str, float]:
    """The weights with the given points for some signals; the others share the rest of 100.

    Args:
        weights: name -> points, which sum to 100.
        given: name -> points, for some of these names, none negative.

    Raises:
        InputError: the points cannot sum to 100.
    """
    rest = {name: points for name, points in weights.items() if name not in given}
    left, total = 100.0 - sum(given.values()), sum(rest.values())
    if left < 0 or (left > 0 and total <= 0):
        raise InputError(
            f"the points given sum to {100.0 - left:g}, and the weights have to sum to 100",
            hint="give fewer signals, or points that sum to 100 at most",
        )
    share = left / total if total else 0.0
    return {name: given.get(name, points * share) for name, points in weights.items()}


def _sum(several: Iterable[Found]) -> Found:
    found = [(one.of, one.drafted, one.tried) for one in several]
    return Found(*(sum(column) for column in zip(*found, strict=True))) if found else Found()
