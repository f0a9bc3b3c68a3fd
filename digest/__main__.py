"""Let `python -m digest` be the `recap` command."""

from digest.cli import main

main()
