"""All a customer wrote and all that is known of him, as the files of an archive he can read (GDPR articles 15 and 20).

``customer.json`` holds everything for programs; ``tickets/`` the same for people; ``mails/`` the mails as they came and
went, ``attachments/`` what lay in them. What others wrote on his tickets is not his, and no token leaves the desk.
"""

import datetime as dt
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inboxd.core.export_words import export_word
from inboxd.core.mail import Attachment
from inboxd.core.mail_rewriting import rewrite_mail
from inboxd.core.parse import parse
from inboxd.core.tokens import SIGNATURE_LENGTH

SOMEBODY_ELSE = "[written by somebody else]"
# DESIGN 4.6: whoever has a signature may speak on a ticket; it proves that he has our mail, not that he has this file.
_TOKEN = re.compile(rf"(?i)\b((?:t\d{{1,12}}\.[md]|[tob])\d{{1,12}}\.)[a-z2-7]{{{SIGNATURE_LENGTH}}}(?=@)")
_UNSAFE = re.compile(r"[^\w.()\[\] -]")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail of his or to him. ``name`` is ``received-12`` or ``sent-12``."""

    name: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the store has on one customer; ``record`` is his, the lists are documents in the order of their time.

    ``addresses`` are his, ``own`` those of the desk and its operators.
    """

    record: Mapping[str, Any]
    tickets: Sequence[Mapping[str, Any]]
    others: Mapping[str, Sequence[Mapping[str, Any]]]
    mails: Sequence[KeptMail]
    addresses: Collection[str]
    own: Collection[str]


def export_files(held: Holdings) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file of the archive, one at a time; nothing in it can open a ticket of his."""
    tickets = [_visible(one, held) for one in held.tickets]
    language = str(held.record.get("language") or "")
    document = {**held.record, "tickets": tickets, **held.others, "mails": [one.name for one in held.mails]}
    text = json.dumps(document, ensure_ascii=False, indent=1, default=_plain)
    yield "customer.json", without_tokens(text).encode("utf-8", "replace")
    for ticket in tickets:
        yield (
            f"tickets/{ticket['number']}.txt",
            without_tokens(_ticket_text(ticket, language)).encode("utf-8", "replace"),
        )
    for mail in held.mails:
        yield f"mails/{mail.name}.eml", rewrite_mail(mail.raw, without_tokens)
        for number, attachment in enumerate(parse(mail.raw).attachments, 1):
            yield f"attachments/{mail.name}/{_file_name(attachment, number)}", attachment.content


def without_tokens(text: str) -> str:
    """Return the text with the signature taken out of every token of the desk."""
    return _TOKEN.sub(r"\1removed", text)


def _visible(ticket: Mapping[str, Any], held: Holdings) -> dict[str, Any]:
    return {**ticket, "messages": [_own_words(one, held) for one in ticket["messages"]]}


def _own_words(message: Mapping[str, Any], held: Holdings) -> dict[str, Any]:
    """Return a message of his or of the desk as it is, and of anybody else's only that there was one."""
    author = str(message["from"]).lower()
    if message["direction"] != "in" or author in held.addresses or author in held.own:
        return dict(message)
    return {**message, "from": "", "text": SOMEBODY_ELSE, "attachments": [], "message_id": ""}


def _ticket_text(ticket: Mapping[str, Any], language: str) -> str:
    def word(term: object) -> str:
        return export_word(str(term), language)

    head = [
        f"#{ticket['number']} {ticket['subject']}",
        f"{word(ticket['status'])}, {_plain(ticket['created_at'])}",
    ]
    lines = [
        f"\n--- {_plain(one['at'])} · {word(one['direction'])} · {word(one['kind'])} · {one['from']}\n"
        + (word("else") if one["text"] == SOMEBODY_ELSE else str(one["text"]))
        for one in ticket["messages"]
    ]
    return "\n".join((*head, *lines)) + "\n"


def _plain(value: object) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, dt.datetime) else str(value)


def _file_name(attachment: Attachment, number: int) -> str:
    """Return a name no other file of the mail has and that stays in its folder, whatever the sender called it."""
    safe = _UNSAFE.sub("_", attachment.filename).strip(" .")[-_LONGEST_NAME:]
    return f"{number}-{safe or 'attachment'}"
