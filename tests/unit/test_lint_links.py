"""Whether links can be opened and look honest, and how answers of the web are judged."""

from __future__ import annotations

import pytest

from digest.lint.findings import LinkAnswer
from digest.lint.links import addresses, check_answers, check_links
from tests.builders_lint import LEAVE, found, make_letter

PAGE = "https://chip-ledger.example/a"
OTHER = "https://policy-wire.example/b"


def linked(*targets: str, **fields):
    return make_letter(" ".join(f'<a href="{one}">Report</a>' for one in targets), **fields)


@pytest.mark.parametrize(
    "target",
    [
        PAGE,
        f"{PAGE}?id=5&amp;page=2#part",
        "https://chip-ledger.example:8443/a",
        "mailto:ada@reader.example",
        "mailto:?subject=Fwd%3A%20Chips&amp;body=https%3A%2F%2Frecap.example",
        "https://bücher.example/a",
    ],
)
def test_a_link_that_can_be_opened_is_sound(target):
    assert found(check_links, linked(target)) == []


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("", "`` is empty"),
        ("javascript:alert(1)", "is not http or https"),
        ("mailto:nobody", "is not http or https"),
        ("https://", "names no host"),
        ("https://.example/a", "names no host"),
        ("https://a..example/a", "names no host"),
        ("https://a.example:x/", "cannot be read: Port"),
        ("https://[a/", "cannot be read"),
        ("https://a.example/a b", "is no address"),
        (" https://a.example/", "is no address"),
        ("https://bank.example@evil.example/", "holds a user name"),
    ],
)
def test_a_link_that_cannot_is_an_error_with_its_value(target, problem):
    (finding,) = check_links(linked(target))
    assert (finding.level, finding.rule) == ("error", "link-malformed")
    assert problem in finding.message
    assert finding.place == "link “Report”"


def test_links_without_encryption_share_one_warning():
    (finding,) = check_links(linked("http://a.example/1", "http://b.example/2", PAGE))
    assert (finding.level, finding.rule) == ("warning", "link-http")
    assert finding.message == "http://a.example/1 and 1 more: http, not https"


@pytest.mark.parametrize("target", ["https://bit.ly/abc", "https://www.tinyurl.com/abc"])
def test_a_shortened_address_is_a_warning(target):
    assert found(check_links, linked(target)) == [("warning", "link-shortened")]


@pytest.mark.parametrize(
    "host", ["localhost", "recap.local", "build.internal", "intranet", "10.0.0.7", "127.0.0.1"]
)
def test_a_host_of_this_network_is_an_error_once_the_mail_leaves_it(host):
    letter = linked(f"https://{host}/a")
    assert found(check_links, letter) == []
    leaving = linked(f"https://{host}/a", goes_out=True)
    assert found(check_links, leaving) == [("error", "link-private")]


@pytest.mark.parametrize("host", ["chip-ledger.example", "93.184.215.14"])
def test_a_public_host_may_stand_in_a_mail_that_leaves(host):
    assert found(check_links, linked(f"https://{host}/a", goes_out=True)) == []


def test_more_than_a_hundred_links_are_a_warning():
    many = [f"{PAGE}/{number}" for number in range(99)]
    assert found(check_links, linked(*many)) == []
    assert found(check_links, linked(*many, OTHER)) == [("warning", "link-count")]


def test_each_address_is_asked_for_once_and_the_way_out_is_not():
    letter = linked(PAGE, OTHER, PAGE, "mailto:a@b.example", "https://", "https://a.example/@@X@@")
    assert addresses(letter) == (PAGE, OTHER, LEAVE)


def judged(answer: LinkAnswer) -> list[tuple[str, str]]:
    """What is found of a link with this answer beside one that is well."""
    answers = {PAGE: answer, OTHER: LinkAnswer(200, OTHER)}
    return found(check_answers, linked(PAGE, OTHER, answers=answers))


@pytest.mark.parametrize(
    "answer", [LinkAnswer(200, PAGE), LinkAnswer(200, f"{PAGE}/moved"), LinkAnswer(200)]
)
def test_a_page_that_is_there_is_sound(answer):
    assert judged(answer) == []


@pytest.mark.parametrize(
    "answer",
    [
        LinkAnswer(404, PAGE, "answered 404 Not Found"),
        LinkAnswer(410, PAGE, "answered 410 Gone"),
        LinkAnswer(error="the name of the host is not known", unknown_host=True),
    ],
)
def test_a_page_that_is_gone_is_an_error(answer):
    assert judged(answer) == [("error", "link-dead")]


@pytest.mark.parametrize(
    "answer",
    [
        LinkAnswer(403, PAGE, "answered 403 Forbidden"),
        LinkAnswer(429, PAGE, "answered 429 Too Many Requests"),
        LinkAnswer(500, PAGE, "answered 500 Internal Server Error"),
        LinkAnswer(error="no answer within 10 s"),
    ],
)
def test_a_page_that_nobody_could_check_is_a_warning(answer):
    assert judged(answer) == [("warning", "link-unchecked")]


@pytest.mark.parametrize("end", ["https://chip-ledger.example/", "https://parked.example"])
def test_a_page_that_leads_to_a_front_page_is_a_warning(end):
    assert judged(LinkAnswer(200, end)) == [("warning", "link-front-page")]


@pytest.mark.parametrize("end", ["https://parked.example/?p=7", "https://parked.example/a"])
def test_a_page_that_leads_to_another_page_is_sound(end):
    assert judged(LinkAnswer(200, end)) == []


def test_a_front_page_that_is_linked_as_such_is_sound():
    front = "https://chip-ledger.example/"
    answers = {front: LinkAnswer(200, front)}
    assert found(check_answers, linked(front, answers=answers)) == []


def test_pages_that_nobody_could_check_for_one_reason_share_a_warning():
    refused = LinkAnswer(403, "", "answered 403 Forbidden")
    third = "https://grid-watch.example/c"
    answers = {PAGE: refused, OTHER: refused, third: LinkAnswer(500, "", "answered 500")}
    messages = [one.message for one in check_answers(linked(PAGE, OTHER, third, answers=answers))]
    assert messages == [
        f"{PAGE} and 1 more could not be checked: answered 403 Forbidden",
        f"{third} could not be checked: answered 500",
    ]


def test_without_a_network_no_link_is_called_dead():
    unknown = LinkAnswer(error="the name of the host is not known", unknown_host=True)
    (finding,) = check_answers(linked(PAGE, OTHER, answers={PAGE: unknown, OTHER: unknown}))
    assert (finding.level, finding.rule, finding.place) == ("warning", "link-unchecked", "links")
    assert finding.message == "none of 2 links was reached: the name of the host is not known"


def test_of_links_that_were_not_asked_for_nothing_is_said():
    answers = {"https://elsewhere.example/x": LinkAnswer(404, "", "answered 404 Not Found")}
    assert found(check_answers, linked(PAGE, answers=answers)) == []
