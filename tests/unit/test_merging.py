"""Rows become groups: average link, its cuts, and the round in which texts move."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix
from sklearn.metrics import adjusted_rand_score

from digest.mergetree import _pairs, cut_at, cut_into, merge_tree
from digest.merging import merged_labels
from digest.refinement import FEW, refined
from digest.vectors import tfidf_rows


def directions(count: int, seed: int = 0) -> np.ndarray:
    points = np.random.default_rng(seed).normal(size=(count, 6))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def at_angles(*degrees: float) -> np.ndarray:
    turns = np.radians(degrees)
    return np.stack([np.cos(turns), np.sin(turns)], axis=1)


# --- the tree


@pytest.mark.parametrize("seed", range(3))
def test_the_tree_is_that_of_average_link_on_cosines(seed: int) -> None:
    points = directions(200, seed)
    tree = merge_tree(points)
    expected = linkage(points, "average", metric="cosine")
    assert np.allclose(tree[:, 2], expected[:, 2], atol=1e-5)
    for groups in (2, 7, 40):
        cut = fcluster(expected, groups, "maxclust")
        assert adjusted_rand_score(cut, cut_into(tree, groups)) == 1.0


def test_the_tree_is_one_that_scipy_takes() -> None:
    tree = merge_tree(directions(50))
    groups = fcluster(tree, 0.5, "distance")
    assert adjusted_rand_score(groups, cut_at(tree, 0.5)) == 1.0
    assert tree[-1, 3] == 50


def test_one_point_is_one_group() -> None:
    tree = merge_tree(at_angles(10))
    assert tree.shape == (0, 4)
    assert cut_at(tree, 0.5).tolist() == cut_into(tree, 1).tolist() == [0]


def test_equal_points_merge_first() -> None:
    tree = merge_tree(at_angles(0, 40, 0, 90, 0))
    assert tree[:2, 2].tolist() == [0.0, 0.0]
    labels = cut_at(tree, 0.0)
    assert labels[0] == labels[2] == labels[4]
    assert len(set(labels.tolist())) == 3


def test_many_equal_points_are_no_work() -> None:
    points = np.repeat(at_angles(0, 90), 2000, axis=0)
    assert np.bincount(cut_into(merge_tree(points), 2)).tolist() == [2000, 2000]


def test_points_of_length_0_merge_too() -> None:
    assert len(set(cut_at(merge_tree(np.vstack([at_angles(0, 1), np.zeros((1, 2))])), 0.5))) == 2


def test_likenesses_that_chase_each_other_round_give_one_pair() -> None:
    near, alike = np.array([1, 2, 0]), np.array([0.5, 0.6, 0.55], dtype=np.float32)
    left, right = _pairs(near, alike)
    assert (left.tolist(), right.tolist()) == ([1], [2])
    assert alike[1] == np.float32(0.6)


# --- cuts


def test_a_cut_counts_only_groups_that_are_large_enough() -> None:
    tree = merge_tree(at_angles(0, 1, 2, 30, 31, 32, 200))
    assert len(set(cut_into(tree, 2).tolist())) == 2
    labels = cut_into(tree, 2, least=2)
    assert len(set(labels.tolist())) == 3
    assert labels[0] != labels[3]


def test_where_groups_are_never_large_enough_any_size_counts() -> None:
    tree = merge_tree(at_angles(0, 1, 90, 180))
    assert len(set(cut_into(tree, 3, least=3).tolist())) == 3


def test_there_are_no_more_groups_than_points() -> None:
    tree = merge_tree(at_angles(0, 20, 90))
    assert len(set(cut_into(tree, 3).tolist())) == len(set(cut_into(tree, 5).tolist())) == 3


# --- the round of moving


def test_a_text_moves_to_the_group_of_its_words_and_neighbours() -> None:
    terms = csr_matrix(np.array([[1, 1, 0, 0]] * 7 + [[0, 0, 1, 1]] * 6, dtype=float))
    graph = csr_matrix((terms @ terms.T).toarray() / 2 - np.eye(13))
    labels = np.array([0] * 6 + [1] * 7)
    assert refined(terms, graph, labels).tolist() == [0] * 7 + [1] * 6


def test_nothing_moves_in_or_out_of_few_texts() -> None:
    terms = csr_matrix(np.ones((FEW + 1, 3)))
    graph = csr_matrix(np.ones((FEW + 1, FEW + 1)))
    labels = np.array([0] * FEW + [1])
    assert refined(terms, graph, labels).tolist() == labels.tolist()


def test_groups_of_few_texts_stay_as_they_are() -> None:
    labels = np.array([0, 1, 1])
    assert refined(csr_matrix(np.eye(3)), csr_matrix((3, 3)), labels).tolist() == [0, 1, 1]


# --- rows to groups


def subjects(*counts: int) -> list[str]:
    return [
        f"subject{s} matter{s} thing{s}" for s, count in enumerate(counts) for _ in range(count)
    ]


def test_a_known_number_of_groups_is_made() -> None:
    labels = merged_labels(tfidf_rows(subjects(5, 4, 3)), 3)
    assert np.bincount(labels).tolist() == [5, 4, 3]


def test_an_unknown_number_of_groups_is_found() -> None:
    labels = merged_labels(tfidf_rows(subjects(5, 4, 3)), None)
    assert np.bincount(labels).tolist() == [5, 4, 3]


def test_a_stray_text_takes_no_place_of_a_group() -> None:
    texts = [*subjects(60, 60), "nothing like any other"]
    labels = merged_labels(tfidf_rows(texts), 2)
    assert labels[0] != labels[60]
    assert len(set(labels.tolist())) == 2


def test_small_groups_count_where_there_are_no_others() -> None:
    labels = merged_labels(tfidf_rows([*subjects(30, 30), "one text", "other words"]), 3)
    assert len(set(labels.tolist())) == 3


def test_one_row_is_one_group() -> None:
    assert merged_labels(tfidf_rows(["open model"]), 1).tolist() == [0]
