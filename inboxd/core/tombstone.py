"""The mark of an erased mail: who holds the mail can tell that it was erased, and the mark tells nobody anything else.

A keyed digest (RFC 2104) of what makes a mail the same as another one (``core/fingerprint.py``). Neither an address nor
a Message-ID can be tried out against it: the digest of the whole content is part of what is signed.
"""

import datetime as dt
import hashlib
import hmac

from inboxd.core.fingerprint import Fingerprint


def tombstone(key: bytes, mail: Fingerprint, received_at: dt.datetime | None) -> str:
    """Return the mark of a mail in hex; empty for one that cannot be told from a second one like it.

    Without a Message-ID two mails of the same bytes are one only when the mailbox gives both the same INTERNALDATE.
    """
    if mail.message_id:
        told_by = mail.message_id
    elif received_at is not None:
        told_by = received_at.astimezone(dt.UTC).isoformat()
    else:
        return ""
    return hmac.new(
        key, f"{told_by}\0{mail.content}".encode("utf-8", "surrogateescape"), hashlib.sha256
    ).hexdigest()
