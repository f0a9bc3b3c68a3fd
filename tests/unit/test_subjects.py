"""Standing subjects and what shows them."""

from __future__ import annotations

import pytest

from digest.model import Story
from digest.subjects import NOISE, SUBJECTS, Subject, cues, strengths
from digest.vectors import tokenize
from tests.builders import make_item

CHIPS = Subject("Chips", "chip, custom silicon, tpu #", "wafer, yield, foundry")
LAW = Subject("Law", "senate, court", "chip")
SOME = (CHIPS, LAW)


def story(title: str, summary: str = "", *others: str, source: str = "Fen Post") -> Story:
    items = [make_item(title=title, summary=summary, source=source)]
    items += [make_item(title=other, summary="", source="Fen Post") for other in others]
    return Story(id=items[0].id, items=tuple(items))


def shown(*stories: Story) -> list[list[float]]:
    return [[round(value, 2) for value in row] for row in strengths(stories, SOME).tolist()]


def test_a_sure_cue_in_the_printed_title_is_enough() -> None:
    assert shown(story("Senate hears three witnesses")) == [[0.0, 1.0]]


def test_a_cue_in_the_summary_or_in_another_title_counts_less() -> None:
    assert shown(story("Hearing ends", "The Senate met.")) == [[0.0, 0.3]]
    assert shown(story("Hearing ends", "", "Senate meets")) == [[0.0, 0.5]]


def test_a_source_that_is_named_after_a_subject_says_a_little() -> None:
    assert shown(story("Hearing ends", source="Court Circular")) == [[0.0, 0.5]]


def test_a_cue_counts_once_in_any_case_and_number() -> None:
    assert shown(story("Courts", "A court, THE COURT.", "Court")) == [[0.0, 1.0]]


def test_hints_alone_make_no_story_one_s_own() -> None:
    assert shown(story("Wafer yield at the foundry")) == [[0.8, 0.0]]


def test_a_cue_may_point_to_two_subjects() -> None:
    assert shown(story("A chip")) == [[1.0, 0.4]]


def test_the_longest_cue_counts_and_not_what_lies_within_it() -> None:
    assert (
        strengths([story("Custom silicon")], [Subject("A", "custom silicon, silicon")])[0, 0] == 1
    )


def test_a_longer_cue_of_one_subject_hides_nothing_from_another() -> None:
    two = [Subject("A", "memory chip, chip"), Subject("B", "chip")]
    assert strengths([story("A memory chip")], two).tolist() == [[1.0, 1.0]]


def test_a_number_stands_for_any_number() -> None:
    assert shown(story("TPU 8 arrives"), story("TPU 5.1"), story("TPU arrives"))[:2] == [
        [1.0, 0.0],
        [1.0, 0.0],
    ]


def test_no_stories_and_no_subjects_give_empty_tables() -> None:
    assert strengths([], SOME).shape == (0, 2)
    assert strengths([story("A chip")], []).shape == (1, 0)


def test_words_inside_a_fixed_phrase_are_no_cues() -> None:
    found = strengths([story("FBI agent explains"), story("An agent explains")], SUBJECTS)
    agents = [subject.name for subject in SUBJECTS].index("AI Agents")
    assert found[:, agents].tolist() == [0.0, 1.0]


@pytest.mark.parametrize("phrase", NOISE.split(","))
def test_a_fixed_phrase_hides_no_single_word(phrase: str) -> None:
    assert len(tokenize(phrase)) > 1


def test_the_shipped_subjects_have_names_of_one_to_four_words_and_each_its_own() -> None:
    names = [subject.name for subject in SUBJECTS]
    assert len(set(names)) == len(names)
    assert all(1 <= len(name.split()) <= 4 for name in names)


def test_every_shipped_cue_can_be_found() -> None:
    assert "" not in cues(SUBJECTS)
    assert all(cues([subject]) for subject in SUBJECTS)
