"""Every page of an installation that has lived for a while: what it is called and where it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from digest.model import Profile, Story, SubscriberStatus
from digest.model.moves import DropStory, PinStory
from digest.pipeline import editing
from digest.pipeline.archiving import theme_id
from digest.pipeline.notices import ask_to_confirm
from digest.slugs import key_of, slug
from digest.tokens import confirmation_token, key_id, leave_token, preferences_token
from digest.web.desk import orders
from tests.browser.house import House

DRAFT, SENT = 1, 2
FRESH = "f" * 32

DESK: dict[str, str] = {
    "sign-in": "sign-in",
    "issues": "issues",
    "week": "issues/1",
    "story": "issues/1/stories/{story}",
    "why": "issues/1/why",
    "why-story": "issues/1/why/{story}",
    "why-left-out": "issues/1/why/{out}",
    "map": "issues/1/map",
    "left-out": "issues/1/left-out",
    "left-out-rule": "issues/1/left-out?rule=below+the+cut",
    "history": "issues/1/history",
    "changes": "issues/1/history/2",
    "preview": "issues/1/preview",
    "preview-phone": "issues/1/preview?view=phone",
    "preview-text": "issues/1/preview?view=text",
    "preview-headers": "issues/1/preview?view=headers",
    "preview-source": "issues/1/preview?view=source",
    "check": "issues/1/check",
    "send": "issues/1/send",
    "approve": "issues/1/approve",
    "week-sent": "issues/2",
    "send-sent": "issues/2/send",
    "deliveries": "issues/2/deliveries",
    "sources": "sources",
    "audience": "audience",
    "person": "audience/1",
    "erase": "audience/1/erase",
    "import": "audience/import",
    "schedule": "schedule",
    "users": "users",
    "audit": "audit",
    "account": "account",
    "nowhere": "nowhere",
}
"""Below `/desk/`."""

PUBLIC: dict[str, str] = {
    "home": "",
    "archive": "issues/",
    "issue": "issues/2",
    "public-story": "{story_path}",
    "theme": "{theme_path}",
    "search": "search",
    "search-found": "search?q=Amazon",
    "search-nothing": "search?q=zeppelin",
    "subscribe": "subscribe",
    "confirm": "confirm/{confirm}",
    "preferences": "preferences/{preferences}",
    "leave": "leave/{leave}",
    "no-page": "nowhere",
}
"""Below the address of the installation."""


def live_in(house: House) -> dict[str, str]:
    """Send an issue and edit a draft; gives what the addresses of the pages are made with."""
    issue = house.store.content.issue(DRAFT)
    house.publish(SENT, replace(issue, number=SENT, week="2026-W20"))
    now, secret = datetime.now(UTC), house.settings.secret_key
    theme, story = issue.themes[0], issue.themes[0].stories[0]
    ask_to_confirm(
        house.store,
        house.settings,
        "new@post.example",
        Profile(),
        fresh=FRESH,
        now=now,
        evidence="",
    )
    reader = next(house.store.audience.all(SubscriberStatus.CONFIRMED))
    for move in (PinStory(story.id, orders.mark(theme)), DropStory(issue.also[-1].id)):
        editing.make_move(
            house.store, house.settings, DRAFT, move,
            revision=house.store.content.issue(DRAFT).revision, by="ada", now=now,
        )  # fmt: skip
    return {
        "story": story.id,
        "out": next(one.item for one in issue.left_out if one.rule.startswith("below")),
        "story_path": f"issues/{SENT}/{_slug(story)}",
        "theme_path": f"themes/{slug(theme.label, key_of(theme_id(theme.label)))}",
        "confirm": confirmation_token(f"{key_id(secret)}.{FRESH}", secret),
        "preferences": preferences_token(reader.id, secret),
        "leave": leave_token(reader.id, secret),
    }


def addresses(house: House, names: dict[str, str], told: dict[str, str]) -> dict[str, str]:
    """The whole addresses of `DESK` or `PUBLIC` by their names, with what `live_in` told."""
    top = house.address + ("/desk/" if names is DESK else "/")
    return {name: top + path.format(**told) for name, path in names.items()}


def _slug(story: Story) -> str:
    return slug(story.title, key_of(story.id))
