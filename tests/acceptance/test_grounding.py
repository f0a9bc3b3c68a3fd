"""Two real weeks drafted as a user would: nothing in any brief that its reports do not say.

The patterns here are the test's own, so that it does not share a mistake with the code it checks.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date
from html import unescape

import pytest

pytestmark = pytest.mark.shared

PARTS = (
    "insight", "what_changed", "why_it_matters", "what_to_do_next", "takeaways", "deep_dive",
    "implications",
)  # fmt: skip
WEEKS = ("2026-W22", "2026-W30")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
MONEY = re.compile(r"([$€£¥])\s?(\d[\d.,]*\d|\d)(?:\s?(million|billion|trillion|[MBKT]\b))?", re.I)
MONTH_DAY = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December)"
    r"\s+(\d{1,2})\b"
)
WEEKDAY = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w’'.-]*[\w]")
QUOTE = re.compile(r"“([^”]*)”")
FRAME = re.compile(r"^(?:According to ([^:]+): |([^:“]+): (?=“.*”$))")
DANGLING = re.compile(
    r"(?:It|They|He|She|This|These|Those|That|Its|Their|His|Her|Both|Such|Another|Here|Also|But|And"
    r"|So|However)(?:['’]s|['’]re)?\s(?!(?:past |coming )?(?:week|month|year|morning|summer|paper"
    r"|work|study|survey)\b)"
)
CHAFF = re.compile(
    r"\b(?:subscribe|newsletter|click|sign up|read more|learn more|cookies?|affiliate|podcast"
    r"|advertisement|all rights reserved|min read|photo by|follow us)\b|^By [A-Z]\w+ [A-Z]\w+\b",
    re.IGNORECASE,
)
AHEAD = re.compile(
    r"\b(?:will|plans?|planning|expect\w*|by 20\d\d|by next|by the end|due|set to|aims?|intends?"
    r"|forecasts?|next|later this|in the coming|could|likely|scheduled|poised|on track)\b"
)
CUT = re.compile(r"(?:…|\.\.\.|[,;:–—-]|(?<![\w-])(?:and|or|but|the|an?|of|that|which|who))\.?$")


@pytest.fixture(scope="module", params=WEEKS)
def drafted(request, shared, tmp_path_factory):
    """The drafted issue in every format, by its name, and the file it was imported from."""
    from click.testing import CliRunner

    from digest.cli import main

    source = shared / "data" / "ai_weeks" / request.param / "items.jsonl"
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("RECAP_DATABASE_URL", "RECAP_WRITER_URL"):
            patch.delenv(name, raising=False)
        patch.chdir(folder)
        run = CliRunner()
        for command in (
            ["init"],
            ["import", str(source)],
            ["draft", "--week", request.param],
        ):
            assert run.invoke(main, command).exit_code == 0
        formats = {
            name: run.invoke(main, ["show", "1", "--format", name]).output
            for name in ("json", "html", "text", "eml")
        }
    return formats, source


@pytest.fixture(scope="module")
def week(drafted):
    """The issue as data, and every item that was imported, by id."""
    formats, source = drafted
    raw = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    return json.loads(formats["json"]), {record["id"]: record for record in raw}


@pytest.fixture(scope="module")
def mail(drafted):
    """Both parts of the mail without markup and blanks; the whole of it is small enough."""
    formats, _ = drafted
    assert len(formats["eml"].encode()) < 102_400
    html = unescape(re.sub(r"<[^>]+>", "", formats["html"]))
    return squeezed(html), squeezed(formats["text"])


def squeezed(text):
    return re.sub(r"[\s|-]+", "", text)


def stories(shown):
    return [story for theme in shown["themes"] for story in theme["stories"]] + shown["also"]


def sentences(shown):
    """Each printed sentence with its part, story and cited ids; the timeline's too."""
    for story in stories(shown):
        for part in (*PARTS, "timeline"):
            for line in story["brief"][part]:
                yield part, story, line


def plain(text):
    text = unicodedata.normalize("NFKC", text.replace("\u00ad", ""))
    text = re.sub(r"[‘’]", "'", re.sub(r"[“”„]", '"', text))
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", re.sub(r"&amp;", "&", text))
    return re.sub(r"[*\\_`]|\s+", " ", text)


def evidence(line, items):
    """Title, summary and source of the cited items, as one text."""
    cited = [items[id] for id in line["items"]]
    return plain(" ".join(f"{i['title']} {i['summary']} {i['source']} {i['url']}" for i in cited))


def test_every_sentence_cites_reports_of_its_own_story(week):
    shown, _ = week
    for part, story, line in sentences(shown):
        ids = {item["id"] for item in story["items"]}
        assert line["items"], (part, line)
        assert set(line["items"]) <= ids, (part, line)


def test_every_number_and_amount_of_money_is_in_the_cited_reports(week):
    shown, items = week
    for _, story, line in sentences(shown):
        said = evidence(line, items)
        text = plain(line["text"])
        assert set(NUMBER.findall(text)) <= set(NUMBER.findall(said)), (story["title"], line)
        money = {tuple(map(str.lower, match)) for match in MONEY.findall(said)}
        for match in MONEY.findall(text):
            assert tuple(map(str.lower, match)) in money, (story["title"], line)


def test_every_date_is_in_the_cited_reports(week):
    shown, items = week
    for _, story, line in sentences(shown):
        said = evidence(line, items)
        text = plain(line["text"])
        assert set(MONTH_DAY.findall(text)) <= set(MONTH_DAY.findall(said)), (story["title"], line)
        assert set(WEEKDAY.findall(text)) <= set(WEEKDAY.findall(said)), (story["title"], line)


def test_every_name_is_in_the_cited_reports(week):
    shown, items = week
    for _, story, line in sentences(shown):
        said = evidence(line, items).lower()
        for name in NAME.findall(plain(line["text"])):
            assert name.removesuffix("'s").lower() in said, (story["title"], name, line)


def test_every_quote_is_verbatim(week):
    shown, items = week
    for _, story, line in sentences(shown):
        said = evidence(line, items).lower()
        for quote in QUOTE.findall(line["text"]):
            assert plain(quote).strip(" .,").lower() in said, (story["title"], line)


def test_no_sentence_is_over_45_words_or_cut_in_a_clause(week):
    shown, _ = week
    for part, story, line in sentences(shown):
        text = line["text"]
        assert len(text.split()) <= 45, (story["title"], part, text)
        assert re.search(r"[.!][”\"’')]*$", text), (story["title"], part, text)
        assert not CUT.search(text.rstrip("”\"’')")), (story["title"], part, text)
        assert text[0].isupper() or not text[0].isalpha(), (story["title"], part, text)
        for one, other in ("“”", "()", "[]"):
            assert text.count(one) == text.count(other), (story["title"], part, text)


def test_no_part_begins_with_a_word_for_what_no_one_has_said(week):
    shown, _ = week
    for part, story, line in sentences(shown):
        if line not in story["brief"]["what_changed"][1:]:  # a second one may read on
            text = FRAME.sub("", line["text"]).lstrip("“")
            assert not DANGLING.match(text), (story["title"], part, text)


def test_a_sentence_that_reads_on_stands_right_after_the_one_before_it_in_the_report(week):
    shown, items = week
    for story in stories(shown):
        first, *further = story["brief"]["what_changed"] or [None]
        for line in further:
            if DANGLING.match(line["text"]):
                assert line["items"] == first["items"]
                said = re.sub(r"\[\d+\]", "", evidence(line, items))
                start = said.find(plain(line["text"])[:40])
                assert plain(first["text"])[-30:-1] in said[max(0, start - 250) : start]


def test_nothing_that_is_printed_sells_or_speaks_of_its_own_page(week):
    shown, _ = week
    for part, story, line in sentences(shown):
        assert not CHAFF.search(line["text"]), (story["title"], part, line["text"])


def test_no_part_says_only_what_the_headline_says(week):
    shown, _ = week
    for part, story, line in sentences(shown):
        words = set(re.findall(r"\w{3,}", plain(line["text"]).lower()))
        headline = set(re.findall(r"\w{3,}", plain(story["title"]).lower()))
        assert len(words - headline) >= 3, (story["title"], part, line["text"])


def test_an_implication_speaks_of_what_is_to_come(week):
    shown, _ = week
    for part, story, line in sentences(shown):
        assert part != "implications" or AHEAD.search(line["text"]), (story["title"], line["text"])


def test_every_story_with_a_report_in_english_of_some_length_is_told(week):
    """Four in five of them: the rest is how-to, opinion and lists, which tell no news."""
    shown, items = week
    told = []
    for story in stories(shown):
        texts = [items[item["id"]]["summary"] for item in story["items"]]
        if any(len(re.findall(r"[a-z]+ [a-z]+", text)) > 60 for text in texts):
            told.append(bool(story["brief"]["what_changed"]))
    assert sum(told) >= 0.8 * len(told)


def test_the_mail_tells_every_story_in_both_parts(week, mail):
    shown, _ = week
    for story in [story for theme in shown["themes"] for story in theme["stories"]]:
        for part in ("what_changed", "why_it_matters"):
            for line in story["brief"][part]:
                for form in mail:
                    assert squeezed(line["text"]) in form, (story["title"], part)


def test_the_mail_tells_one_story_in_depth(week, mail):
    shown, _ = week
    briefs = [story["brief"] for theme in shown["themes"] for story in theme["stories"]]
    told = [
        brief
        for brief in briefs
        for form in mail
        if brief["comparison"]["rows"]
        and all(squeezed(cell) in form for row in brief["comparison"]["rows"] for cell in row)
    ]
    assert told


def test_an_insight_is_one_line_with_a_number(week):
    shown, _ = week
    lines = [line["text"] for part, _, line in sentences(shown) if part == "insight"]
    assert lines
    assert all(len(text) <= 110 for text in lines)
    spelled = (
        r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|million|billion)\b"
    )
    assert all(re.search(spelled, text) for text in lines)


def test_no_sentence_stands_twice_in_an_issue(week):
    shown, _ = week
    printed = [FRAME.sub("", line["text"]) for _, _, line in sentences(shown)]
    assert len(printed) == len(set(printed))


def test_a_claim_about_the_future_names_who_makes_it(week):
    shown, items = week
    for part, _, line in sentences(shown):
        if part == "implications":
            frame = FRAME.match(line["text"])
            assert frame, line
            name = (frame[1] or frame[2]).lower()
            assert name in evidence(line, items).lower() or name == "the authors"


def test_a_table_has_cells_that_a_report_has(week):
    shown, items = week
    for story in stories(shown):
        table = story["brief"]["comparison"]
        said = " ".join(evidence({"items": [item["id"]]}, items) for item in story["items"])
        for row in table["rows"]:
            assert len(row) == len(table["columns"])
            assert all(plain(cell) in said for cell in row)


def test_a_timeline_is_in_order_and_not_past_the_possible(week):
    shown, _ = week
    for story in stories(shown):
        days = [line["date"] for line in story["brief"]["timeline"]]
        assert days == sorted(days)
        for day in days:
            assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", day)
            date.fromisoformat((day + "-01-01")[:10])
