"""Have a model word briefs through any chat-completions endpoint, within a budget of tokens.

The endpoint's dialect is found on the way: structured output where it is taken, else a JSON object,
else plain text; the older or the newer name for the limit of an answer.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from digest.errors import WriterError
from digest.model import Brief, Story
from digest.settings import ModelWriter
from digest.writers.chat import Broken, Busy, Endpoint, Limits, Misfit, Unanswered
from digest.writers.prompt import SCHEMA, fingerprint, messages, read_answer

LIMITS = Limits()
ATTEMPTS = 3
"""Tries at one request."""

FIRST_WAIT = 1.0
"""Seconds before the second try, where the server names no time; doubled for the third."""

ANSWER_TOKENS = 4_096
"""The longest answer, thinking included."""

_BYTES_A_TOKEN = 3
"""A token of a prompt is seldom shorter, in any script: what a request costs at most."""

_FORMATS: dict[str, dict[str, Any] | None] = {
    "json_schema": {
        "type": "json_schema",
        "json_schema": {"name": "brief", "strict": True, "schema": SCHEMA},
    },
    "json_object": {"type": "json_object"},
    "plain": None,
}


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How the endpoint wants to be asked."""

    form: str = "json_schema"
    limit: str = "max_tokens"
    temperature: bool = True

    def body(self, model: str, asked: list[dict[str, str]]) -> bytes:
        request: dict[str, Any] = {"model": model, "messages": asked, self.limit: ANSWER_TOKENS}
        if self.temperature:
            request["temperature"] = 0
        if form := _FORMATS[self.form]:
            request["response_format"] = form
        return json.dumps(request, ensure_ascii=False).encode()

    def after(self, complaint: str) -> _Dialect | None:
        """The next to try after a refusal in these words; None if there is none."""
        if "max_completion_tokens" in complaint and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        if "temperature" in complaint and self.temperature:
            return replace(self, temperature=False)
        forms = list(_FORMATS)
        following = forms[forms.index(self.form) + 1 :]
        return replace(self, form=following[0]) if following else None


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Reply(msgspec.Struct):
    choices: list[_Choice]


class _Metered(msgspec.Struct):
    usage: dict[str, Any] | None = None


class OpenAICompatibleWriter:
    """A model behind a chat-completions endpoint.

    Args:
        settings: address, key, model, and the tokens that this writer may spend in its life.
        language: ISO 639-1 of the briefs.
        limits: of one answer; None for `LIMITS`.
        sleep: waits the given seconds between two tries.
    """

    def __init__(
        self,
        settings: ModelWriter,
        *,
        language: str = "en",
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = settings.model
        self.spent = 0
        self._held = 0  # for calls that are under way
        self._excess = 0  # the most that a call cost beyond what it may
        self._budget = settings.budget
        self._endpoint = Endpoint(settings.url, settings.key, limits or LIMITS)
        self._language = language
        self._sleep = sleep
        self._dialect = _Dialect()
        self._lock = threading.Lock()

    def covers(self, stories: Sequence[Story]) -> int:
        """As many as fit if each costs the most it can. See `Writer.covers`."""
        left = self._budget - self.spent - self._held
        for count, story in enumerate(stories):
            left -= self._most(self._body(story, self._dialect))
            if left < 0:
                return count
        return len(stories)

    def key(self, story: Story) -> str:
        """Of the model, the prompt and the reports shown. See `Writer.key`."""
        return fingerprint(self.name, story, self._language)

    def write(self, story: Story) -> Brief:
        """Ask, in the dialect the endpoint understands. See `Writer.write`."""
        dialect = self._dialect
        while True:
            try:
                data = self._ask(self._body(story, dialect))
            except Misfit as misfit:
                following = dialect.after(misfit.complaint)
                if following is None:
                    raise
                dialect = following
            else:
                self._dialect = dialect
                return read_answer(self._content(data))

    def _body(self, story: Story, dialect: _Dialect) -> bytes:
        return dialect.body(self.name, messages(story, self._language))

    def _most(self, body: bytes) -> int:
        """Tokens that a request costs at most, by what the server has done so far."""
        return len(body) // _BYTES_A_TOKEN + ANSWER_TOKENS + self._excess

    def _ask(self, body: bytes) -> bytes:
        """Post until there is an answer, while the budget lasts."""

        def again(error: BaseException) -> bool:
            return isinstance(error, Busy) and self._fits(self._most(body))

        retrying = Retrying(
            retry=retry_if_exception(again),
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._post, body)

    def _post(self, body: bytes) -> bytes:
        """Post once, and add to `spent` what it cost or, where nobody says, may have cost.

        No call begins whose dearest outcome, beside those of the calls under way, is more than
        what is left of the budget.
        """
        most = self._most(body)
        with self._lock:
            if not self._fits(most):
                raise WriterError("what is left of the budget does not cover one more call")
            self._held += most
        spent = 0
        try:
            data = self._endpoint.post(body)
            spent = _used(data, max(most, (len(body) + len(data)) // _BYTES_A_TOKEN))
            return data
        except (Broken, Unanswered):
            spent = most
            raise
        finally:
            with self._lock:
                self._held -= most
                self.spent += spent
                self._excess += max(0, spent - most)

    def _fits(self, tokens: int) -> bool:
        return self.spent + self._held + tokens <= self._budget

    def _content(self, data: bytes) -> str:
        """The text of the first choice, if it is whole."""
        host = self._endpoint.host
        try:
            choices = msgspec.json.decode(data, type=_Reply).choices
        except (ValueError, RecursionError) as error:
            raise WriterError(f"the answer of {host} is no chat completion") from error
        if not choices:
            raise WriterError(f"the answer of {host} holds no choice")
        message, reason = choices[0].message, choices[0].finish_reason
        if message.refusal or reason == "content_filter":
            raise WriterError(f"{self.name} declined to answer")
        if reason == "length":
            raise WriterError(f"the answer was cut off at {ANSWER_TOKENS} tokens")
        text = message.content or ""
        if self._endpoint.key and self._endpoint.key in text:
            raise WriterError("the answer repeats the key")
        return text


def _used(data: bytes, most: int) -> int:
    """The tokens that an answer says it used; the most it can have used if it does not say."""
    try:
        usage = msgspec.json.decode(data, type=_Metered).usage or {}
    except (ValueError, RecursionError):
        usage = {}
    parts = (usage.get("prompt_tokens"), usage.get("completion_tokens"))
    known = [count for count in parts if isinstance(count, int)]
    total = usage.get("total_tokens")
    used = max(sum(known), total if isinstance(total, int) else 0)
    return used if used > 0 else most


def _wait(state: RetryCallState) -> float:
    """Seconds until the next try: as the server asked, else 1, 2, 4 …"""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, Busy) else None
    return FIRST_WAIT * 2.0 ** (state.attempt_number - 1) if asked is None else asked
