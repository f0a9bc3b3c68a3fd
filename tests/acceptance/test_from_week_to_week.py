"""Three weeks of one newsletter: what the later issues know of the earlier ones."""

from __future__ import annotations

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.model import Week
from tests.acceptance.conftest import Terminal

CARS = [
    "Wingtip robotaxi fleet grows to {n}00 cars in Lisbon",
    "City council lets robotaxis of Litware drive at night on {n} roads",
    "Insurer counts {n} robotaxi crashes in autonomous driving tests",
    "Robotaxi maker Proseware recalls {n}00 self-driving vehicles",
]
LAWS = [
    "Senate passes chatbot law number {n} after a long night",
    "Regulator fines a chatbot company ${n} million over its rules for minors",
    "Court reads the AI law of the state in full, page {n}",
    "Commission drafts {n} rules for general AI models",
]
MONEY = [
    "AI start-up Tailspin raises ${n}0 million in funding led by Fourth Coffee",
    "Investors value AI lab Adatum at ${n} billion in a funding round",
    "AI agent start-up Relecloud raises ${n} million from two funds",
    "Cloud company VanArsdel buys AI start-up Alpine for ${n}00 million",
]
WEEKS = (Week(2026, 20), Week(2026, 21), Week(2026, 22))
OPENED = "Woodgrove opens the Larkspur supercomputer for AI models in Bergen"
LARKSPUR = "Woodgrove trains its AI models on the Larkspur supercomputer in Bergen."
CLOSED = "Fire at the Larkspur supercomputer stops AI models of Woodgrove"
AUDIT = "Auditors publish what the AI assistants of nine hospitals cost"


def record(week: Week, title: str, **fields: str) -> dict[str, str]:
    """One line of an import: a report of the Wednesday of its week."""
    start = week.window(ZoneInfo("UTC")).start + timedelta(days=2, hours=9)
    slug = {OPENED: "opened"}.get(title, "-".join(title.lower().split()))
    return {
        "url": f"https://daily.example/{week}/{slug}",
        "title": title,
        "summary": f"The report of week {week.number} names those who decided it and why.",
        "published": start.isoformat(),
        "first_seen": (start + timedelta(minutes=9)).isoformat(),
        "source": "Daily",
        **fields,
    }


def subjects(week: Week, *titles: list[str]) -> list[dict[str, str]]:
    return [record(week, title.format(n=week.number)) for group in titles for title in group]


class Newsletter:
    """A project whose weeks are imported, drafted and approved one after the other."""

    def __init__(self, recap: Terminal) -> None:
        self.recap = recap
        recap("init")

    def draft(self, week: Week, *records: list[dict[str, str]]) -> dict:
        """Import the reports of a week and draft it, an hour after it ended."""
        name = f"{week}.jsonl"
        lines = "\n".join(json.dumps(one) for several in records for one in several)
        (self.recap.folder / name).write_text(lines, encoding="utf-8")
        end = week.window(ZoneInfo("UTC")).end
        self.recap("import", name, "--now", (end - timedelta(hours=1)).isoformat())
        return self.redraft(week)

    def redraft(self, week: Week) -> dict:
        now = (week.window(ZoneInfo("UTC")).end + timedelta(hours=1)).isoformat()
        return json.loads(self.recap("draft", "--week", week, "--now", now, "--json").output)


@pytest.fixture
def newsletter(recap: Terminal) -> Newsletter:
    return Newsletter(recap)


@pytest.fixture(scope="module")
def three_weeks(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, dict, dict]:
    """Three issues; before its approval an editor gives a theme of the first another name."""
    first, second, third = WEEKS
    with pytest.MonkeyPatch.context() as patch:
        recap = Terminal(tmp_path_factory.mktemp("weeks"))
        patch.chdir(recap.folder)
        patch.setenv("RECAP_DATABASE_URL", "sqlite:///recap.db")
        letter = Newsletter(recap)
        opened = [record(first, OPENED, summary=LARKSPUR), record(first, AUDIT)]
        one = letter.draft(first, subjects(first, CARS, LAWS, MONEY[:2]), opened)
        recap("edit", 1, "rename-theme", "Robots and Vehicles", "Driving alone")
        recap("approve", 1, "--without-test")
        again = [record(second, AUDIT, source="Copier")]
        closed = [record(second, CLOSED, summary=LARKSPUR + " A fire broke out on Tuesday.")]
        two = letter.draft(second, subjects(second, CARS, LAWS[:3], MONEY), again, closed)
        recap("approve", 2, "--without-test")
        three = letter.draft(third, subjects(third, CARS[:3], LAWS, MONEY))
    return one, two, three


def trends(issue: dict) -> dict[str, str]:
    return {theme["label"]: theme["trend"] for theme in issue["themes"]}


def stories(issue: dict) -> list[dict]:
    return [story for theme in issue["themes"] for story in theme["stories"]] + issue["also"]


def sizes(issue: dict) -> dict[str, int]:
    return {theme["label"]: len(theme["stories"]) for theme in issue["themes"]}


def test_a_first_issue_has_no_trends(three_weeks):
    assert set(trends(three_weeks[0]).values()) == {""}


def test_a_theme_keeps_the_name_of_its_editor_for_good(three_weeks):
    one, two, three = three_weeks
    assert "Robots and Vehicles" in trends(one)
    for later in (two, three):
        assert "Driving alone" in trends(later)
        assert "Robots and Vehicles" not in trends(later)


@pytest.mark.parametrize("number", [1, 2])
def test_a_trend_counts_the_printed_stories_of_both_weeks(three_weeks, number):
    before, now = sizes(three_weeks[number - 1]), sizes(three_weeks[number])
    before = {("Driving alone" if k == "Robots and Vehicles" else k): n for k, n in before.items()}
    words = set()
    for label, trend in trends(three_weeks[number]).items():
        word = trend.partition(":")[0]
        words.add(word)
        if word != "new":
            assert f"{before.get(label) or 'none'} the week before" in trend
            difference = now[label] - before.get(label, 0)
            assert word == ("growing" if difference > 0 else "fading" if difference else "steady")
    assert len(words) > 1


def test_a_story_that_goes_on_is_an_update_with_a_link_to_what_it_carries_on(three_weeks):
    _, two, _ = three_weeks
    (story,) = [one for one in stories(two) if one["title"] == CLOSED]
    (update,) = story["brief"]["continues"]
    assert update["text"] == f"Update of “{OPENED}” in issue 1 (2026-W20)."
    assert update["items"] == [story["items"][0]["id"]]
    assert update["url"].endswith("/opened")
    assert update["issue"] == 1
    assert {"date": "2026-05-13", "text": OPENED} in [
        {"date": line["date"], "text": line["text"]} for line in story["brief"]["timeline"]
    ]


def test_a_report_that_ran_already_is_left_out_with_that_rule(three_weeks):
    _, two, _ = three_weeks
    rules = {line["title"]: line["rule"] for line in two["left_out"]}
    assert rules[AUDIT] == "already run: in issue 1"
    assert AUDIT not in {story["title"] for story in stories(two)}


def test_a_draft_made_again_has_the_same_bytes(newsletter):
    first, second, _ = WEEKS
    newsletter.draft(first, subjects(first, CARS, LAWS))
    newsletter.recap("approve", 1, "--without-test")
    drafted = newsletter.draft(second, subjects(second, CARS, LAWS))
    again = newsletter.redraft(second)
    assert (drafted.pop("revision"), again.pop("revision")) == (1, 2)
    assert json.dumps(again) == json.dumps(drafted)


def test_an_issue_that_nobody_approved_teaches_no_names_and_no_stories(newsletter):
    first, second, _ = WEEKS
    newsletter.draft(first, subjects(first, CARS, LAWS))
    drafted = newsletter.draft(second, subjects(second, CARS, LAWS))
    assert set(trends(drafted).values()) == {""}
    assert all(story["brief"]["continues"] == [] for story in stories(drafted))
