"""The editor's moves on a build of the machine's, as a project's settings want them carried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from digest.model import Issue, Story
from digest.model.moves import Move
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.localisation import Catalog
    from digest.moves import Edited
    from digest.store import Store


def replay(
    settings: Settings,
    base: Issue,
    others: Sequence[Story],
    moves: Sequence[Move],
    words: Catalog,
) -> Edited:
    """The draft after the moves, in the language and with the focus of a project.

    Args:
        others: the week's stories that the build does not print, those that moves name at least.
        words: of that language.
    """
    from digest.moves import apply

    language = settings.brand.language.split("-")[0]
    return apply(base, others, moves, language=language, focus=settings.rules.focus, words=words)


def others_for(store: Store, base: Issue, moves: Sequence[Move]) -> tuple[Story, ...]:
    """The unprinted stories of a build that moves name; nothing is read where they name none."""
    from digest.moves import named

    printed = {item.id for story in base.stories for item in story.items}
    wanted = named(moves) - printed
    return store.drafts.others(base.number, base.revision, wanted) if wanted else ()
