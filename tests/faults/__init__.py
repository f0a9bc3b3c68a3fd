"""The faults of real feeds, each as a test that names its number."""
