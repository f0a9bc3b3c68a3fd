"""Hostile text in every field, path, query and body: no fault, no markup, no change if refused."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.abuse.target import STRANGER, Target
from tests.abuse.texts import RAW_PARTS, TEXTS, bodies, kinds, parts, texts

# What Werkzeug leaves open of a broken multipart body is closed when nobody holds it.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.usefixtures("quiet"),
]

QUICK, LONG = 60, 1000
WHO = st.sampled_from((STRANGER, "ed", "ada", "ada", "ada"))
"""Who may do most is let into most code."""


def examples(number: int):
    return settings(
        max_examples=number,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def in_quick_and_long(test):
    """Few examples in the usual run, many where there is time."""
    return pytest.mark.parametrize(
        "number", [pytest.param(QUICK), pytest.param(LONG, marks=pytest.mark.ci)]
    )(test)


def test_each_hostile_text_in_all_fields_of_each_form(target):
    for spot, form in enumerate(target.found.all_forms()):
        for text in TEXTS[spot % 8 :: 8]:
            target.submit(form, {name: text for name, _ in form.fields})


@pytest.mark.ci
def test_each_hostile_text_in_each_field_of_each_form(target):
    for form in target.found.all_forms():
        for name, _ in form.fields:
            for text in TEXTS:
                target.submit(form, {**dict(form.fields), name: text})


def test_each_hostile_part_in_each_path_and_query(target):
    for place, (rule, path) in enumerate(where(target)):
        for spot, raw in enumerate(RAW_PARTS[place % 3 :: 3]):
            names = sorted(target.found.queries.get(rule.rule, set())) or ["q"]
            query = "&".join(f"{name}={raw}" for name in names)
            hostile = [f"{path}?{query}"] if spot % 3 == 0 else []
            hostile += [swapped(rule, path, at, raw) for at in range(len(rule.arguments))]
            for url in hostile:
                with target.unchanged(url):
                    target.call("GET", url, "ada")


@in_quick_and_long
def test_any_fields_with_any_text(target, number):
    forms = target.found.all_forms()

    @examples(number)
    @given(st.data())
    def attack(data):
        form = data.draw(st.sampled_from(forms))
        names = [name for name, _ in form.fields] or ["x"]
        typed = data.draw(
            st.dictionaries(
                st.one_of(st.sampled_from(names), texts.filter(bool)), texts, max_size=6
            )
        )
        target.submit(form, {**dict(form.fields), **typed}, who=data.draw(WHO))

    attack()


@in_quick_and_long
def test_any_path_and_query(target, number):
    places = list(where(target))

    @examples(number)
    @given(st.data())
    def attack(data):
        rule, path = data.draw(st.sampled_from(places))
        for at in range(len(rule.arguments)):
            if data.draw(st.booleans()):
                path = swapped(rule, path, at, data.draw(parts))
        names = sorted(target.found.queries.get(rule.rule, set())) or ["q"]
        asked = data.draw(
            st.lists(st.tuples(st.one_of(st.sampled_from(names), parts), parts), max_size=4)
        )
        url = f"{path}?{'&'.join(f'{name}={text}' for name, text in asked)}"
        with target.unchanged(url):
            target.call("GET", url, data.draw(WHO))

    attack()


@in_quick_and_long
def test_any_body_of_any_kind(target, number):
    places = [path for rule in rules(target, "POST") for path in target.paths(rule.rule)]

    @examples(number)
    @given(st.sampled_from(places), bodies, kinds, WHO, st.booleans())
    def attack(path, body, kind, who, token):
        from digest.web.desk.tokens import form_token
        from tests.abuse.seeded import cookie_of

        if token and b"csrf" not in body and "urlencoded" in kind:
            body = f"csrf={quote_plus(form_token(cookie_of(who)))}&".encode() + body
        reply = target.call("POST", path, who, data=body, content_type=kind)
        target.check_refusal(reply, path)

    attack()


def rules(target: Target, method: str):
    return [rule for rule in target.app.url_map.iter_rules() if method in rule.methods]


def where(target: Target):
    """Each rule to look at, with a path of it."""
    return [(rule, path) for rule in rules(target, "GET") for path in target.paths(rule.rule)[:1]]


def swapped(rule, path: str, at: int, raw: str) -> str:
    """The path with another text for one of the arguments of its rule."""
    shape = rule.rule.split("/")
    spots = [spot for spot, part in enumerate(shape) if part.startswith("<")]
    real = path.split("/", len(shape) - 1)
    real[spots[at]] = raw
    return "/".join(real)
