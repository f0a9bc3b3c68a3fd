"""Measure rendering a 30-story issue and personalising it; prints JSON.

Run from the checkout: `python benchmarks/render.py`. The baselines, in the same run: what a simple
newsletter does, which is to render again for each subscriber and to encode each mail as JSON; and
npm's own mjml, warm in one process of Node, for the same MJML (where `npm ci` was run in
tests/email/tools). Readers differ in all that a mail knows of them: a name or none, and one of 128
choices of themes. The long issue is as long as a busy real week. Memory is that of a process that
streams a list nobody holds.
"""

from __future__ import annotations

import json
import quopri
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digest.dressing import compile_mjml, to_mjml, to_text
from digest.layout import lay_out
from digest.links import Links
from digest.lint import lint_issue
from digest.localisation import ENGLISH
from digest.model import Brand, Email, Issue, Story, Subscriber
from digest.personal import json_mails, personalise
from digest.providers.resend import params
from digest.render import render_issue
from tests.builders import make_subscriber
from tests.full_issue import full_issue

TOOLS = Path(__file__).resolve().parent.parent / "tests" / "email" / "tools"
RUNS = 200
SUBSCRIBERS = 20_000
STREAMED = 1_000_000
ROUNDS = 3
AGAIN = 100
BASE = "https://recap.example"
BRAND = Brand(address="Weekly AI Recap, 1 Sample Street, 10115 Berlin")
PAGES = ("leave", "preferences", "issue", "subscribe")
NAMES = ("", "Ada Lovelace", "Bo", "Zoë Ångström", "山田 太郎")
LONGER = " “It’s a week – of it”, and one word more for everyone who reads to the end of this line."
MAKERS: dict[str, Callable[[Email, Iterable[Subscriber]], Iterator[object]]] = {
    "joined": lambda email, people: personalise(email, people, secret="bench"),
    "json": lambda email, people: json_mails(email, people, document=params, secret="bench"),
}


def timed(step: Callable[[], object], runs: int) -> dict[str, float]:
    """Milliseconds a run: median and 95th percentile of wall time, median of CPU time."""
    step()
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        step()
        walls.append(1e3 * (time.perf_counter() - wall))
        cpus.append(1e3 * (time.process_time() - cpu))
    return {
        "median_ms": round(statistics.median(walls), 3),
        "p95_ms": round(statistics.quantiles(walls, n=20)[18], 3),
        "cpu_median_ms": round(statistics.median(cpus), 3),
    }


def rendered(issue: Issue) -> Email:
    return render_issue(issue, base_url=BASE, brand=BRAND, pages=PAGES)


def readers(email: Email, most: int) -> Iterator[Subscriber]:
    """Subscribers one by one: four of five have a name, and all sets of themes are chosen."""
    for number in range(1, most + 1):
        chosen = (block.label for at, block in enumerate(email.blocks) if number >> at & 1)
        name = NAMES[number % len(NAMES)]
        yield make_subscriber(number, name=name, themes=tuple(chosen))


def a_second(make: Callable[[], Iterable[object]], count: int) -> int:
    """How many of `count` things are made in one CPU second, in the best of three rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        cpu = time.process_time()
        for _ in make():
            pass
        best = min(best, time.process_time() - cpu)
    return round(count / best)


def long_issue() -> Issue:
    """The same issue with more to say in each story, and the signs that typesetters use."""

    def longer(story: Story) -> Story:
        said = (replace(one, text=one.text + LONGER * 3) for one in story.brief.why_it_matters)
        return replace(story, brief=replace(story.brief, why_it_matters=tuple(said)))

    issue = full_issue()
    themes = (replace(theme, stories=tuple(map(longer, theme.stories))) for theme in issue.themes)
    return replace(issue, themes=tuple(themes))


def personalising(email: Email) -> dict[str, float]:
    """Mails a CPU second with and without anything personal, beside the two baselines."""
    known = list(readers(email, SUBSCRIBERS))
    unknown = [make_subscriber(number) for number in range(1, SUBSCRIBERS + 1)]

    def encoded() -> Iterator[str]:
        for mail in islice(personalise(email, known, secret="bench"), SUBSCRIBERS // 10):
            yield json.dumps(params(mail))

    html = email.html.encode()
    report: dict[str, float] = {
        "html_bytes": len(html),
        "html_quoted_printable_bytes": len(quopri.encodestring(html)),
        "text_bytes": len(email.text.encode()),
        "baseline_json_dumps_per_cpu_second": a_second(encoded, SUBSCRIBERS // 10),
    }
    for name, people in (("known", known), ("unknown", unknown)):
        for kind, make in MAKERS.items():
            rate = a_second(lambda make=make, people=people: make(email, people), SUBSCRIBERS)
            report[f"{kind}_{name}_readers_per_cpu_second"] = rate
    ratio = report["json_known_readers_per_cpu_second"]
    report["json_ratio"] = round(ratio / report["baseline_json_dumps_per_cpu_second"], 1)
    return report


def stream(kind: str, most: int) -> None:
    """Print the peak memory of this process before and after `most` mails, in MB."""
    email = rendered(full_issue())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sizes = sum(1 for _ in MAKERS[kind](email, readers(email, most)))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"mails": sizes, "before": before / 1024, "after": after / 1024}))


def streamed(kind: str) -> dict[str, float]:
    command = [sys.executable, __file__, kind, str(STREAMED)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {name: round(value, 1) for name, value in report.items()}


def npm_mjml(source: str, ours: float) -> dict[str, float] | str:
    """Milliseconds of wall time of npm's mjml for the same MJML, and how often `ours` fits in."""
    if not (TOOLS / "node_modules").is_dir():
        return "not installed: npm ci in tests/email/tools"
    command = ["node", "mjml_peer.mjs", str(RUNS)]
    done = subprocess.run(
        command, input=source, cwd=TOOLS, capture_output=True, text=True, check=True
    )
    walls = json.loads(done.stdout)["milliseconds"]
    median = statistics.median(walls)
    return {
        "median_ms": round(median, 3),
        "p95_ms": round(statistics.quantiles(walls, n=20)[18], 3),
        "times_mjml_python": round(median / ours, 1),
    }


def main() -> None:
    issue = full_issue()
    page = lay_out(issue, BRAND, links=Links("mailto:a@b.example", "mailto:a@b.example"))
    email = rendered(issue)

    def rendered_again() -> Iterator[str]:
        for _ in range(AGAIN):
            yield compile_mjml(to_mjml(page, ENGLISH)) + to_text(page, ENGLISH)

    jinja_and_mjml = timed(lambda: compile_mjml(to_mjml(page, ENGLISH)), RUNS)
    source = to_mjml(page, ENGLISH)
    mjml_alone = timed(lambda: compile_mjml(source), RUNS)
    style = sum(len(text) for text in re.findall(r"<style[^>]*>(.*?)</style>", email.html, re.S))
    fetched = re.findall(r"<(?:img|link|script|iframe)\b|@import|@font-face|url\(", email.html)
    sample, week = personalising(email), personalising(rendered(long_issue()))
    again = a_second(rendered_again, AGAIN)
    memory = {kind: streamed(kind) for kind in MAKERS}
    report = {
        "stories": sum(len(theme.stories) for theme in issue.themes),
        "short_stories": len(issue.also),
        "jinja_and_mjml": jinja_and_mjml,
        "mjml_python": mjml_alone,
        "npm_mjml": npm_mjml(source, mjml_alone["median_ms"]),
        "whole_render_with_guards_and_text": timed(lambda: rendered(issue), RUNS),
        "lint": timed(lambda: lint_issue(issue, email), RUNS // 4),
        "style_characters": style,
        "external_requests": len(fetched),
        "sample_issue": sample,
        "long_issue": week,
        "baseline_render_again_per_cpu_second": again,
        "ratio": round(sample["joined_known_readers_per_cpu_second"] / again),
        "peak_memory_mb": memory,
        "budgets_met": {
            "cpu_median_2_ms": jinja_and_mjml["cpu_median_ms"] <= 2,
            "html_80000": sample["html_bytes"] <= 80_000,
            "html_quoted_printable_95000": sample["html_quoted_printable_bytes"] <= 95_000,
            "style_6000": style <= 6_000,
            "no_request": not fetched,
            "joined_100000": sample["joined_known_readers_per_cpu_second"] >= 100_000,
            "json_20000": sample["json_known_readers_per_cpu_second"] >= 20_000,
            "memory_100_mb": all(run["after"] <= 100 for run in memory.values()),
        },
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        stream(sys.argv[1], int(sys.argv[2]))
    else:
        main()
