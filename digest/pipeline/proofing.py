"""The proof of an issue: the very mail that a reader gets or has got, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from digest.lint import Finding, LinkAnswer, delivered_size
from digest.model import Email, Issue, IssueStatus, Subscriber
from digest.pipeline.drafting import PREVIEW_READER, lint, render
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.store import Frozen, Store

_FROZEN = (IssueStatus.APPROVED, IssueStatus.SENDING, IssueStatus.SENT)


@dataclass(frozen=True, slots=True)
class Proof:
    """An issue and the mail of it that leaves, for everybody.

    Attributes:
        mail: not personal yet.
        frozen: the approval that it was kept by; None while it is made anew at each look.
    """

    issue: Issue
    mail: Email
    frozen: Frozen | None = None

    @property
    def size(self) -> int:
        """Bytes of its HTML as delivered, as the lint counts them."""
        return delivered_size(self.mail.html)


def proof(store: Store, settings: Settings, number: int) -> Proof:
    """The mail of an issue that would leave now, or has left: the approved one where there is one.

    Raises:
        InputError: no such issue.
        TemplateError: it cannot be rendered.
    """
    issue = store.content.issue(number)
    as_approved = issue.status is IssueStatus.HELD and store.approvals.has_frozen(number)
    if as_approved or issue.status in _FROZEN:
        frozen = store.approvals.frozen(number)
        return Proof(issue, frozen.mail, frozen)
    return Proof(issue, render(settings, issue))


def mail_to(proof: Proof, settings: Settings, reader: Subscriber = PREVIEW_READER) -> Email:
    """The mail as one reader gets it, byte for byte what is sent to them."""
    from digest.render import personalise

    (mail,) = personalise(proof.mail, [reader], secret=settings.secret_key)
    return mail


def findings(
    store: Store,
    settings: Settings,
    proof: Proof,
    *,
    answers: Mapping[str, LinkAnswer] = MappingProxyType({}),
) -> tuple[Finding, ...]:
    """What the lint says of it.

    Args:
        answers: what the web said of links; nothing is asked here.
    """
    return lint(store, settings, proof.issue, mail=proof.mail, answers=answers)
