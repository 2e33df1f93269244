"""``python -m inboxd``."""

from inboxd.cli import main

main()
