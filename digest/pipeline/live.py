"""The settings of a running process: schedules.yaml is watched, and a broken edit changes nothing.

Only this file is; .env and the environment are read once, at the start.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from digest.errors import ConfigError
from digest.settings import FILE, Settings, file_text, with_file

if TYPE_CHECKING:
    from digest.providers import Provider

SETTLED = 1.0
"""Seconds for which an edit has to stay the same: half a file may be a valid one."""

log = logging.getLogger("digest")


class LiveSettings:
    """The settings in force, for any number of threads.

    Args:
        settings: those of the start, as they were just read.
        clock: seconds that only ever grow.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._problem: ConfigError | None = None
        self._known = self._read()
        self._edit: tuple[str | ConfigError, float] | None = None

    def current(self) -> Settings:
        """The last good settings: the same object until a good edit is taken."""
        return self._settings

    @property
    def problem(self) -> ConfigError | None:
        """What is wrong with the file as it is now; None if it is the one in force."""
        return self._problem

    def look(self) -> bool:
        """Look at the file, and take an edit that has stayed the same for `SETTLED` seconds.

        Whoever holds something made of the settings compares them with `current()`: another
        thread's look may have taken the edit.

        Returns:
            Whether this look has changed the settings.
        """
        with self._lock:
            found, now = self._read(), self._clock()
            if _same(found, self._known):
                self._edit = None
                return False
            if self._edit is None or not _same(found, self._edit[0]):
                self._edit = found, now
            if now - self._edit[1] < SETTLED:
                return False
            self._known, self._edit = found, None
            return self._take(found)

    def _read(self) -> str | ConfigError:
        try:
            return file_text(self._settings.folder)
        except ConfigError as error:
            return error

    def _take(self, found: str | ConfigError) -> bool:
        try:
            if isinstance(found, ConfigError):
                raise found
            settings = with_file(self._settings, found)
            if settings.provider != self._settings.provider:
                _check_provider(settings)
        except ConfigError as error:
            self._problem = error
            log.error("%s; the last good %s stays in force; %s", error.problem, FILE, error.hint)
            return False
        changed, mended = settings != self._settings, self._problem is not None
        self._problem = None
        if changed:
            self._settings = settings
            log.info("the edit of %s is in force", FILE)
        elif mended:
            log.info("%s is mended, and as it was", FILE)
        return changed


class LiveProvider:
    """The provider of the settings in force, opened again only when they name another one.

    Args:
        open_provider: opens the one that settings name.
    """

    def __init__(self, live: LiveSettings, open_provider: Callable[[Settings], Provider]) -> None:
        self._live, self._open = live, open_provider
        settings = live.current()
        self._name, self._provider = settings.provider, open_provider(settings)

    def __call__(self) -> Provider:
        """The provider; for one thread."""
        settings = self._live.current()
        if settings.provider != self._name:
            self._provider, self._name = self._open(settings), settings.provider
        return self._provider


def _same(first: str | ConfigError, second: str | ConfigError) -> bool:
    return str(first) == str(second)


def _check_provider(settings: Settings) -> None:
    """Refuse a provider whose key or server is not in the environment."""
    from digest.providers import open_provider

    open_provider(settings)
