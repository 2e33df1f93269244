"""IMAP in: a folder is walked by UID; mails and cursor are one commit, only then a mail is flagged or moved.

``\\Seen`` is never state: the operator reads the same folder in his mail client, and other programs do too.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, Engine

from inboxd import maillog
from inboxd.clock import Clock
from inboxd.config import ImapAccount
from inboxd.core import folder_walk
from inboxd.core.folder_walk import Cursor, FolderState, Listed
from inboxd.intake import imap_recheck
from inboxd.intake.accept import Arrival, accept
from inboxd.intake.imap_fetch import MOST_OCTETS, Caution, Fetched, fetch_batch
from inboxd.intake.imap_session import RefusedError, Session
from inboxd.store import cursors, mails
from inboxd.store.cursors import FolderMail, Place
from inboxd.store.engine import read, write
from inboxd.store.mails import Accepted
