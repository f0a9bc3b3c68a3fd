"""`recap learn`, typed as an editor would."""

from __future__ import annotations

import json

import numpy as np
import pytest

from digest.ranking import WEIGHTS
from digest.store import open_store
from tests.acceptance.conftest import Terminal
from tests.builders_learning import approve_issue


@pytest.fixture
def taught(project: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A project with eight approved issues whose editor looked at votes alone."""
    monkeypatch.setenv("RECAP_DATABASE_URL", "sqlite:///recap.db")
    rng = np.random.default_rng(0)
    with open_store(f"sqlite:///{project.folder / 'recap.db'}") as store:
        for number in range(1, 9):
            approve_issue(store, number, rng)
    return project


def test_a_young_newsletter_keeps_the_shipped_weights(project: Terminal) -> None:
    told = project("learn", exit_code=1).output
    assert "0 approved issues" in told
    assert "the weights in force stay" in told
    assert "the shipped weights hold" in project("learn", "--history").output
    assert json.loads(project("learn", "--history", "--json").output) == []
    assert "nothing to take back" in project("learn", "--revert", exit_code=1).output


def test_learning_changes_nothing_unasked(taught: Terminal) -> None:
    told = taught("learn").output
    for words in ("from 8 issues", "popularity", "average precision", "kept among the top",
                  "recap learn --apply"):  # fmt: skip
        assert words in told
    assert json.loads(taught("learn", "--history", "--json").output) == []
    lesson = json.loads(taught("learn", "--json").output)
    assert lesson["applied"] is False
    assert lesson["shipped"] == WEIGHTS
    assert lesson["weights"]["popularity"] > WEIGHTS["popularity"]
    assert lesson["after"]["precision"] > lesson["before"]["precision"]


def test_applied_weights_rank_the_next_draft_and_are_named_until_taken_back(
    taught: Terminal,
) -> None:
    assert "drafts are ranked by these weights" in taught("learn", "--apply").output
    assert "from 8 issues" in taught("learn", "--history").output
    rows = [
        {"id": f"n{n}", "url": f"https://lab.example/{n}", "title": f"Lab {n} ships a new AI model",
         "summary": "It ships.", "published": "2026-06-02T08:00:00Z", "source": "Lab"}
        for n in range(6)
    ]  # fmt: skip
    (taught.folder / "items.jsonl").write_text("\n".join(map(json.dumps, rows)))
    taught("import", "items.jsonl", "--now", "2026-06-03T00:00")
    taught("draft", "--week", "2026-W23", "--now", "2026-06-05T00:00")
    assert "learned from editors" in taught("scores", 9).output
    assert "learned from editors" in taught("why", 9).output
    assert "learned; shipped with" in taught("why", 9, 1).output
    told = taught("learn", "--revert").output
    assert "in force: the shipped ones" in told
    assert "taken back" in taught("learn", "--history").output
    taught("draft", "--week", "2026-W23", "--now", "2026-06-05T00:00")
    assert "learned" not in taught("scores", 9).output


def test_taking_back_leads_to_what_was_applied_before(taught: Terminal) -> None:
    taught("learn", "--apply")
    taught("learn", "--apply")
    assert "in force: those applied before" in taught("learn", "--revert").output
    assert json.loads(taught("learn", "--revert", "--json").output)["weights"] == {}
