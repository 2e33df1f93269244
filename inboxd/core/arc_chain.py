"""ARC (RFC 8617): whether the chain of forwarders that vouch for a mail is unbroken. The arithmetic is dkimpy's."""

import logging
import re

from dkim import ARC

from inboxd.core.dns_answers import Resolve
from inboxd.core.mail import Mail
from inboxd.errors import TransientError

# RFC 8617 5.1.1.1 allows 50; each costs a hash of the whole body, and no honest mail passes this many forwarders.
MAX_SETS = 5
MAX_FIELD = 16_000
MAX_HEADER_FIELDS = 2000

_FIELDS = ("ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results")
_SIMPLE_BODY = re.compile(r"\bc\s{0,9}=\s{0,9}\w{1,9}\s{0,9}/\s{0,9}simple", re.IGNORECASE)
_BLANKS = re.compile(rb"[ \t]+")
_SILENT = logging.Logger("arc", logging.CRITICAL + 1)  # noqa: LOG001  a broken chain is a result, not a log line


def check_chain(raw: bytes, mail: Mail, resolve: Resolve) -> str:
    """Return the RFC 8617 5.2 status of the chain: ``none``, ``pass`` or ``fail``.

    ``temperror`` when a key could not be asked for, ``policy`` when there is more of it than we look at. A pass says
    that nobody broke the chain, not that who sealed it is honest: it authenticates no sender.
    """
    fields = [str(value) for name in _FIELDS for value in mail.headers(name)]
    if not fields:
        return "none"
    if len(fields) > MAX_SETS * len(_FIELDS) or max(map(len, fields)) > MAX_FIELD:
        return "policy"
    asked: list[TransientError] = []

    def key(name: bytes, timeout: int = 0) -> bytes | None:  # noqa: ARG001  dkimpy's signature; `resolve` has its own limit
        try:
            records = resolve(name.decode("ascii").rstrip("."), "TXT")
        except TransientError as error:
            asked.append(error)
            return None
        return next((record.encode("ascii", "replace") for record in records if "p=" in record), None)

    status = _verify(raw, mail, key)
    return "temperror" if asked and status == "fail" else status


def _verify(raw: bytes, mail: Mail, key: object) -> str:
    try:
        message = ARC(raw, logger=_SILENT)
        if len(message.headers) > MAX_HEADER_FIELDS:
            return "policy"
        simple = [bool(_SIMPLE_BODY.search(str(value))) for value in mail.headers("ARC-Message-Signature")]
        if any(simple) and not all(simple):
            return "policy"
        if not any(simple):
            # The same to "relaxed", and it spares dkimpy a search that is quadratic on runs of blanks.
            message.body = _BLANKS.sub(b" ", message.body)
        status = message.verify(dnsfunc=key)[0]
    except Exception:  # noqa: BLE001  dkimpy lets errors of base64, int and index through; none of them is a pass
        return "fail"
    return status.decode("ascii") if status in {b"none", b"pass"} else "fail"
