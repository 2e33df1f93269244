"""``python -m inboxd``."""

from inboxd.entrance import main

main()
