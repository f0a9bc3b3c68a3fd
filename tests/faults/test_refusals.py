"""Faults 18 to 21: sources that are gone or closed, and addresses that may not be asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digest.errors import InputError
from digest.sources.fetched import Manners
from tests.faults.conftest import LIMITS, Collector
from tests.standins.web import Answer, Web, feed, moved

PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"


def test_fault_18_410_mutes_the_source_and_says_so(collector: Collector, web: Web) -> None:
    collector.subscribe(Wire=web.serve("/f", Answer(b"gone", 410)))
    report = collector.collect()
    assert report.counts["failed"] == 1
    assert "answered 410 Gone on 2026-05-25; it is muted" in collector.lines("muted")["Wire"]
    assert collector.source("Wire").muted
    with pytest.raises(InputError, match="every source is muted"):
        collector.collect(later=24)
    web.serve("/f", feed())
    collector.store.content.set_muted("Wire", False)
    collector.store.visits.forgive("Wire")
    collector.collect()
    assert collector.titles() == ["A new chip"]
    assert collector.health("Wire").muted_because == ""


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "answered 401 Unauthorized: it wants a user name and a password"),
        (403, "answered 403 Forbidden: it does not let this program in"),
        (404, "answered 404 Not Found: there is nothing at this address"),
        (500, "answered 500 Internal Server Error"),
        (799, "answered with the unknown status 799"),
    ],
)
def test_fault_19_refusals_are_told_apart_and_back_off(
    collector: Collector, web: Web, status: int, words: str
) -> None:
    assert collector.failure(web.serve("/f", Answer(b"no", status))).startswith(words)
    for _ in range(10):
        collector.collect(later=1)
    assert 3 <= len(web.visits) <= 5
    assert not collector.source("Failing").muted


@pytest.mark.parametrize("status", [200, 403, 503])
@pytest.mark.parametrize(
    ("body", "headers", "name"),
    [
        (PAGE, {}, " (Cloudflare)"),
        (b"<rss>", {"cf-mitigated": "challenge"}, " (Cloudflare)"),
        (b"no", {"x-amzn-waf-action": "captcha"}, " (AWS WAF)"),
        (b"<html><script src='https://ct.captcha-delivery.com/c.js'></script>", {}, " (DataDome)"),
        (b"<html>Checking your browser before you go on</html>", {}, ""),
    ],
)
def test_fault_19_a_challenge_page_is_named_and_not_parsed(
    collector: Collector, web: Web, status: int, body: bytes, headers: dict[str, str], name: str
) -> None:
    failure = collector.failure(web.serve("/f", Answer(body, status, {**headers})))
    assert f"a challenge page for browsers{name}" in failure
    assert collector.items() == []


def test_fault_19_a_feed_that_writes_of_challenges_is_none(collector: Collector, web: Web) -> None:
    from tests.builders_feeds import rss_item

    collector.subscribe(Wire=web.serve("/f", feed(rss_item(title="Just a moment, says cf-chl"))))
    assert collector.collect().counts["new"] == 1


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[ff02::1]",
        "[fec0::1]",
        "[64:ff9b::a00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2002:a9fe:a9fe::1]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
        "[::127.0.0.1]",
        "[::]",
    ],
)
def test_fault_20_private_addresses_are_refused_where_they_connect(
    collector: Collector, host: str
) -> None:
    collector.manners = Manners(limits=LIMITS)
    failure = collector.failure(f"http://{host}:8080/latest/meta-data")
    assert "which is not asked" in failure


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "017700000001", "127.1", "0177.0.0.1", "0x7f.1", "127.0.1."],
)
def test_fault_20_hosts_written_as_numbers_are_refused(collector: Collector, host: str) -> None:
    collector.manners = Manners(limits=LIMITS)
    failure = collector.failure(f"http://{host}/f")
    assert "has a number where the name of a host belongs" in failure or "is not asked" in failure


@pytest.mark.parametrize("host", ["127.0.0.3", "localhost", "[::1]", "2130706433", "[fe80::1]"])
def test_fault_20_a_redirect_to_a_private_address_is_refused(
    collector: Collector, web: Web, host: str
) -> None:
    collector.manners = Manners(allowed=frozenset(("127.0.0.1",)), limits=LIMITS)
    web.serve("/secret", feed(), host="127.0.0.3")
    failure = collector.failure(web.serve("/f", moved(f"http://{host}:{web.port}/secret")))
    assert "is not asked" in failure or "a number where the name" in failure
    assert web.asked("/secret") == []


def test_fault_20_a_name_that_leads_to_a_private_address_is_refused(
    collector: Collector, web: Web, names_lead_to: Callable[..., None]
) -> None:
    names_lead_to(lab=["127.0.0.1"])
    web.serve("/f", feed())
    failure = collector.failure(f"http://lab.example:{web.port}/f")
    assert failure.startswith("leads to this machine itself, which is not asked")
    assert web.visits == []


def test_fault_20_a_name_that_changes_between_hops_is_refused(
    collector: Collector, web: Web, names_lead_to: Callable[..., None]
) -> None:
    """Whoever checks a name first and connects afterwards looks it up twice."""
    names_lead_to(lab=["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    collector.limit(connect=0.3)
    web.serve("/f", feed())
    collector.failure(f"http://lab.example:{web.port}/f")
    failure = collector.collect(only="Failing").lines[0].reason
    assert failure.startswith("leads to this machine itself")
    assert web.visits == []


def test_fault_20_a_host_of_the_setting_is_asked(
    collector: Collector, web: Web, names_lead_to: Callable[..., None]
) -> None:
    names_lead_to(intranet=["127.0.0.1"])
    collector.manners = Manners(allowed=frozenset(("intranet.example",)), limits=LIMITS)
    web.serve("/f", feed())
    collector.subscribe(Wire=f"http://intranet.example:{web.port}/f")
    assert collector.collect().counts["new"] == 1


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://lab.example/f",
        "gopher://lab.example/f",
        "data:text/xml,<rss/>",
        "feed:https://lab.example/f",
        "//lab.example/f",
        "http://",
    ],
)
def test_fault_21_other_schemes_are_refused_at_once_and_in_redirects(
    collector: Collector, web: Web, url: str
) -> None:
    assert "is not an http or https address" in collector.failure(url)
    collector.subscribe(Sent=web.serve("/f", Answer(status=302, headers={"Location": url})))
    collector.collect()
    assert "Sent" in collector.lines("failed")


def test_fault_21_no_user_and_no_password_is_told_or_stored(
    collector: Collector, web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    address = web.url("").replace("http://", "http://ada:s3cret@")
    web.serve("/missing", Answer(b"no", 404))
    web.serve("/moved", moved("/good"))
    web.serve("/good", feed(ETag='"x"'))
    web.serve("/away", moved("http://eve:s3cret@[::1/"))
    web.serve("/bad", moved("ftp://eve:s3cret@lab.example/"))
    collector.subscribe(
        **{path: f"{address}/{path}" for path in ("missing", "moved", "away", "bad")}
    )
    report = collector.collect()
    told = f"{report} {collector.store.visits.healths()} {caplog.text}"
    assert "s3cret" not in told
    assert "authorization" in web.asked("/good")[-1].headers
