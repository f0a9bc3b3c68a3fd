from __future__ import annotations

import json
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from digest.errors import WriterError
from digest.model import Brief
from digest.writers.prompt import PARTS, SCHEMA, messages, read_answer
from tests.builders import make_item, make_story

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
SAID = st.fixed_dictionaries({"text": st.text(), "items": st.lists(st.text(max_size=5))})


@given(st.text())
def test_any_text_is_a_brief_or_a_failure(text):
    with suppress(WriterError):
        assert isinstance(read_answer(text), Brief)


@given(st.dictionaries(st.sampled_from([*PARTS, "other"]), VALUES | st.lists(SAID)))
def test_any_json_is_a_brief_or_a_failure(document):
    with suppress(WriterError):
        brief = read_answer(json.dumps(document))
        assert any(getattr(brief, part) for part in PARTS)


@given(st.lists(SAID, min_size=1))
def test_every_text_that_is_read_is_one_printable_line(said):
    brief = read_answer(json.dumps({"takeaways": said}))
    assert all(s.text == " ".join(s.text.split()) for s in brief.takeaways)
    assert all(s.text.isprintable() or not s.text.isascii() for s in brief.takeaways)


@given(st.text(), st.text())
def test_no_report_leaves_its_marks(title, summary):
    _, user = messages(make_story(make_item("a", title or "x", summary=summary)), "en")
    content = user["content"]
    assert content.startswith("<reports>\n")
    assert content.endswith("\n</reports>")
    assert (content.count("<"), content.count(">")) == (2, 2)
    (report,) = json.loads(content.removeprefix("<reports>").removesuffix("</reports>"))
    assert report["title"] == (title or "x")


def test_the_system_message_names_every_part_and_the_language():
    system, _ = messages(make_story(), "de")
    assert all(f"- {part}:" in system["content"] for part in PARTS)
    assert "“de”" in system["content"]
    assert list(SCHEMA["properties"]) == list(PARTS)


def test_the_same_story_is_asked_about_in_the_same_words():
    item = make_item("a", "Title")
    assert messages(make_story(item), "en") == messages(make_story(item), "en")
