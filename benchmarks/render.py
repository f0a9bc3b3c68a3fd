"""Measure rendering a 30-story issue and personalising it; prints JSON.

Run from the checkout: `python benchmarks/render.py`. The baselines, in the same run: what a simple
newsletter does, rendering again for each subscriber, and npm's own mjml, warm in one process of
Node, for the same MJML (where `npm ci` was run in tests/email/tools).
"""

from __future__ import annotations

import json
import quopri
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digest.dressing import compile_mjml, to_mjml, to_text
from digest.layout import lay_out
from digest.lint import lint_issue
from digest.model import Brand
from digest.render import personalise, render_issue
from tests.builders import make_subscriber
from tests.full_issue import full_issue

TOOLS = Path(__file__).resolve().parent.parent / "tests" / "email" / "tools"
RUNS = 200
SUBSCRIBERS = 50_000
AGAIN = 100
BASE = "https://recap.example"
BRAND = Brand(address="Weekly AI Recap, 1 Sample Street, 10115 Berlin")


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


def a_second(make: Callable[[int], object], count: int) -> int:
    """How many of `count` things are made in one CPU second."""
    cpu = time.process_time()
    make(count)
    return round(count / (time.process_time() - cpu))


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
    page = lay_out(issue, BRAND, unsubscribe="mailto:a@b.example")
    email = render_issue(issue, base_url=BASE, brand=BRAND)
    people = [make_subscriber(number) for number in range(1, SUBSCRIBERS + 1)]

    def joined(count: int) -> None:
        for _ in islice(personalise(email, people, secret="bench"), count):
            pass

    def rendered_again(count: int) -> None:
        for _ in range(count):
            compile_mjml(to_mjml(page))
            to_text(page)

    fast, plain = a_second(joined, SUBSCRIBERS), a_second(rendered_again, AGAIN)
    jinja_and_mjml = timed(lambda: compile_mjml(to_mjml(page)), RUNS)
    source = to_mjml(page)
    mjml_alone = timed(lambda: compile_mjml(source), RUNS)
    html = email.html.encode()
    style = sum(len(text) for text in re.findall(r"<style[^>]*>(.*?)</style>", email.html, re.S))
    fetched = re.findall(r"<(?:img|link|script|iframe)\b|@import|@font-face|url\(", email.html)
    report = {
        "stories": sum(len(theme.stories) for theme in issue.themes),
        "short_stories": len(issue.also),
        "jinja_and_mjml": jinja_and_mjml,
        "mjml_python": mjml_alone,
        "npm_mjml": npm_mjml(source, mjml_alone["median_ms"]),
        "whole_render_with_guards_and_text": timed(
            lambda: render_issue(issue, base_url=BASE, brand=BRAND), RUNS
        ),
        "lint": timed(lambda: lint_issue(issue, email), RUNS // 4),
        "html_bytes": len(html),
        "quoted_printable_bytes": len(quopri.encodestring(html)),
        "text_bytes": len(email.text.encode()),
        "style_characters": style,
        "external_requests": len(fetched),
        "personalise_per_cpu_second": fast,
        "baseline_render_again_per_cpu_second": plain,
        "ratio": round(fast / plain),
        "budgets_met": {
            "cpu_median_3_ms": jinja_and_mjml["cpu_median_ms"] <= 3,
            "html_85000": len(html) <= 85_000,
            "style_8000": style <= 8_000,
            "no_request": not fetched,
        },
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
