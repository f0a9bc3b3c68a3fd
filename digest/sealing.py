"""Make the mails of a batch and their hash, so that every attempt at it is the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from digest.delivery import MAX_BATCH_BYTES
from digest.model import Email, Recipient, Subscriber
from digest.personal import frozen_recipients, personalise

_encode = msgspec.json.Encoder(enc_hook=dict).encode  # headers and tags may be read-only mappings


@dataclass(frozen=True, slots=True)
class Sealed:
    """The content of a batch.

    Attributes:
        recipients, mails: one mail each, in order.
        sha256: of everything that is in the mails.
        size: bytes of all mails.
    """

    recipients: tuple[Recipient, ...]
    mails: tuple[Email, ...]
    sha256: str
    size: int


class Sealer:
    """Seals batches of one mail.

    Args:
        mail: what was approved.
        secret: signs the addresses to leave by.
        max_bytes: a new batch closes before it is larger; one mail that is goes alone.
    """

    def __init__(self, mail: Email, *, secret: str, max_bytes: int = MAX_BATCH_BYTES) -> None:
        self._mail, self._secret, self._max_bytes = mail, secret, max_bytes

    def fresh(self, people: Sequence[Subscriber]) -> Sealed:
        """A new batch, of the first of these people: as many as it has room for, at least one."""
        recipients = tuple(frozen_recipients(people, secret=self._secret))
        return self._sealed(recipients, self._max_bytes)

    def again(self, recipients: Iterable[Recipient]) -> Sealed:
        """The batch of these recipients, all of them, however large."""
        return self._sealed(tuple(recipients), None)

    def _sealed(self, recipients: tuple[Recipient, ...], max_bytes: int | None) -> Sealed:
        mails: list[Email] = []
        seal, size = hashlib.sha256(), 0
        for mail in personalise(self._mail, recipients):
            data = _encode(mail)
            if mails and max_bytes is not None and size + len(data) > max_bytes:
                break
            size += len(data)
            mails.append(mail)
            seal.update(b"%d\n" % len(data))
            seal.update(data)
        return Sealed(recipients[: len(mails)], tuple(mails), seal.hexdigest(), size)
