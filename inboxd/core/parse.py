"""Bytes to a ``Mail``: structure by the standard library's parser, addresses and dates by mail-parser, the rest repaired.

Nothing here raises, whatever the bytes are: what could be read is in the mail, what could not is in ``defects``.
"""

from inboxd.core.address_list import read_addresses
from inboxd.core.body import read_body
from inboxd.core.date_time import read_date
from inboxd.core.header_text import decode_header_text
from inboxd.core.mail import Address, Mail
from inboxd.core.message_ids import read_message_id, read_message_ids
from inboxd.core.mime_repair import mend_boundaries, mend_header
from inboxd.core.mime_tree import Budget, Part, read_tree

MAX_FIELDS = 2_000
MAX_HEADER = 1_000_000  # characters of all fields together
MAX_DEFECTS = 50

MAX_NAME = 200


def parse(raw: bytes) -> Mail:
    """Return what the mail ``raw`` says; never raises, ``defects`` tells in words what was wrong or left out.

    Limits: 50 MB, 1.5 million lines, 1,000 parts, depth 30, 2,000 fields, 1,000 addresses a field, 4 million
    characters of text, 5,000 links. Past a limit the mail is read as far as it goes.
    """
    root, budget = _tree(raw)
    mend_boundaries(root, budget)
    hint = _first_charset(root)
    fields = _Fields(root, hint, budget)
    body = read_body(root)
    from_ = fields.addresses("from")
    sender = fields.addresses("sender")
    return Mail(
        header_fields=fields.decoded,
        subject=fields.text("subject"),
        from_=from_[0] if from_ else Address(fields.text("from")[:MAX_NAME], ""),
        sender=sender[0] if sender else None,
        to=fields.addresses("to"),
        cc=fields.addresses("cc"),
        reply_to=fields.addresses("reply-to"),
        date=read_date(fields.text("date")),
        message_id=read_message_id(fields.text("message-id")),
        in_reply_to=read_message_ids(fields.text("in-reply-to")),
        references=read_message_ids(fields.text("references")),
        text=body.text,
        plain=body.plain,
        html=body.html,
        attachments=body.attachments,
        defects=_defects(root, budget),
        size=len(raw),
        mime=root,
    )


def _tree(raw: bytes) -> tuple[Part, Budget]:
    root, budget = read_tree(raw)
    if any(type(defect).__name__ == "MissingHeaderBodySeparatorDefect" for defect in root.defects):
        mended = mend_header(raw)
        if mended is not None:
            root, budget = read_tree(mended)
            budget.note("header section with lines that are no fields")
    return root, budget


class _Fields:
    """The top-level header fields, as held by the parser and decoded."""

    def __init__(self, root: Part, hint: str, budget: Budget) -> None:
        self._hint = hint
        self._raw: dict[str, list[str]] = {}
        decoded: list[tuple[str, str]] = []
        left = MAX_HEADER
        for name, value in root.raw_items():
            left -= len(value)
            if left < 0 or len(decoded) == MAX_FIELDS:
                budget.note("header section too large: the rest was not read")
                break
            self._raw.setdefault(name.lower(), []).append(value)
            decoded.append((name, decode_header_text(value, hint)))
        self.decoded = tuple(decoded)

    def text(self, name: str) -> str:
        """Return the first field of that name, decoded."""
        return next((value for key, value in self.decoded if key.lower() == name), "")

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Return the addresses of all fields of that name, no address twice."""
        values = self._raw.get(name, ())
        found = [address for value in values for address in read_addresses(value, self._hint)]
        return tuple({address.key: address for address in reversed(found)}.values())[::-1]


def _first_charset(root: Part) -> str:
    """Return the charset of the first text: what raw bytes in the header section are most likely in."""
    part = root
    while part.parts:
        part = part.parts[0]
    return part.charset


def _defects(root: Part, budget: Budget) -> tuple[str, ...]:
    """Return what the library's parser and we found wrong, each thing once."""
    found = dict.fromkeys(_library_defects(root))
    return tuple(found | budget.defects)[:MAX_DEFECTS]


def _library_defects(root: Part) -> list[str]:
    waiting, names = [root], []
    while waiting:
        part = waiting.pop()
        names += [type(defect).__name__.removesuffix("Defect") for defect in part.defects]
        waiting += part.parts
    return names
