"""Which attachments of the operator's reply go to the customer: his own, never what came from us."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from inboxd.core.mail import Attachment, Mail
from inboxd.core.parse import parse
from inboxd.core.relay_html import seen_images

# They sign the operator's mail, byte for byte; under ours they would be a broken signature.
_SIGNATURES: Final = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
# What only operators get from us; an acknowledgement or a relay the customer knows already.
_TO_OPERATORS: Final = frozenset({"notification", "chase", "digest", "result", "alarm"})
_OPERATOR_ADDRESS: Final = re.compile(rb"\+o[0-9]{1,12}\.[a-z2-7]{10,64}@", re.IGNORECASE)
_MAX_DEPTH: Final = 3


def relay_parts(mail: Mail, html: str, sent_digests: frozenset[str]) -> tuple[Attachment, ...]:
    """Return the attachments that travel on with the relayed text; ``html`` is its mark-up, empty without any.

    Left out: what we sent him ourselves (``part_digests``), our mails attached to his, pictures of his signature and
    of what he quotes, and the signature of his mail. A picture that ``html`` does not show travels as a file.
    """
    wanted = seen_images(mail.html) if mail.html and not html else frozenset()
    kept: list[Attachment] = []
    for part in mail.attachments:
        shown = bool(part.content_id) and f"cid:{part.content_id}" in html
        referred = bool(part.content_id) and f"cid:{part.content_id}" in mail.html
        if part.content_type in _SIGNATURES or _digest(part) in sent_digests or _is_ours(part):
            continue
        if shown or not referred or part.content_id in wanted:
            kept.append(part if shown else replace(part, inline=False))
    return tuple(kept)


def part_digests(mails: Iterable[Mail]) -> frozenset[str]:
    """Return by what the attachments of our mails are known again, under whatever name they come back."""
    return frozenset(_digest(part) for mail in mails for part in mail.attachments)


def _digest(part: Attachment) -> str:
    return hashlib.sha256(part.content).hexdigest()


def _is_ours(part: Attachment, depth: int = 0) -> bool:
    """Return True for a mail of ours attached to his ("forward as attachment"), and for a file that names a token.

    In doubt it is left out: what stands in our mails to him must never reach the customer.
    """
    if _OPERATOR_ADDRESS.search(part.content):
        return True
    if not (part.content_type.startswith("message/") or part.filename.lower().endswith(".eml")):
        return False
    inner = parse(part.content)
    return (
        depth >= _MAX_DEPTH
        or inner.header("X-Inboxd-Kind").strip().lower() in _TO_OPERATORS
        or _OPERATOR_ADDRESS.search(f"{inner.text}\n{inner.html}".encode("utf-8", "replace")) is not None
        or any(_is_ours(one, depth + 1) for one in inner.attachments)
    )
