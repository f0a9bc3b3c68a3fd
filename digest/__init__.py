"""Weekly AI Recap: a week of items becomes one issue, mailed exactly once."""

__version__ = "0.8.0"
