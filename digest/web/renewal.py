"""An application that is made anew when the settings are others; calls under way end on the old."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from digest.errors import DigestError
from digest.settings import Settings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("digest")


class Renewed:
    """A WSGI application by the settings in force; any number of threads.

    Args:
        current: the settings in force, the same object until they change.
        make: makes the application; at the start its errors go on to the caller, later they are
            logged and the old application stays.
    """

    def __init__(
        self, current: Callable[[], Settings], make: Callable[[Settings], WSGIApplication]
    ) -> None:
        self._current, self._make = current, make
        self._lock = threading.Lock()
        self._settings = current()
        self._app = make(self._settings)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one call."""
        if self._current() is not self._settings:
            self._renew()
        return self._app(environ, start)

    def _renew(self) -> None:
        with self._lock:
            settings = self._current()
            if settings is self._settings:
                return
            try:
                self._app = self._make(settings)
            except DigestError as error:
                log.error("the pages stay as they were: %s; %s", error.problem, error.hint)
            self._settings = settings
