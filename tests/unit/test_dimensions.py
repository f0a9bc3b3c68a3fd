"""Rows in few dimensions."""

from __future__ import annotations

import numpy as np
import pytest

from digest.dimensions import evened, reduce, scaled
from digest.vectors import tfidf_rows


def test_reduced_rows_have_at_most_the_dimensions_asked_for() -> None:
    rows = tfidf_rows([f"word{i} word{i + 1} word{i + 2}" for i in range(30)])
    points = reduce(rows, 5)
    assert points.shape == (30, 5)
    assert np.all(np.diff((points**2).sum(axis=0)) < 1e-6)


def test_too_few_rows_to_reduce_stay_as_they_are() -> None:
    assert reduce(tfidf_rows(["open model", "closed chip"]), 5).shape == (2, 4)


def test_equal_rows_are_reduced_to_equal_points() -> None:
    points = reduce(tfidf_rows(["open model weights"] * 4), 5)
    assert np.allclose(points, points[0])


def test_evened_points_keep_their_products_and_first_show_what_weighs_most() -> None:
    points = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    turned = evened(points, np.array([0.1, 0.1, 1.0]))
    assert np.allclose(turned @ turned.T, points @ points.T)
    assert np.abs(turned[:, 0]).round(6).tolist() == [0.0, 0.0, 1.0]


def test_scaled_points_are_alike_as_they_are_in_each_number_of_dimensions() -> None:
    points = scaled(np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [2.0, 0.0, 0.0]]), (1, 9))
    assert points.shape == (3, 4)
    assert np.allclose(np.linalg.norm(points, axis=1), 1.0)
    assert points[0] @ points[1] == pytest.approx((1 + np.sqrt(0.5)) / 2, abs=1e-5)
    assert points[0].tolist() == points[2].tolist()
