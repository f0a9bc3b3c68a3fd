"""What a text names: numbers with units, proper names, and the words that make it on topic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

FOCUS: tuple[str, ...] = (
    "AI", "A.I.", "AGI", "artificial intelligence", "machine learning", "deep learning",
    "neural network", "neural networks", "LLM", "LLMs", "VLM", "VLMs", "language model",
    "language models", "foundation model", "foundation models", "frontier model",
    "frontier models", "open-weight", "open weights", "reasoning model", "reasoning models",
    "generative", "chatbot", "chatbots", "GPT", "ChatGPT", "Codex", "Copilot", "Claude", "Gemini",
    "Gemma", "Llama", "Mistral", "DeepSeek", "Qwen", "Kimi", "Grok", "OpenAI", "Anthropic",
    "DeepMind", "xAI", "Hugging Face", "Nvidia", "GPU", "GPUs", "TPU", "TPUs", "NPU", "HBM",
    "Trainium", "Inferentia", "Graviton", "accelerator", "accelerators", "chipmaker", "silicon",
    "CUDA", "PyTorch", "data center", "data centers", "data centre", "data centres",
    "datacenter", "datacenters", "hyperscaler", "hyperscalers", "inference", "fine-tuning",
    "prompt injection", "jailbreak", "coding agent", "coding agents", "AI agent", "agentic",
    "MCP", "transformer", "transformers", "diffusion model", "diffusion models", "embedding",
    "embeddings", "RAG", "robotics", "humanoid", "humanoids", "self-driving", "robotaxi",
    "deepfake", "deepfakes", "voice cloning", "text-to-image", "text-to-video",
    "人工智能", "大模型", "智能体", "机器学习",
    "الذكاء الاصطناعي", "ذكاء اصطناعي", "التعلم الآلي", "تعلم الآلة", "النماذج اللغوية",
    "نماذج لغوية", "النموذج اللغوي", "نموذج لغوي", "روبوت", "مراكز البيانات", "مركز بيانات",
    "رقائق", "الوكلاء",
)  # fmt: skip
"""Words and names that put an item on the topic of AI; `issue.focus` in schedules.yaml replaces
them."""

HINTS: tuple[str, ...] = (
    "model", "models", "training data", "training", "token", "tokens", "benchmark", "benchmarks",
    "leaderboard", "robot", "robots", "agent", "agents", "weights", "parameters", "prompt",
    "prompts", "assistant", "assistants", "chip", "chips", "dataset", "datasets", "algorithm",
    "algorithms", "compute", "neural", "open source", "open-source", "automation", "developers",
    "language", "reasoning", "evaluation", "learned", "synthetic", "cloud", "context window",
)  # fmt: skip
"""Words that say AI only in company: three different ones put an item on topic, a focus word
among them or not."""

_ENOUGH_WORDS, _ENOUGH_HINTS = 2, 3
SHORT = 700
"""Characters of a text in which one focus word is not in passing."""

_UNITS = (
    "%|percent|percentage points|trillion|billion|million|thousand|bn|tn|[kmbt]"
    "|gigawatts?|megawatts?|GW|MW|nm|GB|TB|tokens?|hours?|days?|weeks?|months?|years?|x|times"
)
_NUMBER = re.compile(
    rf"(?<![\w.])(?:[$€£¥]\s?)?\d[\d,]*(?:\.\d+)?(?:[\s-]?(?:{_UNITS})(?!\w))?", re.IGNORECASE
)
_NAME = re.compile(
    r"\b[A-Z][\w&.+-]*[A-Za-z0-9](?:\s+(?:of|de|the)?\s*[A-Z0-9][\w&.+-]*[A-Za-z0-9])*"
)


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of a text with currency and unit, in order: `$200 billion`, `32%`, `3nm`."""
    return tuple(match[0].strip() for match in _NUMBER.finditer(text))


def names(text: str) -> tuple[str, ...]:
    """Runs of capitalised words, in order, each once; the first word of a sentence counts too."""
    return tuple(dict.fromkeys(match[0] for match in _NAME.finditer(text)))


def mentions(text: str, terms: Iterable[str] = FOCUS) -> int:
    """How many different terms stand in the text as whole words, case aside."""
    return len({match[0].lower() for match in _any_of(tuple(terms)).finditer(text)})


def on_topic(text: str, focus: Sequence[str] = (), *, title: str | None = None) -> bool:
    """Whether a text is on topic, and names it not only in passing.

    With the shipped list that takes a focus word in the headline or in a short text, two different
    ones in a long one, or three that are focus words or hints.

    Args:
        focus: the newsletter's own words, of which any one will do; empty takes `FOCUS` and
            `HINTS`.
        title: the headline in the text; None takes all of it as one.
    """
    if focus:
        return mentions(text, focus) > 0
    sure = mentions(text)
    if sure >= _ENOUGH_WORDS or (sure and len(text) <= SHORT):
        return True
    if sure and (title is None or mentions(title)):
        return True
    return sure + mentions(text, HINTS) >= _ENOUGH_HINTS


@lru_cache(maxsize=16)
def _any_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    inner = "|".join(re.escape(term) for term in longest_first)
    # Latin word ends only: Chinese runs on without spaces.
    return re.compile(rf"(?<![A-Za-z0-9])(?:{inner})(?![A-Za-z0-9])", re.IGNORECASE)
