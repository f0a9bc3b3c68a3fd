"""The migrations that lead from nothing to this version's schema; run by `digest.store.upgrade`."""
