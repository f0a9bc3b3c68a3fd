"""How strongly a story shows a subject."""

from __future__ import annotations

from digest.model import Story
from digest.strengths import cues, cues_held, strengths
from digest.subjects import SUBJECTS, Subject
from tests.builders import make_item

CHIPS = Subject("Chips", "chip, custom silicon, tpu #", "wafer, yield, foundry", "kestrel #")
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
        strengths([story("Custom silicon")], [Subject("A", "custom silicon, silicon")])[0, 0] == 1.3
    )


def test_a_longer_cue_of_one_subject_hides_nothing_from_another() -> None:
    two = [Subject("A", "memory chip, chip"), Subject("B", "chip")]
    assert strengths([story("A memory chip")], two).tolist() == [[1.3, 1.0]]


def test_a_number_stands_for_any_number() -> None:
    assert shown(story("TPU 8 arrives"), story("TPU 5.1"), story("TPU arrives"))[:2] == [
        [1.3, 0.0],
        [1.3, 0.0],
    ]


def test_no_stories_and_no_subjects_give_empty_tables() -> None:
    assert strengths([], SOME).shape == (0, 2)
    assert strengths([story("A chip")], []).shape == (1, 0)


def test_words_inside_a_fixed_phrase_are_no_cues() -> None:
    found = strengths([story("FBI agent explains"), story("An agent explains")], SUBJECTS)
    agents = [subject.name for subject in SUBJECTS].index("AI Agents")
    assert found[:, agents].tolist() == [0.0, 1.0]


def test_every_shipped_cue_can_be_found() -> None:
    assert "" not in cues(SUBJECTS)
    assert all(cues([subject]) for subject in SUBJECTS)


def test_a_name_with_a_number_says_it_where_a_release_is_announced() -> None:
    assert shown(story("Corvid unveils Kestrel 5")) == [[1.3, 0.0]]
    assert shown(story("Kestrel 5")) == [[1.3, 0.0]]
    assert shown(story("A long evening with friends and with Kestrel 5")) == [[0.4, 0.0]]


def test_what_no_headline_says_is_never_sure() -> None:
    text = "A chip, custom silicon, a TPU 4 and a wafer of the foundry."
    assert shown(story("Evening news", text)) == [[0.95, 0.12]]


def test_the_cues_of_a_subject_are_told_with_what_each_counts() -> None:
    one = story("Custom silicon", "A chip and a wafer.")
    assert cues_held(one, CHIPS) == (("custom silicon", 1.3), ("chip", 0.3), ("wafer", 0.12))
    assert cues_held(story("Rhubarb"), CHIPS) == ()
    assert cues_held(one, Subject("Nothing", "")) == ()
