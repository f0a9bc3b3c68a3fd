from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from digest.errors import ConfigError
from digest.model import Brand, PinnedTheme
from digest.settings import load_settings
from digest.settings.schedules import parse_schedules

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (ROOT / "schedules.yaml").read_text(encoding="utf-8")


def broken(old: str, new: str) -> ConfigError:
    assert old in SHIPPED
    with pytest.raises(ConfigError) as caught:
        parse_schedules(SHIPPED.replace(old, new, 1))
    return caught.value


def line_of(text: str) -> int:
    return next(n for n, line in enumerate(SHIPPED.splitlines(), 1) if text in line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schedules.yaml").write_text(SHIPPED, encoding="utf-8")
    return tmp_path


def test_the_shipped_file_is_read():
    file = parse_schedules(SHIPPED)
    (schedule,) = file.schedules
    assert schedule.collect.days == ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert schedule.collect.hours == (6, 12, 18)
    assert schedule.draft.days == ("fri",)
    assert [step for step, _ in schedule.steps] == ["collect", "draft", "send"]


def test_who_is_told_is_a_list_of_addresses(folder):
    told = SHIPPED.replace("editors: []", "editors: [ada@b.example, bo@b.example]")
    (folder / "schedules.yaml").write_text(told, encoding="utf-8")
    assert load_settings(folder, {}).notify.editors == ("ada@b.example", "bo@b.example")


def test_a_newsletter_may_be_in_any_language_of_the_cldr():
    file = parse_schedules(SHIPPED.replace("language: en", "language: ar-EG"))
    assert file.newsletter.language == "ar-EG"


@pytest.mark.parametrize(
    ("old", "new", "problem", "hint"),
    [
        ("timezone: UTC", "tmezone: UTC", "schedules[0]: unknown key `tmezone`", "`timezone`"),
        ("version: 1", "version: 1\nthing: 2", "unknown key `thing`", "keys are version"),
        ("name: Weekly", "nmae: Weekly", "newsletter: unknown key `nmae`", "`name`"),
        ("max_stories:", "most:", "issue: unknown key `most`", "keys are max_stories, focus"),
        ("editors:", "editor:", "notify: unknown key `editor`", "did you mean `editors`?"),
        ("operators: []", "operators: a@b.example", "operators: `a@b.example`", "expected a list"),
        ("operators: []", "operators: [a@b.example, Ada]", "operators[1]: `Ada` is no address",
         "ada@your-domain"),
        ("day_of_week: fri", "day: fri", "draft: unknown key `day`", "keys are day_of_week"),
        ("timezone: UTC", "timezone: Europe/Berln", "zone `Europe/Berln`", "`Europe/Berlin`"),
        ("language: en", "language: arabic", "newsletter.language: language `arabic`", "ar or pt"),
        ("timezone: UTC", "timezone: Qqq", "zone `Qqq` is not known", "an IANA name"),
        ("day_of_week: fri", "day_of_week: 5", "weekday `5` is ambiguous", "`fri`"),
        ("day_of_week: fri", "day_of_week: [mon, 0]", "weekday `0` is ambiguous", "`sun`"),
        ("day_of_week: fri", "day_of_week: friday", "weekday `friday` is not known", "mon, tue"),
        ("hour: 8", "hour: 25", "schedules[0].send.hour: hour `25`", "0 to 23"),
        ("hour: 8", "hour: []", "hour `[]` is not on the clock", "a list such as"),
        ("hour: 8", "hour: {a: b}", "send.hour: `{'a': 'b'}` cannot be used", "whole number"),
        ("hour: 8", "hour: 08", "schedules[0].send.hour: `08` is a text", "write hour: 8"),
        ("hour: 8, minute: 0", "hour: 8, minute: 60", "minute `60`", "0 to 59"),
        ("  - id: weekly-recap", "  - id: [a]", "schedules[0].id: `['a']`", "expected a text"),
        ("provider: outbox", "provider: pigeon", "provider `pigeon` is not known", "resend"),
        ("version: 1", "version: 2", "version `2` is not known", "`version: 1`"),
        ("max_stories: 30", "max_stories: 0", "`0` leaves no story", "1 to 60"),
        ("sender: Weekly AI Recap <recap@weekly-ai-recap.example>", "sender: Recap",
         "`Recap` has no address", "name@your-domain"),
        ("collect: {", "collect: {{", "expected ',' or '}'", "indentation"),
        ("version: 1\n", "", "the key `version` is missing", "add `version:`"),
    ],
)  # fmt: skip
def test_a_mistake_names_the_place_the_value_and_the_fix(old, new, problem, hint):
    error = broken(old, new)
    assert problem in error.problem
    assert error.problem.startswith("schedules.yaml, line ")
    assert hint in error.hint


def test_the_editors_themes_are_read_in_their_order():
    pins = "themes: [{name: ' Custom silicon', words: [TPU]}, {name: Law, words: [senate]}]"
    file = parse_schedules(SHIPPED.replace("themes: []", pins))
    assert file.issue.themes == (
        PinnedTheme("Custom silicon", ("TPU",)),
        PinnedTheme("Law", ("senate",)),
    )


def test_without_themes_of_the_editor_there_are_none():
    assert parse_schedules(SHIPPED).issue.themes == ()


@pytest.mark.parametrize(
    ("pins", "problem", "hint"),
    [
        ("[{nmae: A, words: [b]}]", "issue.themes[0]: unknown key `nmae`", "`name`"),
        ("[{name: A}]", "issue.themes[0]: the key `words` is missing", "`words:`"),
        ("[{name: A, words: TPU}]", "issue.themes[0].words: `TPU`", "expected a list"),
        ("[{name: ' ', words: [TPU]}]", "themes[0].name: the name ` ` is empty", "of its own"),
        ("[{name: A, words: []}]", "issue.themes[0].words: `A` has no words", "[custom chip, TPU]"),
        ("[{name: A, words: [TPU, the]}]", "words[1]: `the` marks no story", "a short phrase"),
        ("[{name: Law, words: [bill]}, {name: law, words: [court]}]",
         "themes[1].name: the name `law` is used twice", "of its own"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_editors_themes_names_place_value_and_fix(pins, problem, hint):
    error = broken("themes: []", f"themes: {pins}")
    assert problem in error.problem
    assert f"line {line_of('themes: []')}," in error.problem
    assert hint in error.hint


LOOKS = """
  logo: https://recap.example/logo.png
  colours: {accent: "#0A5C36", dark_accent: "#7ddba3"}
  intro: "From the  desk\\nin Bergen."
  footer: "Set in Bergen."

"""
NO_LOOKS = SHIPPED[SHIPPED.index("  logo:") : SHIPPED.index("provider:")]


def test_the_looks_of_the_newsletter_are_read(folder):
    path = folder / "schedules.yaml"
    path.write_text(SHIPPED.replace(NO_LOOKS, LOOKS), encoding="utf-8")
    brand = load_settings(folder, {}).brand
    assert brand.logo == "https://recap.example/logo.png"
    assert brand.colours == {"accent": "#0A5C36", "dark_accent": "#7ddba3"}
    assert (brand.intro, brand.footer) == ("From the  desk\nin Bergen.", "Set in Bergen.")


def test_without_looks_of_its_own_the_newsletter_has_the_shipped_ones(folder):
    assert load_settings(folder, {}).brand == replace(Brand(), language="en")


@pytest.mark.parametrize(
    ("looks", "problem", "hint"),
    [
        ('colours: {acent: "#000000"}', "colours.acent: no colour is called `acent`",
         "did you mean `accent`? names are page, card"),
        ("colours: {accent: red}", "colours.accent: `red` is no colour", '"#b3261e", six digits'),
        ('colours: {accent: "#abc"}', "colours.accent: `#abc` is no colour", "six digits"),
        ("colours: {accent: 112233}", "colours.accent: `112233` is no colour", "six digits"),
        ("colours: {accent: }", "colours.accent: `accent` has no value", "in quotes"),
        ("colours: blue", "newsletter.colours: `blue` cannot be used", "expected keys with values"),
        ("logo: http://recap.example/a.png", "logo: `http://recap.example/a.png` is no https",
         "https://your-domain/logo.png"),
        ("logo: logo.png", "newsletter.logo: `logo.png` is no https", "every reader can open"),
        ("intro: [a]", "newsletter.intro: `['a']`", "expected a text"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_looks_names_place_value_and_fix(looks, problem, hint):
    name = f"  {looks.split(':')[0]}:"
    key = next(line for line in NO_LOOKS.splitlines() if line.startswith(name))
    error = broken(key, f"  {looks}")
    assert problem in error.problem
    assert f"line {line_of(key)}," in error.problem
    assert hint in error.hint


def test_a_colour_without_quotes_is_explained():
    error = broken("  colours: {}", "  colours:\n    accent: #b3261e\n")
    assert f"line {line_of('colours: {}') + 1}, newsletter.colours.accent" in error.problem
    assert "quotes" in error.hint


def test_the_line_of_the_mistake_is_named():
    error = broken("day_of_week: fri", "day_of_week: 5")
    assert f"line {line_of('draft:')}," in error.problem


def test_a_schedule_id_may_stand_once():
    schedules = SHIPPED[SHIPPED.index("  - id:") :]
    with pytest.raises(ConfigError, match="id `weekly-recap` is used twice"):
        parse_schedules(SHIPPED + schedules)


def test_a_file_without_schedules_says_so():
    with pytest.raises(ConfigError, match="the list is empty"):
        parse_schedules("version: 1\nschedules: []\n")


def test_an_empty_file_is_no_schedule():
    with pytest.raises(ConfigError) as caught:
        parse_schedules("")
    assert caught.value.problem.startswith("schedules.yaml, line 1")


def test_yaml_that_breaks_without_a_place_is_still_an_error_of_ours():
    with pytest.raises(ConfigError, match=r"schedules\.yaml"):
        parse_schedules("version: \x00")


def test_a_folder_without_the_file_says_how_to_begin(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, {})
    assert f"no schedules.yaml in {tmp_path}" in caught.value.problem
    assert "recap init" in caught.value.hint


def test_a_file_that_is_not_utf_8_says_so(tmp_path):
    (tmp_path / "schedules.yaml").write_bytes(b"name: \xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path, {})


def test_the_default_database_lies_in_the_project_folder(folder):
    assert load_settings(folder, {}).database_url == f"sqlite:///{folder}/recap.db"


def test_another_database_is_taken_from_the_environment(folder):
    url = "postgresql://recap@db.example/recap"
    assert load_settings(folder, {"RECAP_DATABASE_URL": url}).database_url == url


def test_the_environment_wins_over_the_env_file(folder):
    (folder / ".env").write_text("RECAP_SECRET_KEY=from-file\nRESEND_API_KEY='re_$x'\nEMPTY\n")
    (folder / ".env").chmod(0o600)
    settings = load_settings(folder, {"RECAP_SECRET_KEY": "from-environment"})
    assert settings.secret_key == "from-environment"
    assert settings.resend_api_key == "re_$x"


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
def test_a_secrets_file_that_others_may_read_is_refused(folder):
    (folder / ".env").write_text("RECAP_SECRET_KEY=x\n")
    (folder / ".env").chmod(0o644)
    with pytest.raises(ConfigError) as caught:
        load_settings(folder, {})
    assert "mode 644" in caught.value.problem
    assert "chmod 600" in caught.value.hint


def test_no_secret_shows_when_settings_are_printed(folder):
    settings = load_settings(folder, {"RESEND_API_KEY": "re_secret", "RECAP_SECRET_KEY": "s3cret"})
    assert "re_secret" not in repr(settings)
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize("url", ["recap.example", "ftp://recap.example", "https://", "https://a?b"])
def test_a_base_url_must_be_a_web_address(folder, url):
    with pytest.raises(ConfigError, match="RECAP_BASE_URL"):
        load_settings(folder, {"RECAP_BASE_URL": url})


def test_a_base_url_loses_its_last_slash(folder):
    settings = load_settings(
        folder, {"RECAP_BASE_URL": "https://recap.example/", "RECAP_SECRET_KEY": "x"}
    )
    assert settings.base_url == "https://recap.example"
    assert settings.schedule.id == "weekly-recap"


def test_links_without_a_key_to_sign_them_are_refused(folder):
    with pytest.raises(ConfigError, match="RECAP_SECRET_KEY"):
        load_settings(folder, {"RECAP_BASE_URL": "https://recap.example"})


@pytest.mark.parametrize("text", ["https://wiki.intra.test", "10.0.0.7/8", "a b", "*"])
def test_allowed_hosts_are_hosts_alone(folder: Path, text: str):
    with pytest.raises(ConfigError, match="which is no host") as caught:
        load_settings(folder, {"RECAP_ALLOWED_HOSTS": f"10.0.0.7, {text}"})
    assert "names or addresses alone" in caught.value.hint
