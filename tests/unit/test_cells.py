from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.cells import guarded, labels_text, read_labels, unguarded


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1"])
def test_no_spreadsheet_takes_a_guarded_cell_for_a_formula(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ada", "'s", "1-1", "O'Hara"])
def test_any_other_cell_stays_as_it_is(text):
    assert guarded(text) == unguarded(text) == text


@given(st.text(alphabet="'=+-@\t\rab", max_size=5))
def test_a_guarded_cell_gives_its_text_back(text):
    assert unguarded(guarded(text)) == text


@given(st.lists(st.text(min_size=1), min_size=1))
def test_a_list_of_labels_comes_back(labels):
    assert read_labels(labels_text(labels)) == tuple(labels)


def test_no_label_is_an_empty_cell():
    assert labels_text(()) == ""


@pytest.mark.parametrize(
    ("text", "labels"), [("a; b", ("a", " b")), ("[a", ("[a",)), ("[1]", ("1",))]
)
def test_labels_that_people_wrote_are_read_too(text, labels):
    assert read_labels(text) == labels
