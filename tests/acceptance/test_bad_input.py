"""Whatever is handed in: a clear error or a counted refusal, everything else kept, no traceback."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from digest.errors import InputError
from digest.pipeline.project import write_whole

NOW = "2026-05-28T06:00"


def line(number: int, **fields) -> str:
    return json.dumps(
        {"id": f"i{number}", "url": f"https://wire.example/{number}",
         "title": f"Lab number {number} ships an AI model", "published": "2026-05-26T08:00:00Z",
         "summary": f"The model of lab {number} has {number} billion parameters.",
         "source": "Wire", **fields}
    )  # fmt: skip


def write(project, name: str, content: str | bytes) -> str:
    data = content if isinstance(content, bytes) else content.encode()
    (project.folder / name).write_bytes(data)
    return name


def stored(project) -> int:
    with sqlite3.connect(project.folder / "recap.db") as database:
        (count,) = database.execute("SELECT count(*) FROM item").fetchone()
    database.close()
    return count


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("page.xml", "<html><body>Not found</body></html>", "page.xml"),
        ("photo.jsonl", b"\x89PNG\r\n\x1a\n\x00\x00\x00", "photo.jsonl"),
        ("empty.csv", "", "is empty"),
        ("table.csv", "name;price\nbread;2\n", "table.csv"),
        ("half.csv", "url,source\nhttps://wire.example/1,Wire\n", "title"),
        ("feed.json", '{"version": "https://jsonfeed.org/version/1.1"', "feed.json"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_what_would_be(project, name, content, problem):
    told = project("import", write(project, name, content), "--now", NOW, exit_code=1).output
    assert told.startswith("error: ")
    assert problem in told
    assert "hint: " in told
    assert stored(project) == 0


def test_a_file_that_is_not_there_says_so(project):
    assert "does not exist" in project("import", "nothing.jsonl", exit_code=1).output


def test_one_broken_line_among_ten_thousand_costs_one_line(project):
    lines = [line(number) for number in range(10_000)]
    lines[5_000] = '{"id": "broken", "url": '
    told = project("import", write(project, "week.jsonl", "\n".join(lines)), "--now", NOW).output
    assert "9,999 new items of 10000" in told
    assert "1 refused" in told
    assert "line 5001" in told
    assert stored(project) == 9_999


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"url": ""}, "no address"),
        ({"url": "javascript:alert(1)"}, "javascript"),
        ({"url": "ftp://wire.example/1"}, "ftp"),
        ({"title": "x" * 5_000_000}, "5,000,000 characters"),
        ({"title": "", "summary": ""}, "no title and no text"),
        ({"title": ["a", "list"]}, "holds a list"),
    ],
)
def test_an_item_that_cannot_be_kept_is_refused_with_its_reason(project, fields, reason):
    lines = "\n".join([line(1), line(2, **fields), line(3)])
    told = project("import", write(project, "week.jsonl", lines), "--now", NOW).output
    assert "2 new items of 3" in told
    assert "1 refused" in told
    assert reason in told
    assert len(told) < 2_000
    assert stored(project) == 2


def test_nul_bytes_and_control_characters_never_reach_an_issue(project):
    lines = "\n".join(line(n, title=f"Lab\x00 {n}\x07 ships\u0092 an AI model") for n in range(3))
    project("import", write(project, "week.jsonl", lines), "--now", NOW)
    project("draft", "--week", "2026-W22", "--now", NOW)
    html = project("show", 1, "--format", "html").output
    assert not any(bad in html for bad in "\x00\x07\u0092")


def test_a_csv_may_hold_what_a_spreadsheet_writes(project):
    table = '\ufefftitle;link;date\r\n"Lab ""One"" ships; AI";https://wire.example/1;26.05.2026\r\n'
    told = project("import", write(project, "week.csv", table), "--now", NOW).output
    assert "1 new item of 1" in told


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (b'<rss version="2.0"><channel><title>W</title><item><title>AI chip</title>'
         b"<link>https://w.example/1</link></item></channel></rss>", "feed.xml"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>W</title><entry><title>AI chip</title>'
         b'<link href="https://w.example/1"/><id>1</id></entry></feed>', "feed.atom"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "title": "W", "items":'
         b' [{"id": "1", "url": "https://w.example/1", "title": "AI chip"}]}', "feed.json"),
    ],
)  # fmt: skip
def test_every_kind_of_feed_file_is_read(project, file, name):
    told = project("import", write(project, name, file), "--now", NOW).output
    assert "1 new item of 1" in told


def test_a_database_of_a_newer_version_is_left_alone(project):
    with sqlite3.connect(project.folder / "recap.db") as database:
        database.execute("UPDATE recap_version SET version_num = '9999'")
    database.close()
    before = (project.folder / "recap.db").read_bytes()
    for words in (["issues"], ["upgrade"], ["draft"]):
        told = project(*words, exit_code=1).output
        assert "9999" in told
        assert "hint: " in told
    assert (project.folder / "recap.db").read_bytes() == before


def test_a_project_without_its_database_says_how_to_make_one(project):
    (project.folder / "recap.db").unlink()
    told = project("issues", exit_code=1).output
    assert "recap.db" in told
    assert "recap init" in told


def test_a_folder_without_a_project_says_how_to_begin(recap):
    told = recap("issues", exit_code=2).output
    assert "there is no schedules.yaml" in told
    assert "recap init" in told


def test_init_where_a_file_is_in_the_way_says_so(recap):
    (recap.folder / "taken").write_text("a file")
    told = recap("init", "taken", exit_code=1).output
    assert "cannot be written" in told


def test_a_broken_template_of_the_project_is_named_and_no_draft_is_stored(project, root: Path):
    shutil.copytree(root / "templates", project.folder / "templates")
    template = project.folder / "templates" / "email" / "issue.mjml.j2"
    template.write_text(template.read_text(encoding="utf-8") + "\n{% if %}\n", encoding="utf-8")
    project("import", write(project, "week.jsonl", line(1)), "--now", NOW)
    told = project("draft", "--week", "2026-W22", "--now", NOW, exit_code=1).output
    assert "issue.mjml.j2" in told
    assert "no issue yet" in project("issues").output


def test_an_empty_week_makes_nothing_and_says_why(project):
    told = project("draft", "--week", "2026-W22", "--now", NOW, exit_code=1).output
    assert "2026-W22 holds no story" in told
    assert "no issue yet" in project("issues").output


@pytest.mark.parametrize(
    "words",
    [
        ["draft", "--week", "W22"],
        ["draft", "--now", "yesterday"],
        ["show", "one"],
        ["show", "1", "--format", "pdf"],
        ["fly"],
    ],
)
def test_a_mistyped_command_is_a_usage_error(project, words):
    assert "Usage: " in project(*words, exit_code=2).output


def test_an_issue_that_is_not_there_says_so(project):
    for words in (["show", "7"], ["lint", "7"], ["approve", "7"], ["send", "7"], ["scores", "7"]):
        assert "no issue 7" in project(*words, exit_code=1).output


def test_a_project_with_a_mistake_in_its_schedules_stops_every_command(project):
    path = project.folder / "schedules.yaml"
    path.write_text(path.read_text().replace("day_of_week: fri", "day_of_week: 5"))
    told = project("draft", exit_code=2).output
    assert "weekday `5` is ambiguous" in told
    assert "`fri`" in told


def test_resend_without_a_key_is_a_configuration_error(project):
    path = project.folder / "schedules.yaml"
    given = path.read_text().replace("provider: outbox", "provider: resend")
    path.write_text(given.replace('address: ""', "address: 1 Sample Street, Berlin"))
    project("import", write(project, "week.jsonl", line(1)), "--now", NOW)
    project("draft", "--week", "2026-W22", "--now", NOW)
    project("approve", 1, "--without-test", "--now", NOW)
    told = project("send", 1, exit_code=2).output
    assert "RESEND_API_KEY" in told


def test_a_table_that_cannot_be_written_says_so(project):
    project("import", write(project, "week.jsonl", line(1)), "--now", NOW)
    project("draft", "--week", "2026-W22", "--now", NOW)
    told = project("scores", 1, "--csv", "no/such/folder.csv", exit_code=1).output
    assert "cannot be written" in told


def test_a_disk_that_fills_up_leaves_the_old_file_and_no_part(recap, monkeypatch):
    (recap.folder / "kept.txt").write_text("old")
    monkeypatch.setattr("os.replace", _full)
    with pytest.raises(InputError, match="No space left on device"):
        write_whole(recap.folder / "kept.txt", "new")
    assert (recap.folder / "kept.txt").read_text() == "old"
    assert [path.name for path in recap.folder.iterdir()] == ["kept.txt"]


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")
