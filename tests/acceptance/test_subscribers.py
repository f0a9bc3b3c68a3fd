"""`recap subscribers`, as an operator types it."""

from __future__ import annotations

import csv
import json

import pytest

ADA = "ada@post.example"


@pytest.fixture
def project(recap):
    recap("init", ".")
    return recap


def write(path, *lines):
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


@pytest.fixture
def listed(project):
    """A project with a list of Mailchimp beside it: one of three can be taken."""
    head = "Email Address,First Name,CONFIRM_TIME,CONFIRM_IP,LEID"
    lines = (
        f"{ADA},Ada,2021-01-01 10:05:00,203.0.113.9,1",
        "nobody,,2021-01-01 10:05:00,,2",
        "bob@post.example,=1+1,,,3",
    )
    write(project.folder / "list.csv", head, *lines)
    return project


def test_a_list_is_tried_then_taken_then_known(listed):
    dry = listed("subscribers", "import", "list.csv", "--dry-run").output
    assert "1 new (mailchimp)" in dry
    assert "no subscriber yet" in listed("subscribers", "list").output
    taken = listed("subscribers", "import", "list.csv").output
    assert taken.splitlines() == [
        "imported    1 new (mailchimp)",
        "refused     2 lines; they are in list.refused.csv",
        "  1 no valid address",
        "  1 nothing proves consent",
    ]
    assert "1 known, left as they are" in listed("subscribers", "import", "list.csv").output
    assert json.loads(listed("subscribers", "list", "--json").output) == [
        {"email": ADA, "name": "Ada", "status": "confirmed"}
    ]


def test_the_operator_s_word_is_taken_for_lines_without_proof(listed):
    taken = listed("subscribers", "import", "list.csv", "--evidence", "signed on paper")
    assert "2 new" in taken.output


def test_columns_of_any_list_are_mapped(project):
    write(project.folder / "list.csv", "E-Mail;Vorname", f"{ADA};Ada")
    words = ("import", "list.csv", "--map", "E-Mail=email", "--map", "Vorname=first_name")
    project("subscribers", *words, "--evidence", "trade fair")
    assert "Ada" in project("subscribers", "list").output


@pytest.mark.parametrize("mapped", ["email", "=email", "E-Mail="])
def test_a_map_that_is_none_is_a_usage_error(project, mapped):
    refused = project("subscribers", "import", "x.csv", "--map", mapped, exit_code=2)
    assert "--map COLUMN=FIELD" in refused.output


def test_an_export_is_a_file_or_is_printed(listed):
    listed("subscribers", "import", "list.csv", "--evidence", "paper")
    said = listed("subscribers", "export", "out.csv").output
    assert "2 lines to out.csv" in said
    text = (listed.folder / "out.csv").read_text(encoding="utf-8")
    assert [row["name"] for row in csv.DictReader(text.splitlines())] == ["Ada", "'=1+1"]
    assert listed("subscribers", "export", "-").output == text
    listed("subscribers", "export", "no/where.csv", exit_code=1)


def test_a_person_is_shown_and_erased(listed):
    listed("subscribers", "import", "list.csv")
    shown = listed("subscribers", "show", ADA).output
    assert "mailchimp, from 203.0.113.0/24" in shown
    assert "list.csv row 2" in shown
    found = json.loads(listed("subscribers", "show", ADA, "--json").output)
    assert found["profile"]["email"] == ADA
    assert [event["kind"] for event in found["consent"]] == ["imported"]
    assert "erased" in listed("subscribers", "erase", ADA).output
    assert "1 erased here" in listed("subscribers", "import", "list.csv").output
    listed("subscribers", "add", ADA, exit_code=1)
    assert json.loads(listed("subscribers", "show", ADA, "--json").output)["erased_at"]
    listed("subscribers", "erase", "cyd@post.example", exit_code=1)


def test_who_wrote_to_leave_leaves(project):
    project("subscribers", "add", ADA)
    assert project("subscribers", "leave", ADA).output.split() == ["left", ADA]
    assert "unsubscribed" in project("subscribers", "add", ADA).output
    project("subscribers", "leave", "bob@post.example", exit_code=1)


def test_a_suppression_is_lifted(project):
    write(project.folder / "list.csv", "email,status", f"{ADA},bounced")
    project("subscribers", "import", "list.csv", "--evidence", "x")
    project("subscribers", "add", ADA, exit_code=1)
    lifted = project("subscribers", "lift", ADA, "--evidence", "the mailbox is back").output
    assert "confirm anew" in lifted
    project("subscribers", "lift", ADA, "--evidence", "again", exit_code=1)


def test_an_issue_under_way_keeps_an_erased_address_until_it_is_done(project, monkeypatch):
    from digest.store.personal_data import Erased

    project("subscribers", "add", ADA)
    monkeypatch.setattr(
        "digest.store.personal_data.Persons.erase", lambda *_, **__: Erased(0, open_batches=1)
    )
    assert "waiting" in project("subscribers", "erase", ADA).output


def test_a_zone_that_is_none_is_told(project):
    write(project.folder / "list.csv", "email,zone", f"{ADA},Mars/Base", "bob@post.example,utc")
    told = project("subscribers", "import", "list.csv", "--evidence", "x").output.splitlines()
    assert told == [
        "imported    2 new (recap)",
        "zones       1 lines name none that is known: read as if they named none",
        "  1 Mars/Base",
    ]


def test_a_subscriber_is_added_with_a_zone(project):
    project("subscribers", "add", ADA, "--zone", "asia/kolkata")
    assert "Asia/Kolkata" in project("subscribers", "show", ADA).output
    wrong = ("add", "bob@post.example", "--zone", "Asia/Kolkatta")
    assert "`Asia/Kolkata`" in project("subscribers", *wrong, exit_code=1).output
