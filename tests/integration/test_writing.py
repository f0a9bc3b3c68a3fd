from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from digest.errors import WriterError
from digest.model import Brief, Sentence
from digest.pipeline.writing import AT_ONCE, rewrite
from digest.writers.extractive import ExtractiveWriter
from tests.builders import NOW, make_issue, make_item, make_story, make_theme, said

SUMMARY = "Northwind ordered 4,000 accelerators from Halcyon on Tuesday."


class Memory:
    """A cache in memory."""

    def __init__(self) -> None:
        self.kept = {}

    def written(self, key):
        return self.kept.get(key)

    def save_written(self, key, writer, brief, at):
        self.kept[key] = brief


class Author:
    """A writer that says what it is told to: a brief, an error, or a brief a story."""

    name = "wordsmith-1"

    def __init__(self, *said, most=99):
        self.said = list(said)
        self.most = most
        self.asked = []

    def covers(self, stories):
        return min(len(stories), self.most - len(self.asked))

    def key(self, story):
        return f"{self.name}/{story.id}"

    def write(self, story):
        self.asked.append(story.id)
        number = int(story.id.removeprefix("s"))
        answer = self.said[min(number, len(self.said) - 1)]
        answer = answer(story) if callable(answer) else answer
        if isinstance(answer, WriterError):
            raise answer
        return answer


def story_of(number: int):
    return make_story(make_item(f"s{number}", f"Northwind report {number}", summary=SUMMARY))


def issue_of(count: int):
    stories = [story_of(number) for number in range(count)]
    return make_issue(make_theme("Infra capex", stories[:2]), also=tuple(stories[2:]))


def good(story) -> Brief:
    return Brief(what_changed=said("Northwind gave Halcyon an order for 4,000.", story.id))


def run(issue, writer, cache=None):
    return rewrite(issue, writer, cache=cache or Memory(), now=NOW)


def test_every_printed_story_is_worded_and_labelled():
    done = run(issue_of(5), Author(good))
    assert [story.brief.what_changed[0].text for story in done.issue.stories] == [
        "Northwind gave Halcyon an order for 4,000."
    ] * 5
    assert {story.brief.writer for story in done.issue.stories} == {"wordsmith-1"}
    assert done.counts == {"briefs": 5, "briefs by the writer": 5, "sentences dropped": 0}
    assert done.lines == ()


def test_everything_but_the_briefs_stays_as_it_was():
    issue = issue_of(3)
    done = run(issue, Author(good)).issue
    pairs = zip(done.stories, issue.stories, strict=True)
    assert all(replace(new, brief=old.brief) == old for new, old in pairs)
    assert replace(done, themes=issue.themes, also=issue.also) == issue


def test_the_parts_that_are_never_a_models_stay_extractive():
    spoofed = said("The writer says so.", "s0")
    theirs = Brief(
        what_changed=said("Northwind gave Halcyon an order for 4,000.", "s0"),
        credit=spoofed, freshness=spoofed, related=(), continues=spoofed, implications=spoofed,
        writer="somebody else",
    )  # fmt: skip
    issue = issue_of(1)
    (story,) = run(issue, Author(theirs)).issue.stories
    before = issue.stories[0].brief
    assert replace(story.brief, what_changed=before.what_changed, writer="") == before
    assert story.brief.writer == "wordsmith-1"


def test_a_sentence_with_an_invented_number_gives_way_to_the_extractive_part():
    invented = Brief(
        what_changed=said("Northwind gave Halcyon an order for 9,000.", "s0"),
        takeaways=said("The order is for 4,000 accelerators.", "s0"),
    )
    issue = issue_of(1)
    done = run(issue, Author(invented))
    (story,) = done.issue.stories
    assert story.brief.what_changed == issue.stories[0].brief.what_changed
    assert story.brief.takeaways == invented.takeaways
    assert story.brief.writer == "wordsmith-1"
    assert done.counts["sentences dropped"] == 1
    (line,) = done.lines
    assert (line.subject, line.kind) == (story.title, "refused")
    assert "9,000" in line.reason


def test_what_stays_extractive_does_not_repeat_what_the_model_says():
    item = make_item("s0", "Northwind report 0", summary=SUMMARY)
    repeated = said("Northwind ordered 4,000 accelerators from Halcyon on Tuesday.", "s0")
    other = said("Halcyon will ship the first boards in autumn.", "s0")
    before = Brief(what_changed=repeated, takeaways=repeated + other)
    issue = make_issue(make_theme("Infra capex", [make_story(item, brief=before)]))
    worded = Brief(
        what_changed=said("Northwind ordered 4,000 accelerators from Halcyon.", "s0"),
        who_should_care=said("Developers", "s0"),
    )
    (story,) = run(issue, Author(worded)).issue.stories
    assert story.brief.what_changed == worded.what_changed
    assert story.brief.takeaways == other


def test_a_brief_of_which_nothing_holds_is_no_models():
    issue = issue_of(1)
    done = run(issue, Author(Brief(what_changed=said("They sold 77 of 88.", "s0"))))
    assert done.issue == issue
    assert done.counts == {"briefs": 1, "briefs by the writer": 0, "sentences dropped": 1}


def test_a_sentence_is_dropped_for_its_form_too():
    long = Brief(
        insight=said("x" * 111, "s0"),
        who_should_care=(Sentence("Developers", ("s0",)), Sentence("Everyone", ("s0",))),
        what_changed=said("Northwind gave Halcyon an order.", "s9"),
    )
    done = run(issue_of(1), Author(long))
    (story,) = done.issue.stories
    assert story.brief.who_should_care == (Sentence("Developers", ("s0",)),)
    assert done.counts["sentences dropped"] == 3
    assert all(line.reason.startswith("sentence dropped: ") for line in done.lines)


def test_a_failure_keeps_the_extractive_brief_and_is_told():
    issue = issue_of(3)
    broken = WriterError("the answer is nonsense", hint="ask for sense")
    done = run(issue, Author(good, broken, good))
    assert done.issue.stories[1] == issue.stories[1]
    assert [bool(story.brief.writer) for story in done.issue.stories] == [True, False, True]
    (line,) = done.lines
    assert (line.subject, line.kind) == (issue.stories[1].title, "failed")
    assert line.reason == "extractive brief kept: the answer is nonsense; ask for sense"


def test_after_three_failures_in_a_row_nothing_more_is_asked():
    issue = issue_of(12)
    writer = Author(WriterError("no connection"))
    done = run(issue, writer)
    assert done.issue == issue
    assert len(writer.asked) == 1 + AT_ONCE
    told = done.lines[-1]
    assert (told.subject, told.kind) == ("wordsmith-1", "noted")
    assert told.reason == "3 failures in a row: 7 briefs not asked for, extractive"


def test_failures_with_an_answer_between_them_do_not_end_the_asking():
    broken = WriterError("no connection")
    writer = Author(broken, broken, good, broken, broken, good, broken, broken, good)
    run(issue_of(9), writer)
    assert len(writer.asked) == 9


def test_a_failure_that_concerns_every_story_ends_the_asking_at_once():
    writer = Author(WriterError("the key is wrong", final=True))
    done = run(issue_of(9), writer)
    assert writer.asked == ["s0"]
    assert "8 briefs not asked for" in done.lines[-1].reason


def test_what_was_answered_beside_a_final_failure_is_kept():
    writer = Author(good, WriterError("quota", final=True), good)
    done = run(issue_of(9), writer)
    assert done.counts["briefs by the writer"] == AT_ONCE
    assert len(writer.asked) == 1 + AT_ONCE


def test_no_more_is_asked_than_the_budget_covers():
    writer = Author(good, most=3)
    done = run(issue_of(6), writer)
    assert sorted(writer.asked) == ["s0", "s1", "s2"]
    assert [bool(story.brief.writer) for story in done.issue.stories] == [True] * 3 + [False] * 3
    (line,) = done.lines
    assert line.kind == "noted"
    assert "budget" in line.reason
    assert "3 briefs not asked for" in line.reason


def test_what_was_written_before_is_not_asked_again():
    cache = Memory()
    first = run(issue_of(5), Author(good), cache)
    writer = Author(WriterError("must not be asked"), most=0)
    again = run(issue_of(5), writer, cache)
    assert writer.asked == []
    assert (again.issue, again.lines, again.counts) == (first.issue, (), first.counts)


def test_a_kept_answer_is_checked_again():
    cache = Memory()
    cache.kept["wordsmith-1/s0"] = Brief(what_changed=said("They sold 77 of 88.", "s0"))
    issue = issue_of(1)
    done = run(issue, Author(good), cache)
    assert done.issue == issue
    assert done.counts["sentences dropped"] == 1


def test_a_failure_is_not_kept():
    cache = Memory()
    run(issue_of(1), Author(WriterError("no connection")), cache)
    assert cache.kept == {}


def test_answers_that_come_in_another_order_make_the_same_issue():
    def late(event, other):
        def wait(story):
            assert other is None or other.wait(10)
            if event:
                event.set()
            return good(story)

        return wait

    last = threading.Event()
    backwards = Author(good, late(None, last), good, late(last, None), good)
    first, second = run(issue_of(5), Author(good)), run(issue_of(5), backwards)
    assert (first.issue, first.lines) == (second.issue, second.lines)


def test_steps_tell_how_far_the_asking_is():
    steps = []
    rewrite(issue_of(7), Author(good), cache=Memory(), now=NOW, on_step=steps.append)
    assert steps == ["write 1 of 7", "write 2 of 7", "write 6 of 7"]


def test_the_extractive_writer_has_nothing_to_rewrite():
    issue = issue_of(3)
    done = run(issue, ExtractiveWriter())
    assert done.issue is issue
    assert (done.lines, done.counts) == ((), {})


def test_the_extractive_writer_is_a_writer():
    story, writer = story_of(1), ExtractiveWriter()
    assert writer.write(story).what_changed == said(SUMMARY, "s1")
    assert writer.covers([story, story]) == 2
    assert writer.key(story) == "s1"


@pytest.mark.parametrize("count", [1, 2])
def test_a_small_issue_has_briefs_too(count):
    assert run(issue_of(count), Author(good)).counts["briefs by the writer"] == count
