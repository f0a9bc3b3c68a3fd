"""The letters of titles, weighted by how rare each piece is."""

from __future__ import annotations

from collections import Counter

from digest.rarity import letter_rows


def test_pieces_of_familiar_words_weigh_less() -> None:
    fresh = letter_rows(["model"], 100, Counter())
    worn = letter_rows(["model"], 100, Counter({"model": 25}))
    assert worn.max() < fresh.max()
