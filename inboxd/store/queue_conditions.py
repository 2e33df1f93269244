"""Which mails in the queue folders something is to be done about, written once for indexes and queries alike."""

from inboxd.core.queue_moves import UNSETTLED

# SQLite recognises a partial index by these words (https://www.sqlite.org/partialindex.html section 3).
NEWS = f"lies_in <> agreed or version = {UNSETTLED}"
DUE = "wanted <> lies_in"
