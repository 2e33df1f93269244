"""Reading a FreeScout desk by its API & Webhooks module (https://api-docs.freescout.net/).

A conversation's threads are lines of customers, lines of users (``message``), notes, and line items that say only what
was done. The mails themselves are not given: each line is written as the mail it would have been.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from inboxd.core.address_list import read_addresses
from inboxd.core.mail import Address
from inboxd.core.past import Wrote
from inboxd.core.past_article import PastArticle, PastFile, write_article
from inboxd.errors import PermanentError
from inboxd.intake.mbox import PastMail
from inboxd.intake.past_api import PastApi
from inboxd.intake.past_desk import ListedTicket, PastTicket, UnreadableError

_PAGE_SIZE = 100
STATUS = {"active": "open", "pending": "pending", "closed": "closed"}
WROTE = {"customer": Wrote.CUSTOMER, "message": Wrote.DESK, "note": Wrote.NOTE}
MISSING = b"The other desk did not give this file.\n"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a conversation, wherever it was read; ``author`` is None where nobody is named."""

    key: int
    wrote: Wrote
    author: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    at: dt.datetime | None
    body: str
    files: tuple[PastFile, ...] = ()
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is the same of all its lines: ``host`` makes ids of lines that have none."""

    host: str
    subject: str
    customer: Address
    mailbox: Address


def write_lines(conversation: Conversation, lines: Iterable[Line]) -> tuple[PastMail, ...]:
    """Return the lines as mails, each an answer to those before it."""
    mails: list[PastMail] = []
    before: list[str] = []
    for one in sorted(lines, key=lambda line: line.key):
        message_id = one.message_id or f"<thread-{one.key}.freescout@{conversation.host}>"
        mails.append(
            PastMail(write_article(_article(conversation, one, message_id, before)), one.at, wrote=one.wrote)
        )
        before.append(message_id)
    return tuple(mails)


def _article(conversation: Conversation, line: Line, message_id: str, before: list[str]) -> PastArticle:
    by_customer = line.wrote is Wrote.CUSTOMER
    from_ = line.author or (conversation.customer if by_customer else conversation.mailbox)
    if line.wrote is Wrote.DESK:
        # Users write from the mailbox's address, under their own name.
        from_ = Address(from_.display_name, conversation.mailbox.addr_spec)
    to = conversation.mailbox if by_customer else conversation.customer
    return PastArticle(
        from_=from_,
        to=(line.to if line.wrote is not Wrote.NOTE else ()) or (to,),
        cc=line.cc if line.wrote is not Wrote.NOTE else (),
        subject=conversation.subject,
        at=line.at,
        body=line.body,
        is_html=True,
        message_id=message_id,
        answers=tuple(before),
        files=line.files,
    )


class _Outside(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class _Person(_Outside):
    id: int | None = None
    type: str | None = ""
    first_name: str | None = ""
    last_name: str | None = ""
    email: str | None = ""


class _File(_Outside):
    file_name: str | None = ""
    file_url: str | None = ""
    mime_type: str | None = ""


class _Files(_Outside):
    attachments: list[_File] | None = None


class _Thread(_Outside):
    id: int
    type: str | None = ""
    state: str | None = "published"
    body: str | None = ""
    customer: _Person | None = None
    created_by: _Person | None = None
    to: list[str] | None = None
    cc: list[str] | None = None
    created_at: dt.datetime | None = None
    embedded: _Files | None = Field(default=None, alias="_embedded")


class _Tag(_Outside):
    name: str | None = ""


class _Embedded(_Outside):
    threads: list[_Thread] | None = None
    tags: list[_Tag] | None = None


class _Conversation(_Outside):
    id: int
    number: int | str
    status: str | None = ""
    state: str | None = "published"
    subject: str | None = ""
    mailbox_id: int | None = None
    customer: _Person | None = None
    updated_at: str | None = ""
    embedded: _Embedded | None = Field(default=None, alias="_embedded")


class Freescout:
    """A FreeScout desk; ``desk_address`` stands for a mailbox that is not listed any more."""

    def __init__(self, api: PastApi, desk_address: str) -> None:
        self._api = api
        self._desk = Address("", desk_address)
        self._mailboxes: dict[int, Address] | None = None

    @property
    def name(self) -> str:
        """Return what its tickets are kept under."""
        return f"freescout {self._api.host}"

    def list_tickets(self) -> Iterator[ListedTicket]:
        """Yield all conversations that are neither spam nor deleted nor never sent, of each status the oldest first."""
        # Without a status only those that are active are listed.
        total = sum(self._count(status) for status in STATUS)
        position = 0
        for status in STATUS:
            page = 1
            while rows := _list(self._page(status, page, _PAGE_SIZE), "conversations"):
                for row in rows:
                    one = _read(_Conversation, row)
                    position += 1
                    if one.status in STATUS and one.state == "published":
                        changed = f"{one.status} {one.updated_at or ''}"
                        yield ListedTicket(str(one.number), changed, position, total, document=one.id)
                page += 1

    def read_ticket(self, listed: ListedTicket) -> PastTicket:
        """Return a conversation with its lines; raise ``UnreadableError`` when they make no sense."""
        found = self._api.get_json(f"api/conversations/{listed.document}", embed="threads,tags")
        if found is None:
            return PastTicket("closed", (), ())
        one = _read(_Conversation, found)
        inside = one.embedded or _Embedded()
        threads = [
            thread for thread in inside.threads or () if thread.type in WROTE and thread.state == "published"
        ]
        customer = _address(one.customer) or next(filter(None, (_address(t.customer) for t in threads)), None)
        host = self._api.host.partition(":")[0]
        conversation = Conversation(
            host,
            one.subject or "",
            customer or Address("", f"conversation-{one.id}@{host}.invalid"),
            self._mailbox(one.mailbox_id),
        )
        mails = write_lines(conversation, map(self._line, threads))
        tags = tuple(tag.name for tag in inside.tags or () if tag.name)
        return PastTicket(STATUS.get(one.status or "", "open"), tags, mails)

    def _count(self, status: str) -> int:
        found = self._page(status, 1, 1)
        page = found.get("page") if isinstance(found, dict) else None
        count = page.get("totalElements") if isinstance(page, dict) else None
        return count if isinstance(count, int) else 0

    def _page(self, status: str, page: int, size: int) -> Any:
        sorting = {"sortField": "createdAt", "sortOrder": "asc"}
        return self._api.get_json("api/conversations", status=status, page=page, pageSize=size, **sorting)

    def _line(self, thread: _Thread) -> Line:
        return Line(
            key=thread.id,
            wrote=WROTE[thread.type or ""],
            author=_address(thread.created_by),
            to=_addresses(thread.to),
            cc=_addresses(thread.cc),
            at=thread.created_at,
            body=thread.body or "",
            files=tuple(self._files(thread)),
        )

    def _files(self, thread: _Thread) -> Iterator[PastFile]:
        for one in (thread.embedded.attachments if thread.embedded else None) or ():
            content = self._content(one.file_url) if one.file_url else None
            name = one.file_name or "attachment"
            if content is None:
                yield PastFile(f"{name}.missing.txt", "text/plain", MISSING)
            else:
                yield PastFile(name, one.mime_type or "", content)

    def _content(self, url: str) -> bytes | None:
        """Return a file of this desk; None also where the desk refuses it: one file stops no conversation."""
        try:
            return self._api.get_bytes(url)
        except PermanentError:
            return None

    def _mailbox(self, mailbox_id: int | None) -> Address:
        if self._mailboxes is None:
            rows = _list(self._api.get_json("api/mailboxes", pageSize=_PAGE_SIZE), "mailboxes")
            self._mailboxes = {
                row["id"]: Address(str(row.get("name") or ""), str(row["email"]))
                for row in rows
                if isinstance(row, dict) and row.get("email") and isinstance(row.get("id"), int)
            }
        return self._mailboxes.get(mailbox_id or 0, self._desk)


def _list(found: Any, name: str) -> list[Any]:
    inside = found.get("_embedded", {}) if isinstance(found, dict) else {}
    rows = inside.get(name, []) if isinstance(inside, dict) else []
    return rows if isinstance(rows, list) else []


def _read(model: type["_Conversation"], row: object) -> _Conversation:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        raise UnreadableError(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}") from error


def _address(person: _Person | None) -> Address | None:
    if person is None or not person.email:
        return None
    name = " ".join(filter(None, (person.first_name, person.last_name))).strip()
    return Address(name, person.email)


def _addresses(written: list[str] | None) -> tuple[Address, ...]:
    return tuple(one for text in written or () for one in read_addresses(text) if "@" in one.addr_spec)
