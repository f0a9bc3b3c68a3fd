"""Ranking weights from what editors kept and dropped, held close to the weights they start from.

A logistic regression on the scoreboard: a row a story that could have been printed, a column a
signal. The weights keep the form of `digest.ranking.WEIGHTS`: none is negative and they sum to 100,
so that a score stays in [0, 100].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_ISSUES = 8
"""Issues that editors must have approved before anything is learned."""
BY_HAND = 3.0
"""What a story counts that an editor moved, against one that stays where the machine put it."""
SLOPE = 0.1
"""Log-odds of being chosen by a point of score; measured on issues that editors made by hand."""
PRIORS = (0.03, 0.1, 0.3, 1.0)
"""How far the weights may go, tried from the least: variances of a shift, in log-odds."""
SURELY = 2.0
"""Standard errors by which held-out issues must be ranked better for the weights to move."""
FOLDS = 5
DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class Choice:
    """A story that could have been printed.

    Attributes:
        signals: name -> value in [0, 1].
        kept: whether the approved issue printed it.
        counts: how much it teaches, `BY_HAND` where the editor decided it against the machine.
    """

    signals: Mapping[str, float]
    kept: bool
    counts: float = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """How well weights rank issues that they were not learned from.

    Attributes:
        precision: mean over the issues of the average precision of what was kept, in [0, 1].
        found: kept stories that stand among the best N of their issue, which printed N.
    """

    precision: float
    found: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the issues teach.

    Attributes:
        weights: name -> points, not negative, summing to 100; the given ones if nothing is sure.
        issues: how many taught.
        choices: how many stories they chose from.
        kept: how many of these they printed.
        before: the fit of the given weights.
        after: the fit of weights that are learned the same way from the other issues.
        gain: of average precision: the mean over the issues, and its 95 % bootstrap interval.
    """

    weights: Mapping[str, float]
    issues: int
    choices: int
    kept: int
    before: Fit
    after: Fit
    gain: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class _Rows:
    """One issue as arrays: signals (n, s), kept (n,), counts (n,)."""

    values: NDArray[np.float64]
    kept: NDArray[np.bool_]
    counts: NDArray[np.float64]


def learn_weights(issues: Sequence[Sequence[Choice]], shipped: Mapping[str, float]) -> Lesson:
    """Learn weights from approved issues, and measure them on issues that they have not seen.

    Every issue is ranked once by the shipped weights and once by weights learned from all others.
    The weights move only where that ranks issues surely better.

    Args:
        issues: of each the stories it chose from, in any order; `LEAST_ISSUES` at the least, each
            with a story kept and one not.
        shipped: name -> points, which sum to 100.
    """
    import numpy as np

    names = sorted(shipped)
    start = np.array([shipped[name] for name in names])
    cases = [_rows(choices, names) for choices in issues]
    unseen = [_learned([*cases[:at], *cases[at + 1 :]], start) for at in range(len(cases))]
    before = [_fit(case, start) for case in cases]
    after = [_fit(case, weights) for case, weights in zip(cases, unseen, strict=True)]
    pairs = zip(before, after, strict=True)
    gains = np.array([new.precision - old.precision for old, new in pairs])
    learned = dict(zip(names, _learned(cases, start).round(1).tolist(), strict=True))
    return Lesson(
        weights={name: learned[name] for name in shipped},
        issues=len(cases),
        choices=sum(len(case.kept) for case in cases),
        kept=sum(int(case.kept.sum()) for case in cases),
        before=_mean(before),
        after=_mean(after),
        gain=_interval(gains),
    )


def _rows(choices: Sequence[Choice], names: Sequence[str]) -> _Rows:
    import numpy as np

    table = sorted(
        (*(choice.signals.get(name, 0.0) for name in names), choice.kept, choice.counts)
        for choice in choices
    )  # sorted, because the last bit of a sum hangs on the order
    cells = np.array(table, dtype=np.float64)
    return _Rows(cells[:, :-2], cells[:, -2] > 0, cells[:, -1])


def _learned(cases: Sequence[_Rows], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights by the prior that ranks held-out issues best; `start` where none surely does."""
    import numpy as np

    folds = [range(first, len(cases), FOLDS) for first in range(FOLDS)]
    old = np.array([_fit(case, start).precision for case in cases])
    best, least = start, 0.0
    for prior in PRIORS:
        new = np.empty_like(old)
        for fold in folds:
            others = [case for at, case in enumerate(cases) if at not in fold]
            weights = _fitted(others, start, prior)
            new[fold] = [_fit(cases[at], weights).precision for at in fold]
        gains = new - old
        sure = gains.mean() - SURELY * gains.std(ddof=1) / np.sqrt(len(gains))
        if sure > least:
            best, least = _fitted(cases, start, prior), sure
    return best


def _fitted(
    cases: Sequence[_Rows], start: NDArray[np.float64], prior: float
) -> NDArray[np.float64]:
    """Weights by a logistic regression on the old score and, held back, on each signal."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    # Issues differ in how many stories they choose from: each is centred by itself.
    values = np.concatenate(
        [case.values - np.average(case.values, axis=0, weights=case.counts) for case in cases]
    )
    table = np.column_stack([values @ start, values])
    model = LogisticRegression(C=prior, solver="newton-cholesky")
    model.fit(
        table,
        np.concatenate([case.kept for case in cases]),
        sample_weight=np.concatenate([case.counts for case in cases]),
    )
    slope, *shifts = model.coef_[0]
    return _in_points(start + np.array(shifts) / max(slope, SLOPE), start)


def _in_points(weights: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights that are not negative and sum to 100; `start` where none is above 0."""
    import numpy as np

    held = np.maximum(weights, 0.0)
    return 100.0 * held / held.sum() if held.any() else start


def _fit(case: _Rows, weights: NDArray[np.float64]) -> Fit:
    import numpy as np
    from sklearn.metrics import average_precision_score

    scores = (case.values @ weights).round(6)
    best = np.argsort(-scores, kind="stable")[: int(case.kept.sum())]
    precision = float(average_precision_score(case.kept, scores))
    return Fit(precision, int(case.kept[best].sum()))


def _mean(fits: Sequence[Fit]) -> Fit:
    precision = sum(fit.precision for fit in fits) / len(fits)
    return Fit(round(precision, 4), sum(fit.found for fit in fits))


def _interval(gains: NDArray[np.float64]) -> tuple[float, float, float]:
    import numpy as np

    drawn = np.random.default_rng(0).integers(0, len(gains), (DRAWS, len(gains)))
    low, high = np.percentile(gains[drawn].mean(axis=1), [2.5, 97.5])
    return round(float(gains.mean()), 4), round(float(low), 4), round(float(high), 4)
