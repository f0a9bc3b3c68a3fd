"""The use cases: each composes the core with what lies outside it."""
