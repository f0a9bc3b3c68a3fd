"""schedules.yaml is edited while the program runs: good edits hold, broken ones change nothing."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from digest.errors import ConfigError
from digest.pipeline.live import SETTLED, LiveProvider, LiveSettings
from digest.providers import open_provider
from digest.settings import load_settings
from digest.web.renewal import Renewed

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (ROOT / "schedules.yaml").read_text(encoding="utf-8")
MONTHLY = SHIPPED.replace("name: Weekly AI Recap", "name: Monthly AI Recap")
BROKEN = SHIPPED.replace("timezone: UTC", "timezone: CET")


class Hands:
    """Somebody who edits the file of a running process, and time that passes."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.path = folder / "schedules.yaml"
        self.path.write_text(SHIPPED, encoding="utf-8")
        self.seconds = 0.0
        self.live = LiveSettings(load_settings(folder, environ), clock=lambda: self.seconds)

    def look(self) -> bool:
        """The looks of the next seconds; whether one of them changed the settings."""
        changed = [self.live.look()]
        self.seconds += SETTLED
        return any([*changed, self.live.look()])

    def edit(self, text: str) -> bool:
        self.path.write_text(text, encoding="utf-8")
        return self.look()

    @property
    def name(self) -> str:
        return self.live.current().brand.name


@pytest.fixture
def hands(tmp_path):
    return Hands(tmp_path)


def test_a_file_that_nobody_edits_changes_nothing(hands):
    before = hands.live.current()
    assert not hands.look()
    assert hands.live.current() is before


def test_an_edit_holds_and_what_the_environment_says_stays(tmp_path):
    hands = Hands(tmp_path, RECAP_SECRET_KEY="a key", RECAP_BASE_URL="https://recap.example")
    assert hands.edit(MONTHLY)
    assert hands.name == "Monthly AI Recap"
    assert hands.live.current().secret_key == "a key"
    assert not hands.look()


def test_an_edit_of_a_comment_is_no_change(hands):
    before = hands.live.current()
    assert not hands.edit(f"{SHIPPED}# a remark\n")
    assert hands.live.current() is before


def test_a_broken_edit_keeps_the_last_good_settings_and_is_told_once(hands, caplog):
    hands.edit(MONTHLY)
    assert not hands.edit(BROKEN)
    hands.look()
    assert hands.name == "Monthly AI Recap"
    assert "`CET` is an abbreviation" in hands.live.problem.problem
    assert caplog.text.count("the last good schedules.yaml stays in force") == 1
    assert "Europe/Berlin" in caplog.text
    hands.edit(BROKEN.replace("CET", "EET"))
    assert caplog.text.count("the last good schedules.yaml stays in force") == 2


def test_a_mended_file_holds(hands):
    hands.edit(BROKEN)
    assert hands.edit(MONTHLY)
    assert hands.live.problem is None


def test_a_file_that_is_put_back_as_it_was_is_mended_without_a_change(hands, caplog):
    hands.edit(BROKEN)
    with caplog.at_level(logging.INFO):
        assert not hands.edit(SHIPPED)
    assert hands.live.problem is None
    assert "schedules.yaml is mended, and as it was" in caplog.text


def test_a_file_that_is_deleted_is_missed_until_it_is_back(hands):
    hands.path.unlink()
    assert not hands.look()
    assert "there is no schedules.yaml" in hands.live.problem.problem
    assert hands.edit(MONTHLY)
    assert hands.live.problem is None


def test_a_file_that_is_no_text_is_a_broken_edit(hands):
    hands.path.write_bytes(b"name: \xff\xfe")
    assert not hands.look()
    assert "cannot be read" in hands.live.problem.problem


def test_a_file_that_is_renamed_into_place_is_an_edit(hands):
    draft = hands.path.with_suffix(".new")
    draft.write_text(MONTHLY, encoding="utf-8")
    os.replace(draft, hands.path)
    assert hands.look()


def test_half_a_file_is_waited_for_though_it_is_a_valid_one(hands):
    half = MONTHLY[: MONTHLY.index("    send:")]
    hands.path.write_text(half, encoding="utf-8")
    assert not hands.live.look()
    hands.path.write_text(MONTHLY, encoding="utf-8")
    hands.seconds += SETTLED
    assert not hands.live.look()
    assert hands.live.current().schedule.send is not None
    assert hands.look()
    assert hands.name == "Monthly AI Recap"
    assert hands.live.current().schedule.send is not None


def test_an_edit_that_is_taken_back_at_once_is_none(hands):
    hands.path.write_text(BROKEN, encoding="utf-8")
    hands.live.look()
    assert not hands.edit(SHIPPED)
    assert hands.live.problem is None


def test_another_provider_is_opened_and_the_same_one_is_not_opened_again(tmp_path):
    hands = Hands(tmp_path, RECAP_SMTP_URL="smtp://localhost:25")
    provider = LiveProvider(hands.live, open_provider)
    first = provider()
    hands.edit(MONTHLY)
    assert provider() is first
    hands.edit(MONTHLY.replace("provider: outbox", "provider: smtp"))
    assert provider().name == "smtp"
    assert provider() is provider()


def test_a_provider_without_its_key_is_a_broken_edit(hands):
    assert not hands.edit(SHIPPED.replace("provider: outbox", "provider: resend"))
    assert "RESEND_API_KEY, which is empty" in hands.live.problem.problem
    assert hands.live.current().provider == "outbox"


def test_the_pages_are_made_anew_when_the_settings_are_others(hands):
    made = []

    def make(settings):
        made.append(settings)
        return lambda environ, start: [settings.brand.name.encode()]

    app = Renewed(hands.live.current, make)
    assert app({}, None) == app({}, None) == [b"Weekly AI Recap"]
    hands.edit(MONTHLY)
    assert app({}, None) == app({}, None) == [b"Monthly AI Recap"]
    assert len(made) == 2
    app._renew()  # another thread came first
    assert len(made) == 2


def test_pages_that_cannot_be_made_stay_as_they_were(hands, caplog):
    def make(settings):
        if settings.brand.name.startswith("Monthly"):
            raise ConfigError("the catalogue is damaged", hint="mend it")
        return lambda environ, start: [settings.brand.name.encode()]

    app = Renewed(hands.live.current, make)
    hands.edit(MONTHLY)
    assert app({}, None) == app({}, None) == [b"Weekly AI Recap"]
    assert caplog.text.count("the pages stay as they were: the catalogue is damaged") == 1
