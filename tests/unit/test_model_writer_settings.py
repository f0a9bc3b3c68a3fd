from __future__ import annotations

import pytest

from digest.errors import ConfigError
from digest.settings.model_writer import BUDGET, ModelWriter, model_writer

URL = "https://api.example/v1"


def read(**values: str) -> ModelWriter:
    given = {"URL": URL, "MODEL": "wordsmith-1", **values}
    return model_writer({f"RECAP_WRITER_{name}": value for name, value in given.items()})


def refused(**values: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(**values)
    return caught.value


def test_without_an_address_no_model_is_named():
    assert model_writer({"RECAP_WRITER_KEY": "a b", "RECAP_WRITER_BUDGET": "x"}) == ModelWriter()
    assert read(URL=" ").url == ""


def test_all_of_it_is_read_without_spaces_around():
    read_all = read(URL=f" {URL} ", KEY=" sk-1 ", MODEL=" m/1:free ", BUDGET=" 5000 ")
    assert read_all == ModelWriter(f"{URL}/chat/completions", "sk-1", "m/1:free", 5000)


def test_a_server_may_want_no_key_and_the_budget_has_a_default():
    assert (read().key, read().budget) == ("", BUDGET)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (URL, f"{URL}/chat/completions"),
        (f"{URL}/", f"{URL}/chat/completions"),
        (f"{URL}/chat/completions", f"{URL}/chat/completions"),
        (f"{URL}/chat/completions/", f"{URL}/chat/completions"),
        (f"{URL}/chat/completions?v=2#top", f"{URL}/chat/completions?v=2"),
        ("http://localhost:8080/v1", "http://localhost:8080/v1/chat/completions"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/chat/completions"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1/chat/completions"),
    ],
)
def test_a_base_address_and_the_whole_address_both_do(given, asked):
    assert read(URL=given).url == asked


@pytest.mark.parametrize(
    "url",
    [
        "api.example/v1", "ftp://api.example", "https://", "https://[::1", "https://a:port/",
        "https://api.example/v 1", "https://api.example/\nv1", "/v1",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url):
    assert "is not a web address" in refused(URL=url).problem


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example/v1", "http://127.0.0.1.api.example/v1", "http://localhost.example",
        "http://10.0.0.5/v1", "http://2130706433/",
    ],
)  # fmt: skip
def test_another_machine_is_asked_over_tls_only(url):
    assert "without encryption" in refused(URL=url).problem


@pytest.mark.parametrize(
    "url", ["https://sk-secret@api.example", "http://localhost:sk-secret@api.example"]
)
def test_a_key_in_the_address_is_refused_and_not_shown(url):
    error = refused(URL=url)
    assert "RECAP_WRITER_KEY" in error.hint
    assert "sk-secret" not in str(error)


@pytest.mark.parametrize("model", ["", " ", "x" * 101, "a\nb", "a\x1bb"])
def test_a_model_has_a_printable_name(model):
    assert "RECAP_WRITER_MODEL" in refused(MODEL=model).problem


@pytest.mark.parametrize("key", ["sk secret", "sk-secret\nX-Evil: 1", "sk-sécret"])
def test_a_key_is_one_word_and_is_not_shown(key):
    error = refused(KEY=key)
    assert "RECAP_WRITER_KEY" in error.problem
    assert "cret" not in str(error)


@pytest.mark.parametrize("budget", ["-1", "1.5", "many", "1_000", "٣", "9" * 13])
def test_a_budget_is_a_whole_number(budget):
    assert "not a number of tokens" in refused(BUDGET=budget).problem


def test_nothing_may_be_spent():
    assert read(BUDGET="0").budget == 0


def test_the_key_is_not_shown_with_the_settings():
    assert "sk-secret" not in repr(read(KEY="sk-secret"))
