"""Two real weeks drafted as a user would: nothing in any brief that its reports do not say.

The patterns here are the test's own, so that it does not share a mistake with the code it checks.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date

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
CUT = re.compile(r"(?:…|\.\.\.|[,;:–—-]|(?<![\w-])(?:and|or|but|the|an?|of|that|which|who))\.?$")


@pytest.fixture(scope="module", params=WEEKS)
def week(request, shared, tmp_path_factory):
    """The drafted issue as JSON, and every item that was imported, by id."""
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
        shown = json.loads(run.invoke(main, ["show", "1", "--format", "json"]).output)
    raw = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    return shown, {record["id"]: record for record in raw}


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
        for one, other in ("“”", "()"):
            assert text.count(one) == text.count(other), (story["title"], part, text)


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
