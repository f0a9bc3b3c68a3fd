"""What the page of a 60-story week costs in a browser: bytes, time to use it, time of a move."""

from __future__ import annotations

import os
import statistics
from dataclasses import dataclass, replace

from playwright.sync_api import Page, Response

from digest.model import Issue, Story
from tests.browser.house import House

STORIES = 60
MOVES = 60
MOST_BYTES = 150_000
MOST_READY_MS = 300
MOST_MOVE_MS = 100

_WATCH = """() => {
  window.took = [];
  let began = 0;
  document.addEventListener("click", () => { began = performance.now(); }, true);
  document.addEventListener("desk:swapped", () =>
    requestAnimationFrame(() => window.took.push(performance.now() - began)));
}"""
_READY = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


@dataclass(frozen=True)
class Costs:
    """Bytes of all answers of a first visit; milliseconds of each visit and of each move."""

    bytes: int
    first_ms: float
    again_ms: tuple[float, ...]
    moves_ms: tuple[float, ...]
    plain_ms: tuple[float, ...]
    load: float

    def told(self) -> dict[str, object]:
        """As JSON: budgets beside what was measured, and the same press without the script."""
        moves, plain = _tells(self.moves_ms), _tells(self.plain_ms)
        return {
            "stories": STORIES,
            "bytes": {"budget": MOST_BYTES, "first_visit": self.bytes},
            "ready_ms": {"budget": MOST_READY_MS, "first": round(self.first_ms, 1)}
            | _tells(self.again_ms),
            "move_ms": {"budget": MOST_MOVE_MS, **moves},
            "baseline_plain_form_ms": plain,
            "ratio_to_baseline": round(moves["median"] / plain["median"], 2),
            "load": round(self.load, 1),
        }


def large_week(issue: Issue, number: int) -> Issue:
    """A draft of 60 stories as long as the sample's, in its themes."""
    again = [_another(story) for story in issue.stories][: STORIES - len(issue.stories)]
    themes = list(issue.themes)
    for at, story in enumerate(again):
        spot = at % len(themes)
        themes[spot] = replace(themes[spot], stories=(*themes[spot].stories, story))
    return replace(issue, number=number, week="2026-W20", themes=tuple(themes))


def measured(house: House, number: int) -> Costs:
    """Visit the page of the issue and make moves there, with the script and without."""
    home = f"{house.address}/desk/issues/{number}"
    page = _fresh(house)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(home, wait_until="networkidle")
    sizes = [answer.request.sizes() for answer in answers]
    first = page.evaluate(_READY)
    again = []
    for _ in range(5):
        page.goto(home, wait_until="networkidle")
        again.append(page.evaluate(_READY))
    moves = _moves(page)
    page.context.close()
    plain = _plain(house, home)
    return Costs(
        sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes),
        first,
        tuple(again),
        moves,
        plain,
        os.getloadavg()[0],
    )


def _fresh(house: House) -> Page:
    """Somebody who is signed in, with a browser that has kept nothing yet."""
    entered = house.signed_in()
    fresh = house.context(storage_state=entered.context.storage_state())
    entered.context.close()
    return fresh.new_page()


def _moves(page: Page) -> tuple[float, ...]:
    page.evaluate(_WATCH)
    for at in range(MOVES):
        _press(page, at)
        page.wait_for_function("count => window.took.length > count", arg=at)
    return tuple(page.evaluate("() => window.took"))


def _plain(house: House, home: str) -> tuple[float, ...]:
    page = house.signed_in()
    page.route("**/desk.js*", lambda route: route.abort())
    page.goto(home)
    took = []
    for at in range(MOVES // 4):
        pressed = page.evaluate("() => performance.timeOrigin + performance.now()")
        with page.expect_navigation():
            _press(page, at)
        took.append(page.evaluate("() => performance.timeOrigin") + page.evaluate(_READY) - pressed)
    page.context.close()
    return tuple(took)


def _press(page: Page, at: int) -> None:
    """A story up and down again in turn, each time another."""
    row = page.locator("li.story").nth(1 + 2 * (at // 2 % (STORIES // 4)))
    row.get_by_role("button", name="Move up" if at % 2 == 0 else "Move down").click()


def _another(story: Story) -> Story:
    items = tuple(replace(item, id=f"{item.id}x") for item in story.items)
    return replace(story, id=f"{story.id}x", items=items)


def _tells(times: tuple[float, ...]) -> dict[str, float]:
    return {
        "median": round(statistics.median(times), 1),
        "p95": round(statistics.quantiles(times, n=20)[18], 1),
    }
