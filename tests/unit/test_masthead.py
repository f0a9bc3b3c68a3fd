from __future__ import annotations

from dataclasses import replace

from digest.masthead import intro, preheader, subject
from tests.builders import make_issue, make_item, make_story, make_theme


def told_by(*sources: str, title: str = "Corvid raises $1B for chips"):
    return make_story(*[make_item(source=source, title=title) for source in sources])


def test_the_subject_is_the_fullest_headline_that_an_inbox_shows_whole():
    story = make_story(
        make_item(title="A headline that runs on and on until no inbox can show all of its words"),
        make_item(title="Corvid raises $1B for its second chip"),
        make_item(title="Corvid raises money"),
        make_item(title="Corvid raises $1B for its second chip in Ohio", language="de"),
    )
    assert subject(story, "en") == "Corvid raises $1B for its second chip"


def test_a_subject_that_fits_nowhere_is_cut_at_a_word():
    story = make_story(make_item(title="A long AI headline " * 5))
    assert subject(story, "en") == "A long AI headline A long AI headline A long AI headline A…"


def test_the_preheader_names_the_next_two_and_not_the_subject():
    ranked = [told_by("A", title=f"Story number {n}") for n in range(4)]
    assert preheader("Recap", ranked) == "Also: Story number 1; Story number 2"


def test_a_preheader_never_runs_past_what_an_inbox_shows():
    ranked = [told_by("A", title="A very long headline indeed " * 9) for _ in range(3)]
    assert len(preheader("Recap", ranked)) <= 140
    assert len(preheader("Recap", ranked[:2])) <= 140


def test_a_single_story_is_announced_with_the_newsletters_name():
    assert preheader("Recap", [told_by("A")]) == "Recap: Corvid raises $1B for chips"


def test_the_intro_says_how_much_was_read_what_was_shared_and_what_it_is_about():
    lead = told_by("A", "B", "C")
    others = [told_by("A"), told_by("D"), told_by("D"), told_by("B", "D")]
    issue = make_issue(make_theme("Chips", stories=(lead, *others)))
    assert intro(issue, lead) == (
        "5 stories from 8 reports by 4 sources.",
        "2 told by more than one source, the lead by 3.",
        "Themes: Chips.",
    )


def test_a_lead_of_one_source_is_not_said_to_be_shared():
    lead = told_by("A")
    assert len(intro(make_issue(make_theme(stories=(lead, told_by("B")))), lead)) == 2


def test_fewer_than_five_stories_are_a_quiet_week():
    lead = told_by("A")
    issue = make_issue(make_theme(stories=(lead, told_by("A"))))
    assert intro(issue, lead)[0] == "A quiet week: only 2 stories from 2 reports by 1 source."


def test_an_issue_without_themes_names_none():
    lead = told_by("A")
    issue = replace(make_issue(), themes=(), also=(lead,))
    assert intro(issue, lead) == ("A quiet week: only 1 story from 1 report by 1 source.",)
