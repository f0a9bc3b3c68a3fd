"""Write each mail as an .eml file into a folder: development, tests, and issues with no account."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from digest.delivery import Limits, Outcome, message_id
from digest.errors import ProviderRefusedError
from digest.model import DeliveryState, Email
from digest.providers.eml import eml


class OutboxProvider:
    """A folder that takes mail.

    Args:
        folder: made on the first mail; the same batch writes the same files again.
    """

    name = "outbox"
    honours_keys = True
    limits = Limits()

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def size(self, mail: Email) -> int:
        """About the bytes of its file. See `Provider.size`."""
        return len(mail.html.encode()) + len(mail.text.encode())

    def send(self, key: str, emails: Sequence[Email], *, at: datetime) -> tuple[Outcome, ...]:
        """Write the batch; a file appears whole or not at all. See `Provider.send`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return tuple(self._write(key, mail, at) for mail in emails)
        except OSError as error:
            raise ProviderRefusedError(
                f"the outbox {self.folder} cannot be written: {error.strerror or error}",
                hint="make the folder writable, free some space, and send again",
            ) from error

    def _write(self, key: str, mail: Email, at: datetime) -> Outcome:
        message = eml(mail, key=key, at=at)
        mark = message_id(key, mail.to, "")[1:9]  # tells addresses apart that read the same
        stem = re.sub(r"[^A-Za-z0-9@._-]+", "-", f"{key.rpartition('/')[0]}-{mail.to[:100]}")
        path = self.folder / f"{stem}-{mark}.eml"
        handle, draft = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            os.chmod(draft, 0o644)
            os.replace(draft, path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        return Outcome(DeliveryState.SENT, provider_id=str(message["Message-ID"]))
