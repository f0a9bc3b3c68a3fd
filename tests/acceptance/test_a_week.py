"""From an empty folder to delivered mail, typed as a user would."""

from __future__ import annotations

import email
import email.policy
import json
import socket
from datetime import datetime
from importlib.resources import files

import pytest

from digest.pipeline import sending
from digest.settings import load_settings
from digest.store import open_store

WEEK = "2026-W19"
COLLECTED = "2026-05-10T18:00"
NOW = "2026-05-11T06:00"


@pytest.fixture
def drafted(project):
    with (files("digest") / "sample" / "week.jsonl").open("rb") as sample:
        (project.folder / "week.jsonl").write_bytes(sample.read())
    project("import", "week.jsonl", "--now", COLLECTED)
    project("draft", "--week", WEEK, "--now", NOW)
    return project


def document(project, number: int = 1):
    return json.loads(project("show", number, "--format", "json").output)


def test_init_makes_a_ready_project_and_says_what_comes_next(recap):
    told = recap("init", "mine").output
    assert {path.name for path in (recap.folder / "mine").iterdir()} >= {
        "schedules.yaml",
        "schedules.schema.json",
        ".env",
        "sources.opml",
        "recap.db",
    }
    assert (recap.folder / "mine" / ".env").stat().st_mode & 0o077 == 0
    assert "next: cd mine && recap collect" in told


def test_init_again_keeps_what_is_there(project):
    before = (project.folder / ".env").read_text()
    (project.folder / "schedules.yaml").write_text(
        (project.folder / "schedules.yaml").read_text().replace("name: Weekly", "name: Monthly")
    )
    assert "kept" in project("init").output
    assert (project.folder / ".env").read_text() == before
    assert "name: Monthly" in (project.folder / "schedules.yaml").read_text()


def test_an_import_counts_what_is_new_known_and_refused(project, drafted):
    again = drafted("import", "week.jsonl", "--now", COLLECTED).output
    assert "0 new items of 135" in again
    counts = json.loads(drafted("import", "week.jsonl", "--now", COLLECTED, "--json").output)[
        "counts"
    ]
    assert counts == {"read": 135, "new": 0, "known": 134, "refused": 1}


def test_a_draft_can_be_shown_in_every_form(drafted):
    shown = document(drafted)
    assert (shown["number"], shown["week"], shown["status"]) == (1, WEEK, "draft")
    html = drafted("show", 1, "--format", "html").output
    text = drafted("show", 1).output
    assert html.rstrip().endswith("</html>")
    message = email.message_from_bytes(
        drafted("show", 1, "--format", "eml").stdout_bytes, policy=email.policy.default
    )
    assert message["Subject"] == shown["subject"]
    for theme in shown["themes"]:
        for story in theme["stories"]:
            assert story["url"].split("//")[1] in html
            assert story["url"].split("//")[1] in text


def test_the_json_has_the_documented_form(drafted):
    shown = document(drafted)
    assert set(shown) >= {"number", "week", "status", "title", "subject", "preheader", "intro",
                          "themes", "also", "left_out"}  # fmt: skip
    story = shown["themes"][0]["stories"][0]
    assert set(story) >= {"id", "title", "url", "score", "signals", "items", "brief"}
    assert set(story["items"][0]) >= {"id", "url", "source", "title", "published"}
    assert set(next(iter(story["signals"].values()))) == {"value", "weight", "points"}
    ids = {item["id"] for item in story["items"]}
    for part in ("insight", "what_changed", "why_it_matters", "takeaways"):
        for sentence in story["brief"][part]:
            assert set(sentence["items"]) <= ids
    assert set(story["brief"]["comparison"]) == {"columns", "rows"}


def test_draft_prints_the_same_json_as_show(drafted):
    drawn = json.loads(drafted("draft", "--week", WEEK, "--now", NOW, "--json").output)
    assert drawn == document(drafted)


def test_drafting_again_changes_nothing_but_the_revision(drafted):
    first = document(drafted)
    drafted("draft", "--week", WEEK, "--now", NOW)
    second = document(drafted)
    assert (first.pop("revision"), second.pop("revision")) == (1, 2)
    assert first == second


def test_the_points_of_a_story_add_up_to_its_score(drafted):
    table = drafted.folder / "scores.csv"
    drafted("scores", 1, "--csv", table)
    lines = table.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("story,title,score,coverage")
    assert len(lines) == 1 + len(document(drafted)["also"]) + sum(
        len(theme["stories"]) for theme in document(drafted)["themes"]
    )
    assert "coverage" in drafted("scores", 1).output


def test_a_draft_is_checked_approved_and_sent_once_to_each(drafted):
    drafted("subscribers", "add", "ada@reader.example", "--name", "Ada")
    drafted("subscribers", "add", "bo@reader.example")
    assert "0 errors" in drafted("lint", 1).output
    refused = drafted("send", 1, exit_code=1).output
    assert "issue 1 is draft" in refused
    assert "recap approve 1" in refused
    unseen = drafted("approve", 1, "--now", NOW, exit_code=1).output
    assert "no test copy of issue 1 as it is now (revision 1) was sent" in unseen
    assert "a copy to me@reader.example" in drafted("test", 1, "--to", "me@reader.example").output
    (copy,) = (drafted.folder / "outbox").glob("*.eml")
    assert "Subject: [Test] " in copy.read_text()
    copy.unlink()
    assert "it would reach 2" in drafted("approve", 1, "--now", NOW).output
    assert "2 subscribers" in drafted("send", 1, "--dry-run").output
    assert not list((drafted.folder / "outbox").iterdir())
    assert "2 sent" in drafted("send", 1).output
    assert len(list((drafted.folder / "outbox").glob("*.eml"))) == 2
    assert "is sent" in drafted("send", 1, exit_code=1).output
    rows = json.loads(drafted("deliveries", 1, "--json").output)
    assert {row["state"] for row in rows} == {"sent"}
    assert "ada@reader.example" in drafted("deliveries", 1).output


def test_mails_that_wait_for_their_reader_s_hour_are_told(drafted):
    drafted("subscribers", "add", "ada@reader.example", "--zone", "Asia/Tokyo")
    drafted("subscribers", "add", "bo@reader.example", "--zone", "Pacific/Honolulu")
    drafted("approve", 1, "--now", NOW, "--without-test")
    settings, now = load_settings(drafted.folder), datetime.fromisoformat(f"{NOW}+00:00")
    in_a_century = "2126-06-03T08:00"  # the command goes by the clock of the machine
    with open_store(settings.database_url) as store:
        sending.begin(store, settings, 1, now=now, by="schedule", leave_local=in_a_century)
    waiting = "2 mails wait for their hour, Sun 2 Jun 23:00 to Mon 3 Jun 18:00 UTC"
    assert waiting in drafted("send", 1, "--dry-run").output
    sent = drafted("send", 1).output
    assert "2 planned" in sent
    assert f"{waiting}; `recap run` sends them then" in sent
    told = drafted("deliveries", 1).output
    assert "due 2126-06-02 23:00 UTC" in told
    assert waiting in told
    rows = json.loads(drafted("deliveries", 1, "--json").output)
    assert rows[1]["due_at"] == "2126-06-03T18:00:00+00:00"


def test_findings_are_told_with_their_rule_place_and_fix(drafted):
    told = drafted("lint", 1).output
    assert "warning: footer: no postal address [postal-address]" in told
    assert "fix: set `newsletter.address`" in told
    (row,) = [
        row for row in json.loads(drafted("lint", 1, "--json").output) if row["place"] == "footer"
    ]
    assert list(row) == ["level", "rule", "place", "message", "fix"]


def test_links_are_asked_for_only_if_wanted(drafted, monkeypatch):
    def offline(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    assert "was reached" not in drafted("lint", 1).output
    assert (
        "links was reached: the name of the host is not known"
        in drafted("lint", 1, "--links").output
    )


def test_an_issue_that_is_sent_is_not_drafted_again(drafted):
    drafted("approve", 1, "--without-test", "--now", NOW)
    told = drafted("draft", "--week", WEEK, "--now", NOW, exit_code=1).output
    assert "issue 1 of week 2026-W19 is approved" in told


def test_the_lists_name_what_there_is(drafted):
    assert "2026-W19" in drafted("issues").output
    assert json.loads(drafted("issues", "--json").output)[0]["status"] == "draft"
    assert "OpenAI News" in drafted("sources", "list").output
    assert len(json.loads(drafted("sources", "list", "--json").output)) >= 15
    assert "no subscriber yet" in drafted("subscribers", "list").output
    assert "was not sent to anyone yet" in drafted("deliveries", 1).output
    drafted("subscribers", "add", "ada@reader.example")
    assert "known" in drafted("subscribers", "add", "ADA@reader.example").output
    assert json.loads(drafted("subscribers", "list", "--json").output) == [
        {"email": "ada@reader.example", "name": "", "status": "confirmed"}
    ]


def test_the_next_runs_are_printed_in_the_zone_and_in_utc(project):
    told = project("schedules", "--now", "2026-05-25").output
    assert "weekly-recap (UTC)" in told
    assert "Fri 2026-05-29 14:00  (Fri 14:00 UTC)  draft    builds the first draft" in told
    (outlook,) = json.loads(project("schedules", "--now", "2026-05-25", "--json").output)
    first = outlook["runs"][0]
    assert (first["step"], first["utc"]) == ("collect", "2026-05-25T06:00:00+00:00")
    assert len(outlook["policies"]) == 2


def test_a_run_after_a_change_of_the_clocks_says_so(project):
    path = project.folder / "schedules.yaml"
    path.write_text(path.read_text().replace("timezone: UTC", "timezone: Europe/Berlin"))
    told = project("schedules", "--now", "2026-10-24").output
    assert "the clocks have changed: UTC+01:00, before it UTC+02:00" in told


def test_an_upgrade_renews_the_schema_beside_the_schedules(project):
    path = project.folder / "schedules.schema.json"
    path.write_text("{}")
    assert "schedules.schema.json" in project("upgrade").output
    assert "Moment" in path.read_text()
    assert "schedules.schema.json" not in project("upgrade").output


def test_sources_can_be_imported_from_opml(project):
    (project.folder / "mine.opml").write_text(
        '<opml version="2.0"><body><outline text="Mine" xmlUrl="https://mine.example/feed"/>'
        "</body></opml>"
    )
    assert "1 new, 0 known" in project("import", "mine.opml").output
    assert "https://mine.example/feed" in project("sources", "list").output


def test_the_second_issue_starts_where_the_first_ended(drafted):
    lines = [
        {"url": f"https://late.example/{n}", "title": title, "source": "Late Wire",
         "published": "2026-05-10T23:30:00Z", "first_seen": "2026-05-11T01:00:00Z",
         "summary": f"{title} after the cut-off of the first issue, the company said."}
        for n, title in enumerate(["Zephyr opens an AI lab", "Umbral ships an LLM for lawyers"])
    ]  # fmt: skip
    (drafted.folder / "late.jsonl").write_text("\n".join(map(json.dumps, lines)))
    drafted("import", "late.jsonl", "--now", "2026-05-11T02:00")
    drafted("draft", "--week", "2026-W20", "--now", "2026-05-17T12:00")
    second = document(drafted, 2)
    stories = [*second["also"], *(s for theme in second["themes"] for s in theme["stories"])]
    assert {story["title"] for story in stories} == {line["title"] for line in lines}
    assert all(story["late"] for story in stories)
    assert "only 2 stories" in second["intro"][0]


def test_a_title_that_a_spreadsheet_would_take_for_a_formula_is_written_as_text(project):
    line = {"url": "https://w.example/1", "title": "=AI(1)+cmd", "published": "2026-05-06"}
    (project.folder / "week.jsonl").write_text(json.dumps(line))
    project("import", "week.jsonl", "--now", COLLECTED)
    project("draft", "--week", WEEK, "--now", NOW)
    project("scores", 1, "--csv", "scores.csv")
    assert "'=AI(1)+cmd" in (project.folder / "scores.csv").read_text()


def test_a_week_between_two_issues_is_refused_if_they_answer_for_all_of_it(drafted):
    late = {"url": "https://w.example/1", "title": "An AI lab opens", "published": "2026-05-27"}
    (drafted.folder / "late.jsonl").write_text(json.dumps(late))
    drafted("import", "late.jsonl", "--now", "2026-05-27T12:00")
    drafted("draft", "--week", "2026-W22", "--now", "2026-06-01T06:00")
    told = drafted("draft", "--week", "2026-W20", "--now", "2026-06-01T06:00", exit_code=1).output
    assert "2026-W20 has no time left to report on" in told


def test_a_draft_built_again_later_does_not_reach_into_the_next_issue(project):
    lines = [
        {"url": f"https://w.example/{day}", "title": f"An AI lab opens on day {day}",
         "published": f"2026-05-{day}T10:00:00Z", "first_seen": f"2026-05-{day}T10:05:00Z"}
        for day in (27, 28, 30, 31)
    ]  # fmt: skip
    (project.folder / "week.jsonl").write_text("\n".join(map(json.dumps, lines)))
    project("import", "week.jsonl")
    project("draft", "--week", "2026-W22", "--now", "2026-05-29T14:00")
    project("draft", "--week", "2026-W23", "--now", "2026-06-05T14:00")
    project("draft", "--week", "2026-W22", "--now", "2026-06-06T14:00")
    items = [
        [i["id"] for s in shown["also"] + [s for t in shown["themes"] for s in t["stories"]]
         for i in s["items"]]
        for shown in (document(project, 1), document(project, 2))
    ]  # fmt: skip
    assert [len(ids) for ids in items] == [2, 2]
    assert not set(items[0]) & set(items[1])


def test_a_source_is_muted_heard_again_and_exported(project):
    project("sources", "mute", "OpenAI News")
    assert "(muted)" in project("sources", "list").output
    project("sources", "mute", "OpenAI News", "--off")
    assert "(muted)" not in project("sources", "list").output
    assert (
        "no source is called `Nobody`" in project("sources", "mute", "Nobody", exit_code=1).output
    )
    (project.folder / "copy.opml").write_text(project("sources", "export").output)
    assert "0 new, 43 known" in project("import", "copy.opml").output
