"""The part `keep` of schedules.yaml: how long what was collected is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec

from digest.settings.parts import Part

WEEKS_LOOKED_BACK = 13
"""Drafts remember the last twelve issues and what was collected for them."""


class Keep(Part, frozen=True):
    """How long what was collected is kept.

    Attributes:
        items_days: after so many an item that stands in no issue is forgotten.
    """

    items_days: Annotated[int, msgspec.Meta(ge=7 * WEEKS_LOOKED_BACK)] = 365

    @property
    def items(self) -> timedelta:
        """`items_days` as a length of time."""
        return timedelta(days=self.items_days)
