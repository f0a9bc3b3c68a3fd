"""Everything this package raises on purpose: a problem with the value at fault, and what to do.

* DigestError             exit code 1
  x ConfigError           schedules.yaml, .env or the environment is wrong; exit code 2
  x InputError            a file or argument the user gave cannot be read
  x SourceError           one source could not be read; the run goes on without it
  x WriterError           a model writer gave no usable brief; the extractive one stays
  x NotEnoughStories      too little material for an issue; nothing is made
  x StateError            the issue is not in a state that allows this step
  x TemplateError         Jinja or MJML refused a template or what was put into it
  x StoreError            the database is missing, locked, read-only or of another version
  x WebhookError          a report on mail is not the provider's, is stale, or says nothing we know
  x DeliveryError         the provider refused or could not be reached
    + NotAcceptedError         nothing of the batch was taken, for now; same key later
    + OutcomeUnknownError      it may have been taken; same key, same bytes
    + BatchRefusedError        a mail of it is at fault, and nobody says which
    + ProviderRefusedError     key, domain, quota or folder: no batch can leave
    + ContradictionError       its answer does not fit what was sent: a person has to look
"""

from __future__ import annotations


class DigestError(Exception):
    """What went wrong, where, with which value, and what to do about it.

    Args:
        problem: one sentence that names the place and the offending value.
        hint: one sentence that says what to do; empty if nothing can be done.
    """

    exit_code = 1

    def __init__(self, problem: str, *, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.problem}\n  hint: {self.hint}" if self.hint else self.problem


class ConfigError(DigestError):
    """schedules.yaml, .env or the environment holds something that cannot be used."""

    exit_code = 2


class InputError(DigestError):
    """A file or an argument that the user gave cannot be read."""


class SourceError(DigestError):
    """One source could not be read; the others are not affected."""


class WriterError(DigestError):
    """A model writer gave no usable brief of a story; the extractive one stays.

    Args:
        final: asking about another story of the same run cannot help either.
    """

    def __init__(self, problem: str, *, hint: str = "", final: bool = False) -> None:
        super().__init__(problem, hint=hint)
        self.final = final


class NotEnoughStories(DigestError):
    """There is too little material for an issue; nothing was made."""


class StateError(DigestError):
    """The issue is not in a state that allows this step."""


class TemplateError(DigestError):
    """Jinja or MJML refused a template or what was put into it."""


class StoreError(DigestError):
    """The database is missing, locked, read-only or of another version."""


class WebhookError(DigestError):
    """A report on mail that is not signed by the provider, is stale, or cannot be read."""


class DeliveryError(DigestError):
    """The provider refused a batch or could not be reached."""


class NotAcceptedError(DeliveryError):
    """Nothing of the batch was taken, and that is certain: it may be tried again later.

    Args:
        retry_after: seconds the provider asked us to wait; None if it named no time.
    """

    def __init__(self, problem: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(problem, hint=hint)
        self.retry_after = retry_after


class RecipientDelayedError(NotAcceptedError):
    """The server puts this reader's mail off, as greylisting does; it takes the mails of others."""


class OutcomeUnknownError(DeliveryError):
    """The batch may have been taken: only the same bytes under the same key may be tried again."""


class BatchRefusedError(DeliveryError):
    """One of the batch's mails was refused and nobody says which: nothing of it was taken."""


class ProviderRefusedError(DeliveryError):
    """No batch can leave until a person mends something: the key, the domain, the quota, the disk.

    Args:
        retry_after: seconds until it may be well again by itself (a quota); None if it will not.
    """

    def __init__(self, problem: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(problem, hint=hint)
        self.retry_after = retry_after


class ContradictionError(DeliveryError):
    """The answer does not fit what was sent: a person has to look before anything of it goes again.

    The key was used for other bytes, or the answer has more or fewer mails than the batch.
    """
