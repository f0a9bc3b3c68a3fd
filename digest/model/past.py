"""What earlier weeks left behind for the next draft: the issues, the words, the counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from digest.model.content import Issue


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """In how many of `documents` earlier reports each term stood; empty in the first week.

    Attributes:
        documents: reports counted.
        counts: term, as `digest.vectors.tokenize` gives it, to the number of reports holding it.
    """

    documents: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Past:
    """The memory a draft is made with; the empty one is that of a first issue.

    Attributes:
        issues: earlier issues, newest first.
        vocabulary: of the reports of the same weeks.
        collected: source name to the number of its items in the windows of those issues.
    """

    issues: tuple[Issue, ...] = ()
    vocabulary: Vocabulary = Vocabulary()
    collected: Mapping[str, int] = field(default_factory=dict)
