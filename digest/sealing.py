"""Make the mails of a batch and their hash, so that every attempt at it is the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from digest.delivery import Limits
from digest.model import Email, Recipient, Subscriber
from digest.personal import frozen_recipients, personalise

_encode = msgspec.json.Encoder(enc_hook=dict).encode  # headers and tags may be read-only mappings


@dataclass(frozen=True, slots=True)
class Sealed:
    """The content of a batch.

    Attributes:
        recipients, mails: one mail each, in order.
        sha256: of everything that is in the mails.
    """

    recipients: tuple[Recipient, ...]
    mails: tuple[Email, ...]
    sha256: str


def _size(mail: Email) -> int:
    return len(_encode(mail))


class Sealer:
    """Seals batches of one mail.

    Args:
        mail: what was approved.
        secret: signs the addresses to leave by.
        limits: a new batch closes before it is larger; one mail that is goes alone.
        size: bytes of a mail, as the provider counts them.

    Attributes:
        limits: the same.
    """

    def __init__(
        self,
        mail: Email,
        *,
        secret: str,
        limits: Limits | None = None,
        size: Callable[[Email], int] | None = None,
    ) -> None:
        self._mail, self._secret = mail, secret
        self.limits = limits or Limits()
        self._size = size or _size

    def fresh(self, people: Sequence[Subscriber]) -> Sealed:
        """A new batch, of the first of these people: as many as it has room for, at least one."""
        chosen = people[: self.limits.mails]
        recipients = tuple(frozen_recipients(chosen, secret=self._secret))
        return self._sealed(recipients, self.limits.bytes)

    def again(self, recipients: Iterable[Recipient]) -> Sealed:
        """The batch of these recipients, all of them, however large."""
        return self._sealed(tuple(recipients), None)

    def _sealed(self, recipients: tuple[Recipient, ...], max_bytes: int | None) -> Sealed:
        mails: list[Email] = []
        seal, size = hashlib.sha256(), 0
        for mail in personalise(self._mail, recipients):
            if max_bytes is not None:
                size += self._size(mail)
                if mails and size > max_bytes:
                    break
            data = _encode(mail)
            mails.append(mail)
            seal.update(b"%d\n" % len(data))
            seal.update(data)
        return Sealed(recipients[: len(mails)], tuple(mails), seal.hexdigest())
