"""The standing subjects and the words that say them."""

from __future__ import annotations

import pytest

from digest.subjects import KIN, NOISE, SUBJECTS
from digest.vectors import tokenize

NAMES = [subject.name for subject in SUBJECTS]


@pytest.mark.parametrize("phrase", NOISE.split(","))
def test_a_fixed_phrase_hides_no_single_word(phrase: str) -> None:
    assert len(tokenize(phrase)) > 1


def test_the_shipped_subjects_have_names_of_one_to_four_words_and_each_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(1 <= len(name.split()) <= 4 for name in NAMES)


def test_kin_are_subjects_and_what_both_are_has_one_to_four_words() -> None:
    assert all({one, other} <= set(NAMES) for one, other, _ in KIN)
    assert all(1 <= len(both.split()) <= 4 for _, _, both in KIN)


def test_a_narrower_name_has_one_to_four_words_and_is_no_subject_s() -> None:
    narrower = [name for one in SUBJECTS for name in one.narrower.split(", ") if name]
    assert narrower
    assert all(1 <= len(name.split()) <= 4 and name not in NAMES for name in narrower)
