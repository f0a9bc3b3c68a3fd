"""Tokens, TF-IDF rows and smoothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import vectors
from digest.vectors import (
    nearest,
    neighbourhood,
    numbered,
    smooth,
    stem,
    telling,
    term_rows,
    text_order,
    tfidf_rows,
    tokenize,
    unspaced,
)


def lengths(rows: object) -> np.ndarray:
    return np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())  # type: ignore[attr-defined]


@pytest.mark.parametrize("whole", ["$1.2b", "3nm", "gpt-5", "c++", "40%", "1,000", "h100", "at&t"])
def test_amounts_sizes_and_versions_stay_whole(whole: str) -> None:
    assert whole in tokenize(f"The {whole.upper()} launch")


def test_a_hyphened_word_gives_itself_and_its_parts() -> None:
    assert tokenize("open-weight models") == ["open-weight", "open", "weight", "model"]


def test_parts_that_are_numbers_or_stop_words_are_no_terms() -> None:
    assert tokenize("GPT-5 state-of-the-art") == [
        "gpt-5",
        "gpt",
        "state-of-the-art",
        "state",
        "art",
    ]


def test_stop_words_single_letters_and_possessives_are_left_out() -> None:
    assert tokenize("The company's x and don’t") == ["company"]


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("chips", "chip"),
        ("companies", "company"),
        ("prices", "price"),
        ("focus", "focus"),
        ("analysis", "analysis"),
        ("access", "access"),
        ("shoes", "shoe"),
        ("aws", "aws"),
        ("model", "model"),
    ],
)
def test_plurals_lose_their_s_and_words_that_only_end_in_s_keep_it(
    plural: str, singular: str
) -> None:
    assert stem(plural) == singular


def test_a_run_of_chinese_gives_its_character_pairs() -> None:
    assert tokenize("开源大模型 Kestrel") == ["开源", "源大", "大模", "模型", "kestrel"]
    assert tokenize("芯") == ["芯"]


def test_thai_and_hindi_marks_do_not_break_words() -> None:
    assert tokenize("हिन्दी") == ["हिन्दी"]
    assert "".join(pair[0] for pair in tokenize("ภาษาไทย")) == "ภาษาไท"


def test_scripts_without_spaces_are_told_from_the_others() -> None:
    assert unspaced("模型")
    assert not unspaced("model")


def test_rows_have_length_one_and_empty_texts_length_zero() -> None:
    rows = tfidf_rows(["open model", "closed model", "", "the of and"])
    assert lengths(rows).round(6).tolist() == [1.0, 1.0, 0.0, 0.0]


def test_texts_without_any_term_give_empty_rows() -> None:
    assert tfidf_rows(["", "the"]).nnz == 0
    assert tfidf_rows([]).shape == (0, 1)


def test_a_term_in_more_than_half_of_twenty_texts_is_dropped() -> None:
    texts = [f"model word{i}" for i in range(20)]
    assert tfidf_rows(texts).shape[1] == 20


def test_where_every_term_is_everywhere_all_stay() -> None:
    assert tfidf_rows(["open models"] * 30).nnz == 60


def test_from_a_thousand_lists_on_a_term_must_be_in_two() -> None:
    lists = [[f"pair{i // 2}", f"own{i}"] for i in range(1000)]
    assert term_rows(lists).shape[1] == 500


def test_a_row_has_at_most_fifteen_neighbours_however_many_are_equal() -> None:
    graph = nearest(tfidf_rows(["chip yield"] * 40 + [f"court {i}" for i in range(90)]))
    assert graph.getnnz(axis=1).max() <= 16
    assert graph.diagonal().sum() == 0


def test_of_too_many_rows_each_is_known_by_its_rarest_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = tfidf_rows([f"chip pair{i // 2} own{i}" for i in range(18)])
    assert nearest(rows)[0].nnz == 3
    assert telling(rows, rows) is rows
    monkeypatch.setattr(vectors, "PRODUCTS", 18 * (1 + 2))
    monkeypatch.setattr(vectors, "EACH", 0.0)
    assert telling(rows, rows).getnnz(axis=1).tolist() == [2] * 18
    assert nearest(rows)[0].nnz == 1


def test_a_row_of_common_columns_keeps_its_rarest(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = tfidf_rows(["chip yield", "chip yield", "chip", "", "fab"])
    monkeypatch.setattr(vectors, "PRODUCTS", 0)
    monkeypatch.setattr(vectors, "EACH", 1.0)
    assert telling(rows, rows).getnnz(axis=1).tolist() == [1, 1, 1, 0, 1]


def test_how_much_is_looked_at_of_a_row_hangs_on_no_other_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = tfidf_rows([f"chip pair{i // 2} own{i}" for i in range(18)])
    monkeypatch.setattr(vectors, "PRODUCTS", 0)
    monkeypatch.setattr(vectors, "EACH", 3.0)
    whole = telling(rows, rows)
    monkeypatch.setattr(vectors, "_TOLD", 5)
    assert (telling(rows, rows) != whole).nnz == 0


def test_neighbours_share_terms_and_never_are_the_row_itself() -> None:
    graph = nearest(tfidf_rows(["chip yield rises", "chip yield falls", "court ruling", ""]))
    assert graph.diagonal().sum() == 0
    assert graph[0, 1] > 0
    assert graph[2].nnz == 0
    assert graph[3].nnz == 0


def test_smoothing_gives_a_row_the_terms_of_its_neighbours() -> None:
    texts = ["chip yield", "yield foundry", "court ruling"]
    rows = tfidf_rows(texts)
    smoothed = smooth(rows)
    assert smoothed[0].nnz == 3
    assert (smoothed[2] != rows[2]).nnz == 0
    assert lengths(smoothed).round(6).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("count", [0, 1])
def test_one_row_or_none_is_left_as_it_is(count: int) -> None:
    rows = tfidf_rows(["one text"] * count)
    assert smooth(rows).shape == rows.shape


def test_a_neighbourhood_is_symmetric() -> None:
    graph = neighbourhood(tfidf_rows([f"word{i} word{i + 1} word{i + 2}" for i in range(30)]))
    assert abs(graph - graph.T).max() < 1e-12


@pytest.mark.parametrize("count", [0, 1])
def test_one_row_or_none_has_no_neighbours(count: int) -> None:
    assert neighbourhood(tfidf_rows(["one text"] * count)).nnz == 0


def test_groups_are_numbered_by_size_then_by_first_text() -> None:
    labels = np.array([7, 3, 3, 9])
    assert numbered(labels, ["b", "c", "d", "a"]).tolist() == [2, 0, 0, 1]


def test_the_order_of_texts_is_that_of_their_characters() -> None:
    assert text_order(["b", "a", "c"]).tolist() == [1, 0, 2]


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_gives_terms_of_its_own_characters_without_blanks(text: str) -> None:
    for term in tokenize(text):
        assert term
        assert not any(character.isspace() for character in term)
