"""Attacks on the web application: one that is seeded, a crawler, calls that are judged."""
