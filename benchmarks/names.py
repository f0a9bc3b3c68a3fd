"""How well groups of texts are named, beside the top terms of c-TF-IDF, as JSON.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/names.py [--quick] [--data DIR]

A name hits its class when it holds the class's name or one of the synonyms below, which were
written before the first run and stay as they are. Groups are the true classes, then the clusters
of `theme_labels`, each standing for the class most of its texts have. Exit code 1 if a floor is
not reached. The names of forty themes of weekly headlines are printed to be read.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.feature_extraction.text import CountVectorizer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.clustering import DATA, read  # noqa: E402
from digest.labels import headline_name, name_groups  # noqa: E402
from digest.themes import theme_labels  # noqa: E402
from digest.vectors import stem, tokenize  # noqa: E402

FLOORS = {"hit@1": 7, "hit@3": 9, "distinct": 1.0, "two_seeds": 0.8}
THEMES = 40

SYNONYMS: dict[str, str] = {
    "bbc business": """business economy economic economist market bank banking company firm profit
        growth oil share stock sale price dollar euro trade deficit finance financial money
        investment investor shareholder export inflation interest rate merger takeover bid""",
    "bbc entertainment": """entertainment film movie cinema music actor actress album band award
        oscar star singer song chart tv television box-office theatre comedy comedian director
        festival celebrity musical""",
    "bbc politics": """politics political politician labour tory conservative party election
        minister government blair brown howard mp parliament lib dem vote voter campaign
        chancellor commons lord secretary""",
    "bbc sport": """sport match player cup team club coach champion championship rugby football
        league olympic tennis cricket goal season athlete athletics chelsea arsenal liverpool
        united nations striker injury final""",
    "bbc tech": """tech technology software computer internet mobile phone online net web user
        microsoft broadband digital pc gadget game gamer gaming virus spam search google device
        download""",
    "uci b": """business market bank banking stock share price company deal sale economy economic
        fed merger takeover bankruptcy investor shareholder profit earnings trade job retailer
        store airline fuel gas oil buyout acquisition finance money""",
    "uci e": """entertainment movie film music tv television star celebrity album show episode
        season bachelor singer song actor actress premiere trailer box-office award oscar wedding
        concert finale hollywood""",
    "uci m": """health medical medicine drug cancer disease patient doctor hospital virus vaccine
        flu fda diabetes heart brain smoking cigarette e-cigarette treatment surgery
        alzheimer obesity autism diet""",
    "uci t": """tech technology science google apple iphone android smartphone phone app microsoft
        samsung xbox playstation game gaming software internet web twitter facebook bitcoin
        console device smartwatch""",
}

Labels = Sequence[int] | np.ndarray


def hit(phrases: Sequence[str], wanted: str) -> bool:
    """Whether one of the phrases holds a word of the list, in any number or case."""
    words = {stem(word) for word in wanted.split()}
    return not words.isdisjoint(tokenize(" ".join(phrases)))


def top_terms(texts: Sequence[str], labels: Labels) -> dict[int, tuple[str, ...]]:
    """The baseline: the three terms of a group with the highest c-TF-IDF.

    Source: M. Grootendorst, "BERTopic", 2022.
    """
    groups: dict[int, list[str]] = defaultdict(list)
    for text, label in zip(texts, labels, strict=True):
        groups[int(label)].append(text)
    vectoriser = CountVectorizer(stop_words="english", ngram_range=(1, 2), min_df=1)
    counts = vectoriser.fit_transform(" ".join(groups[label]) for label in sorted(groups))
    counts = counts.toarray().astype(float)
    terms = vectoriser.get_feature_names_out()
    weights = counts / counts.sum(axis=1, keepdims=True)
    weights *= np.log1p(counts.sum() / len(counts) / counts.sum(axis=0))
    return {
        label: tuple(terms[np.argsort(-row, kind="stable")[:3]])
        for label, row in zip(sorted(groups), weights, strict=True)
    }


def hits(names: Mapping[int, Sequence[str]], classes: Mapping[int, str]) -> dict[str, Any]:
    """The groups hit by the first phrase and by the first three, and the phrases themselves."""
    return {
        "hit@1": sum(hit(names[label][:1], SYNONYMS[classes[label]]) for label in names),
        "hit@3": sum(hit(names[label][:3], SYNONYMS[classes[label]]) for label in names),
        "groups": len(names),
        "names": {f"{label} {classes[label]}": names[label][:3] for label in sorted(names)},
    }


def category(name: str, data: Path, *, seed: int = 0) -> dict[str, Any]:
    """One corpus: the names of its true classes and of its clusters, and the baseline's."""
    classes, titles, bodies = read(data / f"{name}.tsv.gz")
    if name == "uci87":
        with gzip.open(data / "uci87_meta.tsv.gz", "rt", encoding="utf-8") as lines:
            classes = [line.partition("\t")[0] for line in lines]
    kinds = sorted(set(classes))
    true = [kinds.index(one) for one in classes]
    clusters = theme_labels(titles, bodies, n_themes=len(kinds), seed=seed)
    texts = [f"{title} {body}" for title, body in zip(titles, bodies, strict=True)]
    found: dict[str, Any] = {}
    for what, labels in (("classes", true), ("clusters", clusters)):
        members: dict[int, Counter[str]] = defaultdict(Counter)
        for label, one in zip(labels, classes, strict=True):
            members[int(label)][f"{name.removesuffix('87')} {one}"] += 1
        most = {label: counts.most_common(1)[0][0] for label, counts in members.items()}
        found[what] = hits(name_groups(titles, bodies, labels), most)
        found[f"{what}_c_tf_idf"] = hits(top_terms(texts, labels), most)
    return found


def weekly(data: Path) -> dict[str, Any]:
    """Forty themes over every headline of the weekly issues, in two seeds."""
    with gzip.open(data / "lwai.jsonl.gz", "rt", encoding="utf-8") as lines:
        titles = [json.loads(line)["title"] for line in lines]
    empty = [""] * len(titles)
    one, other = (theme_labels(titles, empty, n_themes=THEMES, seed=seed) for seed in (0, 1))
    first, second = (name_groups(titles, empty, labels) for labels in (one, other))
    phrases = [phrase for found in first.values() for phrase in found[:3]]
    under: dict[int, list[str]] = defaultdict(list)
    for title, label in zip(titles, one, strict=True):
        under[int(label)].append(title)
    names = [headline_name(found, under[label]) for label, found in first.items()]
    baseline = top_terms(titles, one)
    terms = [term for found in baseline.values() for term in found]
    return {
        "names": names,
        "phrases": {label: found[:3] for label, found in first.items()},
        "distinct": round(len(set(phrases)) / len(phrases), 3),
        "distinct_names": round(len(set(names)) / len(names), 3),
        "distinct_c_tf_idf": round(len(set(terms)) / len(terms), 3),
        "two_seeds": likeness(one, other, first, second),
        "two_seeds_c_tf_idf": likeness(one, other, baseline, top_terms(titles, other)),
    }


def likeness(
    one: Labels,
    other: Labels,
    first: Mapping[int, Sequence[str]],
    second: Mapping[int, Sequence[str]],
) -> float:
    """The mean Jaccard overlap of the words of matched groups' names, in [0, 1]."""
    table = np.zeros((len(first), len(second)))
    np.add.at(table, (np.asarray(one), np.asarray(other)), 1)
    shares = []
    for left, right in zip(*linear_sum_assignment(table, maximize=True), strict=True):
        ours, theirs = (
            set(tokenize(headline_name(found))) for found in (first[int(left)], second[int(right)])
        )
        shares.append(len(ours & theirs) / len(ours | theirs))
    return round(statistics.mean(shares), 3)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="without the forty themes")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the labelled corpora")
    arguments = parser.parse_args()
    found: dict[str, Any] = {name: category(name, arguments.data) for name in ("bbc", "uci87")}
    for what in ("classes", "clusters", "classes_c_tf_idf", "clusters_c_tf_idf"):
        found[what] = {
            rank: sum(found[name][what][rank] for name in ("bbc", "uci87"))
            for rank in ("hit@1", "hit@3", "groups")
        }
    reached = all(
        found[what][rank] >= FLOORS[rank]
        for what in ("classes", "clusters")
        for rank in ("hit@1", "hit@3")
    )
    if not arguments.quick:
        found["lwai"] = weekly(arguments.data)
        reached = reached and all(
            found["lwai"][what] >= FLOORS[what] for what in ("distinct", "two_seeds")
        )
    print(json.dumps({**found, "floor": FLOORS, "reached": reached}, indent=2, ensure_ascii=False))
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
